/** The audit's core: every connection gets its verdict. Reads the facts pool by pool, writes verdicts, holds neither. */
import type { Cause, ConnectionVerdict, Evidence, Race } from '../../shared/model/audit'
import type { Store } from '../store/store'
import type { Columns } from '../store/stream'
import type { StoredVerdict } from '../store/tables'
import { Ages } from './ages'
import type { Habits } from './case'
import { explain } from './causes'
import { Credentials } from './credentials'
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
import type { UsedPool } from './pool-use'
import { PoolUses } from './pool-use'
import type { Judged } from './opened'
import type { Interval } from './walk'
import { PoolWalk } from './walk'

/** An upgraded connection and a tunnel are in use until they close, whatever their exchange looked like. */
const INTERVALS = `
SELECT s.pool, e.connection, e.ordinal, coalesce(e.request_at, e.response_at, s.first_at) AS start_at,
  CASE
    WHEN e.ordinal + 1 < s.exchange_count THEN coalesce(e.complete_at, e.response_at, e.request_at, s.first_at)
    -- Forgotten on the way: sent again and again, it keeps nothing busy that could serve (lost-path.ts).
    WHEN e.status IS NULL AND s.client_last_resent >= 2 AND s.server_end_at IS NULL
      AND e.request_at - s.previous_complete_at >= ${LEAST_IDLE} THEN least(e.request_at + ${SILENCE}, coalesce(s.close_at, 'inf'::DOUBLE))
    WHEN s.upgraded OR s.application = 'tunnel' THEN coalesce(s.close_at, s.last_at)
    ELSE coalesce(e.complete_at, s.close_at, s.last_at)
  END AS end_at
FROM exchange_rows e JOIN subjects s ON s.id = e.connection
ORDER BY s.pool, start_at, e.connection, e.ordinal`

/** Races kept: enough to read through, few enough for a summary. */
const MAX_RACES = 200

/** What all connections together say, before any is judged. */
export interface Learned extends Habits {
  /** Goes through all subjects again. */
  readonly passes: SubjectPasses
}

/**
 * Goes through all subjects once. Reads `subjects`.
 *
 * @param checkpoint called now and then; throws to stop (cancellation).
 */
export async function learn(store: Store, checkpoint: () => void = () => undefined): Promise<Learned> {
  const timers = new Timers()
  const ages = new Ages()
  const errorCloses = new ErrorCloses()
  const credentials = new Credentials()
  const drains = await Drains.read(store)
  const passes = new SubjectPasses(store)
  for await (const subjects of passes.pass()) {
    checkpoint()
    for (const s of subjects) {
      if (s.exchanges === 0) continue
      credentials.learn(s)
      timers.carried(s)
      if (drains.of(s) !== null) continue
      timers.learn(s)
      ages.learn(s)
      errorCloses.learn(s)
    }
  }
  return { timers, ages, drains, errorCloses, credentials, passes }
}

/**
 * Judges everything in the store anew.
 *
 * @param checkpoint called now and then; throws to stop (cancellation).
 * @returns races seen, and how clients used their pools
 */
