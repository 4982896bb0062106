/** The audit's core: every connection gets its verdict. Reads the facts pool by pool, writes verdicts, holds neither. */
import type { Race } from '../../shared/model/audit'
import type { Store } from '../store/store'
import type { StoredVerdict } from '../store/tables'
import { Ages } from './ages'
import type { Explained, Habits } from './causes'
import { explain } from './causes'
import { Drains } from './drains'
import { ErrorCloses } from './error-closes'
import { missedCoalescing } from './coalescing'
import type { Elsewhere } from './elsewhere'
import { servedElsewhere } from './elsewhere'
import { LEAST_IDLE, SILENCE } from './lost-path'
import { originOf } from './origin'
import { seenRace } from './races'
import { whyNotJudged, whyUnknownIfFree } from './not-judged'
import { isWindowWarm, slowStartRoundTrips } from './slow-start'
import type { Subject } from './subjects'
import { SubjectPasses } from './subjects'
import { Timers } from './timers'
import type { Interval, Judged } from './walk'
import { PoolWalk } from './walk'

/** An upgraded connection and a tunnel are in use until they close, whatever their exchange looked like. */
const INTERVALS = `
SELECT s.pool, e.connection, e.ordinal, coalesce(e.request_at, e.response_at, s.first_at) AS start_at,
  CASE
    WHEN e.ordinal + 1 < s.exchange_count THEN coalesce(e.complete_at, e.response_at, e.request_at, s.first_at)
    -- Forgotten on the way: sent again and again, it keeps nothing busy that could serve (lost-path.ts).
    WHEN e.status IS NULL AND s.client_last_resent >= 2 AND s.server_fin_at IS NULL
      AND e.request_at - s.previous_complete_at >= ${LEAST_IDLE} THEN least(e.request_at + ${SILENCE}, coalesce(s.close_at, 'inf'::DOUBLE))
    WHEN s.upgraded OR s.application = 'tunnel' THEN coalesce(s.close_at, s.last_at)
    ELSE coalesce(e.complete_at, s.close_at, s.last_at)
  END AS end_at
FROM exchange_rows e JOIN subjects s ON s.id = e.connection
ORDER BY s.pool, start_at, e.connection, e.ordinal`

/** Races kept: enough to read through, few enough for a summary. */
const MAX_RACES = 200

export interface Judgement {
  readonly races: readonly Race[]
  readonly timers: Timers
}

/**
 * Judges everything in the store anew. Reads `subjects`.
 *
 * @param checkpoint called now and then; throws to stop (cancellation).
 */
export async function judge(store: Store, checkpoint: () => void = () => undefined): Promise<Judgement> {
  const timers = new Timers()
  const ages = new Ages()
  const errorCloses = new ErrorCloses()
  const drains = await Drains.read(store)
  const passes = new SubjectPasses(store)
  for await (const subjects of passes.pass()) {
    checkpoint()
    for (const s of subjects) {
      if (s.exchanges === 0 || drains.of(s) !== null) continue
      timers.learn(s)
      ages.learn(s)
      errorCloses.learn(s)
    }
  }
  const habits: Habits = { timers, ages, drains, errorCloses }
  const elsewhere = await servedElsewhere(store)
  const races: Race[] = []
  await store.writeVerdicts(async (put) => {
    const write = (judged: Judged): void => put(verdictOf(judged, habits, elsewhere.get(judged.subject.id)))
    const intervals = new IntervalCursor(store)
    try {
      let walk: PoolWalk | null = null
      let pool = -1
      for await (const subjects of passes.pass()) {
        checkpoint()
        for (const s of subjects) {
          if (s.pool !== pool) {
            if (walk !== null) await playUntil(intervals, walk, pool, Infinity)
            walk?.finish()
            pool = s.pool
            walk = new PoolWalk(s.application === 'h2' || s.application === 'h3', write)
          }
          const race = races.length < MAX_RACES ? seenRace(s) : null
          if (race !== null) races.push(race)
          if (s.exchanges === 0) {
            put(notJudged(s, whyNotJudged(s) ?? ''))
            continue
          }
          if (!intervals.play(walk!, pool, s.demandAt)) await playUntil(intervals, walk!, pool, s.demandAt)
          walk!.demand(s)
        }
      }
      if (walk !== null) await playUntil(intervals, walk, pool, Infinity)
      walk?.finish()
    } finally {
      await intervals.close()
    }
  })
  return { races, timers }
}

