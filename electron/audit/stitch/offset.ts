/**
 * How far two captures' clocks are apart. A request behind lies in the middle of the one it came from, since the way there and the
 * way back take as long as each other; so the middles of requests that are surely the same tell the offset, and their median is
 * not moved by the few that are not.
 */
import type { Clocks, Matches } from './match'
import { match } from './match'
import type { Requests } from './requests'

/** Pairs that an estimate rests on, where there are so many. */
const ENOUGH = 3
const MILLISECOND = 1e6
const ROUNDS = 3

export interface Alignment {
  readonly clocks: Clocks
  readonly matches: Matches
}

/** Finds offset and matches together, each from the other. null where nothing on the two legs corresponds. */
export function align(requests: Requests, front: Int32Array, back: Int32Array): Alignment | null {
  let offset = firstGuess(requests, front, back)
  if (offset === null) return null
  let slack = 0.25 * median(Array.from(front, (a) => requests.end[a]! - requests.start[a]!)) + 20 * MILLISECOND
  let matches = match(requests, front, back, { offset, slack })
  for (let round = 0; round < ROUNDS && matches.matched > 0; round++) {
    const middles: number[] = []
    for (const [i, b] of back.entries()) {
      const a = matches.front[i]!
      if (a >= 0 && requests.status[b] !== 0) middles.push(middleOf(requests, a, b))
    }
    if (middles.length === 0) break
    offset = median(middles)
    const spread = median(middles.map((middle) => Math.abs(middle - offset!)))
    slack = Math.min(slack, 5 * MILLISECOND + 3 * spread)
    matches = match(requests, front, back, { offset, slack })
  }
  return { clocks: { offset, slack }, matches }
}

/** By identifiers where there are some; by targets asked for once on each side; else by the first request for each target. */
function firstGuess(r: Requests, front: Int32Array, back: Int32Array): number | null {
  const byIds = votes(r, front, back, (place) => r.ids.get(place) ?? [], true)
  if (byIds.length >= ENOUGH) return median(byIds)
  const targets = (place: number): readonly number[] => [r.key[place]!]
  const once = votes(r, front, back, targets, true)
  if (once.length >= ENOUGH) return median(once)
  const firsts = votes(r, front, back, targets, false)
  return byIds.length + firsts.length === 0 ? null : median([...byIds, ...firsts])
}

/** The offsets that pairs with one word in common suggest; `once`: only words that each side has once. */
function votes<Word>(
  r: Requests,
  front: Int32Array,
  back: Int32Array,
  words: (place: number) => readonly Word[],
  once: boolean,
): number[] {
  const inFront = firstsOf(front, words)
  const behind = firstsOf(
    back.filter((b) => r.status[b] !== 0),
    words,
  )
  const found: number[] = []
  for (const [word, b] of behind) {
    const a = inFront.get(word)
    if (a !== undefined && (!once || (a.count === 1 && b.count === 1))) found.push(middleOf(r, a.place, b.place))
  }
  return found
}

function firstsOf<Word>(
  places: Int32Array,
  words: (place: number) => readonly Word[],
): Map<Word, { place: number; count: number }> {
  const firsts = new Map<Word, { place: number; count: number }>()
  for (const place of places)
    for (const word of words(place)) {
      const known = firsts.get(word)
      if (known === undefined) firsts.set(word, { place, count: 1 })
      else known.count++
    }
  return firsts
}

/** What must be added to the times of `b` to bring its middle to that of `a`. Waiting for a new connection is part of the way. */
const middleOf = ({ start, demand, end }: Requests, a: number, b: number): number =>
  (start[a]! + end[a]!) / 2 - (demand[b]! + end[b]!) / 2

function median(values: readonly number[]): number {
  if (values.length === 0) return 0
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >>> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
