export interface Throttle<T> {
  /** Passes the value on at once when the interval is over or `now` is set; otherwise keeps it as the latest. */
  offer(value: T, urgent?: boolean): void
  /** Passes on what is still held back. */
  flush(): void
}

/**
 * At most one value per interval, latest wins. Needs no timer: a reader offers values many times a second, and
 * whoever stops offering flushes.
 *
 * @param intervalMs milliseconds between two values
 */
export function throttle<T>(
  intervalMs: number,
  pass: (value: T) => void,
  now: () => number = () => performance.now(),
): Throttle<T> {
  let passedAt = -Infinity
  let held: { readonly value: T } | null = null
  const passOn = (value: T): void => {
    held = null
    passedAt = now()
    pass(value)
  }
  return {
    offer(value, urgent = false) {
      if (urgent || now() - passedAt >= intervalMs) passOn(value)
      else held = { value }
    },
    flush() {
      if (held) passOn(held.value)
    },
  }
}
