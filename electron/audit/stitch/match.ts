/**
 * One to one: which request of the leg in front each request behind came from. The one behind lies within the time of the one in
 * front, and has its identifier, or its method and target. Of several in front that fit, the one that ended first is taken: that
 * leaves the others to requests which need longer, so as many as possible find their own.
 */
import type { StitchConfidence } from '../../../shared/model/legs'
import type { Requests } from './requests'

/** Requests with one identifier that are tried, and open ones of the same target that are kept. */
const MOST_TRIED = 64
const MOST_OPEN = 4096

export interface Matches {
  /** Places of the requests in front, or −1, in the order of `back`. */
  readonly front: Int32Array
  readonly confidence: readonly (StitchConfidence | null)[]
  readonly matched: number
  /** Matches that rest on more than target and time: an identifier, or the forwarded address. */
  readonly certain: number
  /** Attempts without an answer whose request was sent again. */
  readonly retries: number
}

export interface Clocks {
  /** Added to the times behind, nanoseconds. */
  readonly offset: number
  /** How far a request behind may begin before, and end after, the one in front. */
  readonly slack: number
}

/** @param front, back places in `requests`, in the order of time. */
export function match(requests: Requests, front: Int32Array, back: Int32Array, clocks: Clocks): Matches {
  const matching = new Matching(requests, back, clocks)
  matching.byIdentifier(front)
  matching.byTarget(front)
  return matching.result
}

class Matching {
  readonly #front: Int32Array
  readonly #confidence: (StitchConfidence | null)[]
  readonly #taken = new Set<number>()
  #matched = 0
  #certain = 0
  #retries = 0

  constructor(
    private readonly r: Requests,
    private readonly back: Int32Array,
    private readonly clocks: Clocks,
  ) {
    this.#front = new Int32Array(back.length).fill(-1)
    this.#confidence = new Array<StitchConfidence | null>(back.length).fill(null)
  }

  get result(): Matches {
    return {
      front: this.#front,
      confidence: this.#confidence,
      matched: this.#matched,
      certain: this.#certain,
      retries: this.#retries,
    }
  }

  byIdentifier(front: Int32Array): void {
    const { r, back } = this
    if (r.ids.size === 0) return
    const byId = new Map<string, number[]>()
    for (const a of front)
      for (const id of r.ids.get(a) ?? []) {
        const known = byId.get(id)
        if (known === undefined) byId.set(id, [a])
        else if (known.length < MOST_TRIED) known.push(a)
      }
    if (byId.size === 0) return
    for (const [i, b] of back.entries()) {
      let best = -1
      for (const id of r.ids.get(b) ?? [])
        for (const a of byId.get(id) ?? []) {
          if (this.#taken.has(a) || !this.#contains(a, b)) continue
          if (best < 0 || r.end[a]! < r.end[best]!) best = a
        }
      if (best >= 0) this.#take(i, best, 'exact', true)
    }
  }

  byTarget(front: Int32Array): void {
    const { r, back } = this
    const groups = new Map<number, { readonly front: number[]; readonly back: number[] }>()
    for (const [i, b] of back.entries()) {
      if (this.#front[i]! >= 0) continue
      const group = groups.get(r.key[b]!)
      if (group === undefined) groups.set(r.key[b]!, { front: [], back: [i] })
      else group.back.push(i)
    }
    for (const a of front) groups.get(r.key[a]!)?.front.push(a)
    for (const group of groups.values()) {
      if (group.front.length === 0) continue
      this.#sweep(
        group.front,
        group.back.filter((i) => r.status[back[i]!] !== 0),
      )
      this.#sweep(
        group.front,
        group.back.filter((i) => r.status[back[i]!] === 0),
      )
    }
  }

  /** Requests of one method and target, in the order of time on each side; `places` are places in `back`. */
  #sweep(front: readonly number[], places: readonly number[]): void {
    if (places.length === 0) return
    const { r, back } = this
    const { offset, slack } = this.clocks
    const open: number[] = []
    let next = 0
    let takenUntil = -Infinity
    for (const i of places) {
      const b = back[i]!
      const start = r.start[b]! + offset
      for (; next < front.length && r.start[front[next]!]! <= start + slack; next++) {
        const a = front[next]!
        if (this.#taken.has(a)) takenUntil = Math.max(takenUntil, r.end[a]!)
        else {
          if (open.length >= MOST_OPEN) open.shift()
          open.splice(firstEndingFrom(open, r.end, r.end[a]!), 0, a)
        }
      }
      const over = firstEndingFrom(open, r.end, start - slack)
      if (over > 0) open.splice(0, over)
      const chosen = this.#choose(i, b, open)
      if (chosen >= 0) takenUntil = Math.max(takenUntil, r.end[open.splice(chosen, 1)[0]!]!)
      // What is left over of a request that was tried more than once.
      else if (r.status[b] === 0 && takenUntil >= start - slack) this.#retries++
    }
  }

  /** @returns the place in `open` of the request that was taken, or −1. */
  #choose(i: number, b: number, open: readonly number[]): number {
    const { r } = this
    const until = r.status[b] === 0 ? r.start[b]! : r.end[b]!
    const from = firstEndingFrom(open, r.end, until + this.clocks.offset - this.clocks.slack)
    const fits = Math.min(open.length - from, MOST_TRIED)
    if (fits <= 0) return -1
    for (let k = from; k < from + fits && this.r.forwardedFor.has(b); k++) {
      if (!this.#isForwardedFor(open[k]!, b)) continue
      this.#take(i, open[k]!, 'high', true)
      return k
    }
    this.#take(i, open[from]!, fits === 1 ? 'high' : 'low', false)
    return from
  }

  #take(i: number, a: number, confidence: StitchConfidence, certain: boolean): void {
    this.#taken.add(a)
    this.#front[i] = a
    this.#confidence[i] = confidence
    this.#matched++
    if (certain) this.#certain++
  }

  #contains(a: number, b: number): boolean {
    const { r } = this
    const { offset, slack } = this.clocks
    const end = r.status[b] === 0 ? r.start[b]! : r.end[b]!
    return r.start[a]! <= r.start[b]! + offset + slack && end + offset <= r.end[a]! + slack
  }

  #isForwardedFor(a: number, b: number): boolean {
    const list = this.r.forwardedFor.get(b)
    const ip = this.r.client[a]!
    return list !== undefined && ip !== '' && addressesIn(list).includes(ip.toLowerCase())
  }
}

/** "192.0.2.43, [2001:db8::17]:4711" → the addresses without ports. */
export const addressesIn = (list: string): readonly string[] =>
  list.split(',').map((part) => {
    const text = part.trim().toLowerCase()
    if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')))
    return /^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(':')) : text
  })

/** The first place in `open`, sorted by end, whose end is not before `from`. */
function firstEndingFrom(open: readonly number[], end: Float64Array, from: number): number {
  let low = 0
  let high = open.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (end[open[middle]!]! < from) low = middle + 1
    else high = middle
  }
  return low
}
