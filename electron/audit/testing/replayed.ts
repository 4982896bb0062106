/** Requests of one pool, drawn at random, as a replay takes them and as a plain reading of its definition can. */
import * as fc from 'fast-check'
import type { Demand } from '../simulate/demand'
import { AHEAD, FIRST, FORCED, GIVEN, LAST } from '../simulate/demand'

export const SECOND = 1e9
/** The capture's end. */
export const TO = 100 * SECOND
/** A request sent this long before the time-out meets the close. */
export const DELAY = 0.02 * SECOND
/** The settings as captured. */
export const REVEALED = { serverTimeout: 2.5 * SECOND, clientTimeout: 4 * SECOND, requestLimit: 4 }

/** How a chain began: opened for its first request, opened ahead of it, or there before the capture. */
type Began = 'for-request' | 'ahead' | 'given'

export interface Request {
  readonly at: number
  readonly service: number
  readonly chain: number
  /** The client opened a connection for it. */
  readonly first: boolean
  readonly last: boolean
  /** No request, but the wish to have a connection. */
  readonly ahead: boolean
  /** A connection was opened although another was idle. */
  readonly forced: boolean
  /** The first on a connection that was open before the capture. */
  readonly given: boolean
}

export interface Told {
  readonly requests: readonly Request[]
  readonly setup: readonly number[]
  readonly endsAfter: readonly number[]
}

const chains = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 60, noNaN: true }),
    began: fc.constantFrom<Began>('for-request', 'for-request', 'for-request', 'ahead', 'given'),
    forced: fc.nat(5).map((n) => n === 0),
    setup: fc.double({ min: 0, max: 0.3, noNaN: true }),
    endsAfter: fc.oneof(fc.constant(Infinity), fc.constant(0), fc.double({ min: 0.1, max: 5, noNaN: true })),
    exchanges: fc.array(
      fc.record({ wait: fc.double({ min: 0.001, max: 6, noNaN: true }), takes: fc.double({ min: 0.01, max: 2, noNaN: true }) }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
  { minLength: 1, maxLength: 15 },
)

/** Keeps what is drawn alike apart. */
const odd = (n: number): number => Math.sqrt(n + 2) / 4321

export const told: fc.Arbitrary<Told> = chains.map((all) => {
  const requests = all.flatMap(({ at, began, forced, setup: opening, exchanges }, chain) => {
    const setup = opening + odd(3 * chain)
    let now = at + odd(3 * chain + 1)
    const blank = { service: 0, chain, first: false, last: false, ahead: false, forced: false, given: false }
    const made: Request[] = []
    if (began === 'ahead') {
      made.push({ ...blank, at: now * SECOND, first: true, ahead: true, forced })
      now += setup
    }
    for (const [i, { wait, takes: about }] of exchanges.entries()) {
      const takes = about + odd(100 + chain * 7 + i)
      const first = i === 0 && began === 'for-request'
      if (!first) now += wait
      made.push({
        ...blank,
        at: now * SECOND,
        service: takes * SECOND,
        first,
        last: i + 1 === exchanges.length,
        forced: first && forced,
        given: i === 0 && began === 'given',
      })
      now += (first ? setup : 0) + takes
    }
    return made
  })
  requests.sort((a, b) => a.at - b.at)
  return {
    requests,
    setup: all.map((c, i) => (c.setup + odd(3 * i)) * SECOND),
    endsAfter: all.map((c) => c.endsAfter * SECOND),
  }
})

/** Does nothing happen at the same instant as anything else? Which of two such comes first is nobody's business. */
export function areApart(instants: readonly number[]): boolean {
  const sorted = [...instants].sort((a, b) => a - b)
  return sorted.every((at, i) => i === 0 || at - sorted[i - 1]! > 10)
}

export interface Pool {
  readonly oldestFirst?: boolean
  /** HTTP/2 in the capture, and requests at once on each of its connections. */
  readonly multiplexed?: boolean
  readonly streams?: number
  /** Seconds, and whether the first request at that age is served as the last. */
  readonly maxAge?: number
  readonly agesAtRequests?: boolean
}

/** Where and how a maximum age acts. */
export interface Aged {
  readonly maxAge: number
  readonly agesAtRequests: boolean
}

export const aged: fc.Arbitrary<Aged> = fc.record({
  maxAge: fc.oneof(
    fc.constant(Infinity),
    fc.double({ min: 0.05, max: 12, noNaN: true }).map((s) => s + Math.SQRT2 / 4321),
  ),
  agesAtRequests: fc.boolean(),
})

/** As the replay takes it: one pool, the first chain of which has the typical setup. */
export function demandOf(
  { requests, setup, endsAfter }: Told,
  { oldestFirst = false, multiplexed = false, streams = 100, maxAge = Infinity, agesAtRequests = false }: Pool = {},
): Demand {
  const bits = (r: Request): number =>
    (r.first ? FIRST : 0) | (r.last ? LAST : 0) | (r.forced ? FORCED : 0) | (r.ahead ? AHEAD : 0) | (r.given ? GIVEN : 0)
  const place = { start: 0, end: requests.length, server: 1, client: 1, opened: setup.length }
  return {
    from: 0,
    to: TO,
    requests: requests.filter((r) => !r.ahead).length,
    at: Float64Array.from(requests, (r) => r.at),
    service: Float64Array.from(requests, (r) => r.service),
    chain: Int32Array.from(requests, (r) => r.chain),
    flags: Uint8Array.from(requests, bits),
    setup: Float64Array.from(setup),
    lead: Float64Array.from(setup),
    setupRoundTrips: Float64Array.from(setup, () => 1),
    endsAfter: Float64Array.from(endsAfter),
    tls: new Uint8Array(setup.length),
    rtt: new Float64Array(setup.length),
    pools: [
      {
        ...REVEALED,
        ...place,
        multiplexed,
        streams,
        serverDelay: DELAY,
        typical: 0,
        oldestFirst,
        maxAge: maxAge * SECOND,
        agesAtRequests,
      },
    ],
  }
}
