/** The idle time-outs that closes show, by server or by client. */
import { tolerance } from '../timers'

/** Idle times at which connections were closed, and when. */
export class Closes {
  readonly #by = new Map<number, { readonly gap: number; readonly at: number }[]>()

  add(who: number, gap: number, at: number): void {
    const have = this.#by.get(who)
    if (have === undefined) this.#by.set(who, [{ gap, at }])
    else have.push({ gap, at })
  }

  /**
   * The idle time that most of them agree on, in nanoseconds; null where no two do. Closes of one moment count once: a program that ends
   * closes everything at once, and shows no timer.
   */
  timeout(who: number): number | null {
    const closes = this.#by.get(who) ?? []
    closes.sort((a, b) => a.gap - b.gap)
    let best: readonly [from: number, to: number] = [0, 0]
    for (let from = 0, to = 0; from < closes.length; from++) {
      const most = closes[from]!.gap + tolerance(closes[from]!.gap)
      while (to < closes.length && closes[to]!.gap <= most) to++
      const [bestFrom, bestTo] = best
      if (to - from > bestTo - bestFrom && instants(closes.slice(from, Math.min(to, from + LOOKED_AT))) >= 2) best = [from, to]
    }
    const [from, to] = best
    return to - from < 2 ? null : closes[(from + to) >> 1]!.gap
  }
}

/** Closes among which two moments are looked for. */
const LOOKED_AT = 100

function instants(closes: readonly { readonly gap: number; readonly at: number }[]): number {
  const near = tolerance(closes[0]!.gap)
  const times = closes.map(({ at }) => at).sort((a, b) => a - b)
  return times.reduce((count, at, i) => (i === 0 || at - times[i - 1]! > near ? count + 1 : count), 0)
}
