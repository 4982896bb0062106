import { timeBase } from '../../../shared/units'
import type { TimeBase } from '../../../shared/units'

/** Instants this far from the base are exact to the nanosecond, and their sums too: 52 days. */
const MOST_EXACT = 2 ** 52

/** Turns a file's time stamps into nanoseconds from the audit's time base. The first packet sets the base unless it is given. */
export class Clock {
  /** The latest instant; −Infinity before the first. */
  lastAt = -Infinity

  private readonly given: boolean

  constructor(public base: TimeBase | null) {
    this.given = base !== null
  }

  /**
   * Moves the base to the second of an instant before it, unless the base was given. An instant so far off that it, or those
   * after the base, would not be exact (an unset clock, usually) moves nothing.
   *
   * @returns nanoseconds to add to every instant counted from the base before
   */
  startBefore(at: number): number {
    if (this.base === null || this.given || at >= 0 || at < -MOST_EXACT) return 0
    const seconds = -Math.floor(at / 1e9)
    const by = seconds * 1e9
    this.base = timeBase(this.base - seconds)
    this.lastAt += by
    return by
  }

  /** Whole seconds since 1970 and nanoseconds within the second → nanoseconds from the base. */
  at(seconds: number, nanoseconds: number): number {
    this.base ??= timeBase(seconds)
    const at = (seconds - this.base) * 1e9 + nanoseconds
    if (at > this.lastAt) this.lastAt = at
    return at
  }
}

/** How a pcapng interface counts time: if_tsresol and if_tsoffset (draft-ietf-opsawg-pcapng §4.2). */
export interface Resolution {
  /** Units in a second. */
  readonly perSecond: number
  /** Seconds to add. */
  readonly offset: number
}

export const MICROSECONDS: Resolution = { perSecond: 1e6, offset: 0 }

/** if_tsresol: the top bit chooses powers of two, otherwise powers of ten. */
export function resolutionOf(tsresol: number): number {
  const exponent = tsresol & 0x7f
  return (tsresol & 0x80) !== 0 ? 2 ** exponent : 10 ** exponent
}

/** A fraction of a second in units, as whole nanoseconds. Products beyond 2^53 would round: they are avoided. */
function nanosecondsOf(units: number, perSecond: number): number {
  if (perSecond <= 2 ** 23) return Math.floor((units * 1e9) / perSecond)
  if (1e9 % perSecond === 0) return units * (1e9 / perSecond)
  if (perSecond % 1e9 === 0) return Math.floor(units / (perSecond / 1e9))
  return Number((BigInt(units) * 1_000_000_000n) / BigInt(perSecond))
}

/** The two results of {@link splitUnits}, kept here so that no object is made per packet. */
export const split = { seconds: 0, nanoseconds: 0 }

/** A 64-bit count of units, as two 32-bit halves, → whole seconds and nanoseconds in {@link split}. */
export function splitUnits(high: number, low: number, perSecond: number): void {
  if (perSecond <= 2 ** 36) {
    // Long division by 16-bit digits: every intermediate stays below 2^53.
    let rest = high % perSecond
    let seconds = Math.floor(high / perSecond)
    let part = rest * 65536 + (low >>> 16)
    seconds = seconds * 65536 + Math.floor(part / perSecond)
    rest = part % perSecond
    part = rest * 65536 + (low & 0xffff)
    split.seconds = seconds * 65536 + Math.floor(part / perSecond)
    rest = part % perSecond
    split.nanoseconds = nanosecondsOf(rest, perSecond)
    return
  }
  if (!Number.isFinite(perSecond) || perSecond > 2 ** 127) {
    split.seconds = 0
    split.nanoseconds = 0
    return
  }
  const units = (BigInt(high) << 32n) | BigInt(low)
  const scale = BigInt(perSecond)
  split.seconds = Number(units / scale)
  split.nanoseconds = Number(((units % scale) * 1_000_000_000n) / scale)
}
