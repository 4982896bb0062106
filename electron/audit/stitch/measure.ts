/** What joined legs tell: what the proxy answered itself, on how many connections it asked, what that cost users, and what failed. */
import type { StitchConfidence, StitchedFailure, StitchedLegs, StitchedRequest } from '../../../shared/model/legs'
import type { Side } from '../../../shared/model/facts'
import type { Store } from '../../store/store'
import type { Clocks, Matches } from './match'
import type { Requests } from './requests'

const LISTED = 50
/** Answers by which a proxy tells that it got none, or none in time (RFC 9110 §15.6.3 to §15.6.5). */
const GATEWAY_FAILURES: readonly number[] = [502, 503, 504]

export interface Joined {
  readonly front: number
  /** Places of the front's requests, in the order of time. */
  readonly places: Int32Array
  readonly backs: readonly { readonly leg: number; readonly places: Int32Array; readonly matches: Matches }[]
  readonly clocks: Clocks
  /** The legs are in captures of their own. */
  readonly apart: boolean
}

interface Pair {
  readonly a: number
  readonly b: number
  readonly confidence: StitchConfidence
}

type SpanOf = (places: Int32Array) => { readonly from: number; readonly to: number }

export async function measure(
  store: Store,
  r: Requests,
  joined: Joined,
  spanOf: SpanOf,
  startedAt: number,
): Promise<StitchedLegs> {
  const { offset } = joined.clocks
  const pairs = pairsOf(joined)
  const matched = new Set(pairs.map(({ a }) => a))
  const users = within(
    r,
    joined.places,
    joined.backs.map(({ places }) => spanOf(places)),
    offset,
    matched,
  )
  const explained = new Set(pairs.map(({ b }) => b))
  const front = spanOf(joined.places)
  const behind = joined.backs.flatMap(({ places }) => [...within(r, places, [front], -offset, explained)])
  const waits = Float64Array.from(pairs, ({ a, b }) => waitOf(r, a, b, joined.clocks)).sort()
  const retries = joined.backs.reduce((sum, { matches }) => sum + matches.retries, 0)
  const words = pairs.length === 0 ? new Map<number, Words>() : await wordsOf(store, r, notable(r, pairs))
  const failed = failures(r, pairs)
  const tell = (pair: Pair): StitchedRequest => requestOf(r, pair, words.get(pair.a), joined.clocks, startedAt)
  const closes = await closesOf(store, r, failed.slice(0, LISTED))
  return {
    front: joined.front,
    back: joined.backs.map(({ leg }) => leg).sort((x, y) => x - y),
    clockOffsetSeconds: seconds(offset),
    offsetEstimated: joined.apart,
    requests: users.length,
    forwarded: pairs.length,
    answeredByProxyRatio: users.length === 0 ? 0 : Math.max(0, 1 - pairs.length / users.length),
    unexplained: Math.max(0, behind.length - pairs.length - retries),
    retries,
    confidence: {
      exact: pairs.filter((p) => p.confidence === 'exact').length,
      high: pairs.filter((p) => p.confidence === 'high').length,
      low: pairs.filter((p) => p.confidence === 'low').length,
    },
    frontConnections: new Set(pairs.map(({ a }) => r.connection[a]!)).size,
    backConnections: new Set(pairs.map(({ b }) => r.connection[b]!)).size,
    frontReuseRatio: share(pairs, ({ a }) => r.ordinal[a]! > 0),
    backReuseRatio: share(pairs, ({ b }) => r.ordinal[b]! > 0),
    waitedForSetup: waits.filter((wait) => wait > 0).length,
    setupSeconds: {
      total: seconds(1e9 * waits.reduce((sum, wait) => sum + wait, 0)),
      p50: quantile(waits, 0.5),
      p99: quantile(waits, 0.99),
      max: waits.at(-1) ?? 0,
    },
    slowest: slowestOf(r, pairs).map(tell),
    failures: failed.slice(0, LISTED).map((pair): StitchedFailure => ({ request: tell(pair), ...closes(pair) })),
    failureCount: failed.length,
  }
}

const pairsOf = ({ backs }: Joined): readonly Pair[] =>
  backs.flatMap(({ places, matches }) =>
    [...places].flatMap((b, i) => {
      const confidence = matches.confidence[i] ?? null
      return confidence === null ? [] : [{ a: matches.front[i]!, b, confidence }]
    }),
  )

/** Requests while the other leg was captured; what was joined was. */
const within = (
  r: Requests,
  places: Int32Array,
  spans: readonly { readonly from: number; readonly to: number }[],
  offset: number,
  joined: ReadonlySet<number>,
): Int32Array =>
  places.filter(
    (place) =>
      joined.has(place) || spans.some(({ from, to }) => r.start[place]! >= from + offset && r.end[place]! <= to + offset),
  )