/** Gives the walk the pool's exchanges that began before an instant. */
async function playUntil(intervals: IntervalCursor, walk: PoolWalk, pool: number, until: number): Promise<void> {
  while (!intervals.play(walk, pool, until)) await intervals.fetch()
}

/** The exchanges of all pools, in the order in which the walk wants them. */
class IntervalCursor {
  readonly #chunks: ReturnType<Store['columns']>
  #columns: readonly (readonly number[])[] = []
  #row = 0
  #count = 0
  #ended = false

  constructor(store: Store) {
    this.#chunks = store.columns(INTERVALS)
  }

  /** @returns false when more rows must be fetched before it can say that it is done. */
  play(walk: PoolWalk, pool: number, until: number): boolean {
    const [pools, connections, ordinals, starts, ends] = this.#columns
    while (this.#row < this.#count) {
      const i = this.#row
      const startAt = starts![i]!
      if (pools![i]! > pool || (pools![i] === pool && startAt >= until)) return true
      this.#row++
      const interval: Interval = { connection: connections![i]!, ordinal: ordinals![i]!, startAt, endAt: ends![i]! }
      walk.start(interval)
    }
    return this.#ended
  }

  async fetch(): Promise<void> {
    const next = await this.#chunks.next()
    this.#ended = next.done === true
    this.#columns = next.done === true ? [] : (next.value as readonly (readonly number[])[])
    this.#count = this.#columns[0]?.length ?? 0
    this.#row = 0
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined)
  }
}

const shared = (s: Subject) => ({
  id: s.id,
  pool: s.pool,
  setupRoundTrips: s.setupRoundTrips,
  setupSeconds: s.setup === null ? null : s.setup / 1e9,
  synRetransmissionSeconds: s.synWait / 1e9,
  vantage: s.vantage,
})

function notJudged(s: Subject, reason: string): StoredVerdict {
  const verdict = { ...shared(s), verdict: 'not-judged', cause: null, neededWithHttp2: false, evidence: null, reason } as const
  return { origin: originOf(s), verdict, demandGapSeconds: null, slowStartRoundTrips: 0 }
}

function verdictOf(judged: Judged, habits: Habits, elsewhere: Elsewhere | undefined): StoredVerdict {
  const { subject: s, previous, neededWithHttp2, gap } = judged
  const reason = whyNotJudged(s)
  if (reason !== null) return notJudged(s, reason)
  if (judged.verdict === 'unknown-if-free') return notJudged(s, previous === null ? '' : whyUnknownIfFree(previous.subject))
  if (judged.verdict === 'first' && elsewhere !== undefined) {
    const { cause, evidence, freeSince } = elsewhere
    return avoidable(s, { cause, evidence }, s.demandAt - freeSince, false)
  }
  if (judged.verdict !== 'avoidable' || previous === null) {
    const cause = judged.verdict === 'first' ? 'first' : 'concurrency'
    const verdict = { ...shared(s), verdict: 'needed', cause, neededWithHttp2, evidence: null, reason: null } as const
    return { origin: originOf(s), verdict, demandGapSeconds: null, slowStartRoundTrips: 0 }
  }
  return avoidable(s, missedCoalescing(explain(previous, s, habits), previous.subject, s), gap, neededWithHttp2)
}

function avoidable(s: Subject, { cause, evidence }: Explained, idle: number, neededWithHttp2: boolean): StoredVerdict {
  return {
    origin: originOf(s),
    verdict: { ...shared(s), verdict: 'avoidable', cause, neededWithHttp2, evidence, reason: null },
    demandGapSeconds: idle / 1e9,
    slowStartRoundTrips: isWindowWarm(idle, s.rtt) ? slowStartRoundTrips(s.firstResponseBytes) : 0,
  }
}
