/** Joins the legs of an audit, request by request: docs/audit-model.md, "Legs". */
import type { Stitching, StitchedLegs } from '../../../shared/model/legs'
import type { CaptureFact } from '../../../shared/model/facts'
import type { Store } from '../../store/store'
import type { SeenLeg } from '../legs/find'
import type { Carried } from './carried'
import { carriedOf } from './carried'
import { candidates, mayBeJoined } from './candidates'
import type { Candidate } from './candidates'
import { match } from './match'
import { measure } from './measure'
import type { Joined } from './measure'
import { align } from './offset'
import type { Alignment } from './offset'
import type { Requests } from './requests'
import { clientsByLeg, loadRequests, placesByLeg } from './requests'

/** Requests compared over all tries, so that many legs cannot take for ever; and pairs that are told. */
const MOST_WORK = 6_000_000
const MAX_PAIRS = 16
/** Timestamps of several interfaces of one machine may be a little out of order. */
const SAME_CLOCK = { offset: 0, slack: 1e6 }
/** What makes a join believed: some matches that rest on an identifier or address, or nearly all by target and time. */
const CERTAIN = 2
const FEW = 3
const NEARLY_ALL = 0.8

export interface Stitched {
  /** null where no two legs belong together. */
  readonly stitching: Stitching | null
  readonly carried: readonly Carried[]
}

const NOTHING: Stitched = { stitching: null, carried: [] }

/** @throws what `checkpoint` throws. */
export async function stitch(
  store: Store,
  legs: readonly SeenLeg[],
  captures: readonly CaptureFact[],
  checkpoint: () => void = () => undefined,
): Promise<Stitched> {
  if (legs.length < 2 || !mayBeJoined(legs, await clientsByLeg(store))) return NOTHING
  const requests = await loadRequests(store, checkpoint)
  const places = placesByLeg(requests)
  const capturesOf = places.map((of) => new Set(Array.from(of, (place) => requests.capture[place]!)))
  const best = new Map<number, { readonly candidate: Candidate; readonly alignment: Alignment }>()
  let work = 0
  let limited = requests.limited
  for (const candidate of candidates(requests, places, legs)) {
    checkpoint()
    const [front, back] = [places[candidate.front]!, places[candidate.back]!]
    work += front.length + back.length
    if (work > MOST_WORK) {
      limited = true
      break
    }
    const together = [...capturesOf[candidate.front]!].some((capture) => capturesOf[candidate.back]!.has(capture))
    const alignment = together
      ? { clocks: SAME_CLOCK, matches: match(requests, front, back, SAME_CLOCK) }
      : align(requests, front, back)
    if (alignment === null || !isBelieved(alignment, front.length, back.length, !together)) continue
    // The other way round the requests behind would be the longer ones.
    if (around(requests, places, { candidate, alignment }) <= 0) continue
    const known = best.get(candidate.back)
    if (known === undefined || isCloser(requests, places, { candidate, alignment }, known))
      best.set(candidate.back, { candidate, alignment })
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  const joined = joinedByFront([...best.values()], places)
  if (joined.length === 0) return NOTHING
  const pairs: StitchedLegs[] = []
  for (const one of joined.slice(0, MAX_PAIRS))
    pairs.push(await measure(store, requests, one, spansOf(requests, captures), startOf(captures)))
  return { stitching: { pairs, limited: limited || joined.length > MAX_PAIRS }, carried: carriedOf(requests, joined) }
}

function isBelieved({ matches }: Alignment, front: number, back: number, apart: boolean): boolean {
  if (matches.certain >= CERTAIN) return true
  if (matches.matched < FEW) return false
  return matches.matched >= NEARLY_ALL * back || (apart && matches.matched >= NEARLY_ALL * front)
}

interface Try {
  readonly candidate: Candidate
  readonly alignment: Alignment
}

/** A request is inside those of every leg in front of it: the nearest of them is the tightest. */
function isCloser(requests: Requests, places: readonly Int32Array[], one: Try, other: Try): boolean {
  const [a, b] = [one.alignment.matches.matched, other.alignment.matches.matched]
  if (Math.abs(a - b) > 0.1 * Math.max(a, b)) return a > b
  return around(requests, places, one) < around(requests, places, other)
}

/** How much longer the requests in front are than those behind, in nanoseconds, on average. */
function around({ start, end }: Requests, places: readonly Int32Array[], { candidate, alignment }: Try): number {
  let sum = 0
  const back = places[candidate.back]!
  for (const [i, b] of back.entries()) {
    const a = alignment.matches.front[i]!
    if (a >= 0) sum += end[a]! - start[a]! - (end[b]! - start[b]!)
  }
  return sum / Math.max(1, alignment.matches.matched)
}

/** A proxy's upstreams together: those that are reached from one leg, with one clock. */
function joinedByFront(tries: readonly Try[], places: readonly Int32Array[]): readonly Joined[] {
  const byFront = new Map<string, Joined>()
  for (const { candidate, alignment } of tries) {
    // Captures of their own have clocks of their own.
    const key = `${candidate.front} ${alignment.clocks === SAME_CLOCK ? '' : candidate.back}`
    const one = { leg: candidate.back, places: places[candidate.back]!, matches: alignment.matches }
    const known = byFront.get(key)
    if (known !== undefined) byFront.set(key, { ...known, backs: [...known.backs, one] })
    else {
      const { clocks } = alignment
      byFront.set(key, {
        front: candidate.front,
        places: places[candidate.front]!,
        backs: [one],
        clocks,
        apart: clocks !== SAME_CLOCK,
      })
    }
  }
  const size = (joined: Joined): number => joined.backs.reduce((sum, { matches }) => sum + matches.matched, 0)
  return [...byFront.values()].sort((a, b) => size(b) - size(a) || a.front - b.front)
}

const startOf = (captures: readonly CaptureFact[]): number => {
  const starts = captures.flatMap(({ firstAt }) => (firstAt === null ? [] : [firstAt]))
  return starts.length === 0 ? 0 : Math.min(...starts)
}

/** When the captures that hold a leg were taken: outside, a request may be missing because nobody listened. */
const spansOf =
  (requests: Requests, captures: readonly CaptureFact[]) =>
  (places: Int32Array): { readonly from: number; readonly to: number } => {
    let from = Infinity
    let to = -Infinity
    for (const id of new Set(Array.from(places, (place) => requests.capture[place]!))) {
      from = Math.min(from, captures[id]?.firstAt ?? -Infinity)
      to = Math.max(to, captures[id]?.lastAt ?? Infinity)
    }
    return from <= to ? { from, to } : { from: -Infinity, to: Infinity }
  }