export async function judge(
  store: Store,
  learned: Learned,
  checkpoint: () => void = () => undefined,
): Promise<{ readonly races: readonly Race[]; readonly pools: readonly UsedPool[] }> {
  const intervals = new IntervalCursor(store)
  const races: Race[] = []
  const uses = new PoolUses()
  try {
    const elsewhere = await servedElsewhere(store)
    await store.writeVerdicts(async (put) => {
      const write = (judged: Judged): void => put(verdictOf(judged, learned, elsewhere.get(judged.subject.id)))
      let walk: PoolWalk | null = null
      let pool = -1
      // A pool whose connections carry one request at a time, and whose packets were seen.
      let sized = false
      for await (const subjects of learned.passes.pass()) {
        checkpoint()
        for (const s of subjects) {
          if (s.pool !== pool) {
            if (walk !== null) await playUntil(intervals, walk, pool, Infinity)
            walk?.finish()
            if (walk !== null && sized) uses.add(pool, walk.use)
            pool = s.pool
            sized = s.transport === 'tcp' && s.application === 'http/1'
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
      if (walk !== null && sized) uses.add(pool, walk.use)
    })
  } finally {
    await intervals.close()
  }
  return { races, pools: uses.all }
}

/** Gives the walk the pool's exchanges that began before an instant. */
async function playUntil(intervals: IntervalCursor, walk: PoolWalk, pool: number, until: number): Promise<void> {
  while (!intervals.play(walk, pool, until)) await intervals.fetch()
}

/** The exchanges of all pools, in the order in which the walk wants them. The store makes the next chunk ready while one is walked over. */
class IntervalCursor {
  readonly #chunks: ReturnType<Store['columns']>
  #next: Promise<IteratorResult<Columns>>
  #columns: readonly (readonly number[])[] = []
  #row = 0
  #count = 0
  #ended = false

  constructor(store: Store) {
    this.#chunks = store.columns(INTERVALS)
    this.#next = this.#ahead()
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
    const next = await this.#next
    this.#ended = next.done === true
    if (!this.#ended) this.#next = this.#ahead()
    this.#columns = next.done === true ? [] : (next.value as readonly (readonly number[])[])
    this.#count = this.#columns[0]?.length ?? 0
    this.#row = 0
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#next])
    await this.#chunks.return(undefined)
  }

  #ahead(): Promise<IteratorResult<Columns>> {
    const next = this.#chunks.next()
    // Whoever waits for it hears of a failure; until then it is nobody's.
    next.catch(() => undefined)
    return next
  }
}

/** What is said of every connection. Written out: spreading it into each verdict takes longer than making the verdict. */
function stored(
  s: Subject,
  what: Pick<ConnectionVerdict, 'verdict' | 'cause' | 'neededWithHttp2' | 'evidence' | 'reason'>,
  demandGapSeconds: number | null = null,
  slowStart = 0,
): StoredVerdict {
  const { verdict, cause, neededWithHttp2, evidence, reason } = what
  return {
    origin: originOf(s),
    verdict: {
      id: s.id,
      pool: s.pool,
      setupRoundTrips: s.setupRoundTrips,
      setupSeconds: s.setup === null ? null : s.setup / 1e9,
      synRetransmissionSeconds: s.synWait / 1e9,
      vantage: s.vantage,
      verdict,
      cause,
      neededWithHttp2,
      evidence,
      reason,
    },
    demandGapSeconds,
    slowStartRoundTrips: slowStart,
  }
}

const notJudged = (s: Subject, reason: string): StoredVerdict =>
  stored(s, { verdict: 'not-judged', cause: null, neededWithHttp2: false, evidence: null, reason })

function verdictOf(judged: Judged, habits: Habits, elsewhere: Elsewhere | undefined): StoredVerdict {
  const { subject: s, previous, neededWithHttp2, gap } = judged
  const reason = whyNotJudged(s)
  if (reason !== null) return notJudged(s, reason)
  if (judged.verdict === 'unknown-if-free') return notJudged(s, previous === null ? '' : whyUnknownIfFree(previous.subject))
  if (judged.verdict === 'first' && elsewhere !== undefined) {
    return avoidable(s, elsewhere.cause, elsewhere.evidence, s.demandAt - elsewhere.freeSince, false)
  }
  if (judged.verdict !== 'avoidable' || previous === null) {
    const cause = judged.verdict === 'first' ? 'first' : 'concurrency'
    return stored(s, { verdict: 'needed', cause, neededWithHttp2, evidence: null, reason: null })
  }
  const { cause, evidence } = missedCoalescing(explain(previous, s, habits), previous.subject, s)
  return avoidable(s, cause, evidence, gap, neededWithHttp2)
}

function avoidable(s: Subject, cause: Cause, evidence: Evidence, idle: number, neededWithHttp2: boolean): StoredVerdict {
  const slowStart = isWindowWarm(idle, s.rtt) ? slowStartRoundTrips(s.firstResponseBytes) : 0
  return stored(s, { verdict: 'avoidable', cause, neededWithHttp2, evidence, reason: null }, idle / 1e9, slowStart)
}