/** Seconds the user waited for the connection behind: none if it was wanted before the user's request. */
function waitOf(r: Requests, a: number, b: number, { offset, slack }: Clocks): number {
  const wantedAt = r.demand[b]!
  if (r.ordinal[b] !== 0 || wantedAt === r.start[b] || wantedAt + offset < r.start[a]! - slack) return 0
  return r.setupSeconds[b]!
}

const seconds = (nanos: number): number => Math.round(nanos) / 1e9
const share = (pairs: readonly Pair[], is: (pair: Pair) => boolean): number =>
  pairs.length === 0 ? 0 : pairs.filter(is).length / pairs.length

/** The least value that `q` of them do not exceed. */
const quantile = (sorted: Float64Array, q: number): number => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0

const slowestOf = (r: Requests, pairs: readonly Pair[]): readonly Pair[] =>
  [...pairs].sort((x, y) => durationOf(r, y.a) - durationOf(r, x.a) || x.a - y.a).slice(0, LISTED)
const durationOf = ({ start, end }: Requests, place: number): number => end[place]! - start[place]!

/** The upstream gave no answer, and the user got a failure or nothing. */
const failures = (r: Requests, pairs: readonly Pair[]): readonly Pair[] =>
  pairs.filter(({ a, b }) => r.status[b] === 0 && (r.status[a] === 0 || GATEWAY_FAILURES.includes(r.status[a]!)))

const notable = (r: Requests, pairs: readonly Pair[]): readonly number[] =>
  [...slowestOf(r, pairs), ...failures(r, pairs).slice(0, LISTED)].map(({ a }) => a)

interface Words {
  readonly method: string
  readonly target: string
}

const MOST_OF_TARGET = 300

/** Method and target of a few requests. */
async function wordsOf(store: Store, r: Requests, places: readonly number[]): Promise<ReadonlyMap<number, Words>> {
  const wanted = [...new Set(places)].map((place) => `(${place}, ${r.connection[place]!}, ${r.ordinal[place]!})`)
  if (wanted.length === 0) return new Map()
  const rows = await store.rows(`
    SELECT w.place::DOUBLE AS place, h.method, left(e.target, ${MOST_OF_TARGET}) AS target
    FROM (VALUES ${wanted.join(',')}) w(place, connection, ordinal)
    JOIN exchange_rows e ON e.connection = w.connection AND e.ordinal = w.ordinal JOIN header_sets h ON h.id = e.headers`)
  return new Map(
    rows.map((row) => [row.place as number, { method: (row.method ?? '') as string, target: (row.target ?? '') as string }]),
  )
}

function requestOf(
  r: Requests,
  { a, b, confidence }: Pair,
  words: Words | undefined,
  clocks: Clocks,
  startedAt: number,
): StitchedRequest {
  const end = (place: number) => ({
    connection: r.connection[place]!,
    ordinal: r.ordinal[place]!,
    status: r.status[place] === 0 ? null : r.status[place]!,
  })
  const took = (place: number): number | null => (r.status[place] === 0 ? null : seconds(durationOf(r, place)))
  return {
    method: words?.method ?? '',
    target: words?.target ?? '',
    at: seconds(r.start[a]! - startedAt),
    front: end(a),
    back: end(b),
    frontSeconds: took(a),
    backSeconds: took(b),
    setupSeconds: waitOf(r, a, b, clocks),
    confidence,
  }
}

type CloseOf = (pair: Pair) => Omit<StitchedFailure, 'request'>

/** How the connections behind ended, and how long they had been idle when the request came. */
async function closesOf(store: Store, r: Requests, failed: readonly Pair[]): Promise<CloseOf> {
  const wanted = failed.map(({ a, b }) => `(${b}, ${r.connection[b]!}, ${r.ordinal[b]!}, ${r.connection[a]!}, ${r.ordinal[a]!})`)
  const rows =
    wanted.length === 0
      ? []
      : await store.rows(`
    SELECT w.place::DOUBLE AS place, (e.request_at - p.complete_at) / 1e9 AS idle, c.close_by, c.close_how, c.close_packet, a.response_packet
    FROM (VALUES ${wanted.join(',')}) w(place, connection, ordinal, front, front_ordinal)
    JOIN exchange_rows e ON e.connection = w.connection AND e.ordinal = w.ordinal JOIN subjects c ON c.id = w.connection
    JOIN exchange_rows a ON a.connection = w.front AND a.ordinal = w.front_ordinal
    LEFT JOIN exchange_rows p ON p.connection = w.connection AND p.ordinal + 1 = w.ordinal`)
  const byPlace = new Map(rows.map((row) => [row.place as number, row]))
  return ({ b }) => {
    const row = byPlace.get(b)
    return {
      idleSeconds: (row?.idle ?? null) as number | null,
      closedBy: (row?.close_by ?? null) as Side | null,
      closedHow: (row?.close_how ?? null) as 'fin' | 'rst' | null,
      packets: [row?.close_packet, row?.response_packet].filter((packet) => typeof packet === 'number' && packet > 0) as number[],
    }
  }
}
