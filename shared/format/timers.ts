/** Inferred timers, expected races and chains in words. Plain text: strings of the capture in it are made safe. */
import type { PoolRacePrediction, RacePrediction } from '../model/races'
import type { InferredTimer, TimerKind } from '../model/timers'
import { formatCount, formatNumber, plural } from './numbers'
import { plain } from './plain'
import { formatDuration } from './times'

const KINDS: Record<TimerKind, string> = {
  'idle-timeout': 'Idle time-out',
  'request-limit': 'Request limit',
  'max-age': 'Maximum age',
  'pool-size': 'Pool size',
  'kept-idle': 'Idle connections kept',
}

/** "Idle time-out", "Request limit", … */
export const timerLabel = (kind: TimerKind): string => KINDS[kind]

/** A time-out for people: whole and half seconds stay short ("5.0 s", "0.50 s", "75 s"). */
export function formatTimeout(seconds: number): string {
  if (seconds >= 59.95) return formatDuration(seconds)
  return `${seconds.toFixed(seconds < 1 ? 2 : seconds < 10 ? 1 : 0)} s`
}

const isTime = (kind: TimerKind): boolean => kind === 'idle-timeout' || kind === 'max-age'

/** The value alone: "5.0 s", "at least 31 s", "100". */
export function timerValue({ kind, value, bound }: InferredTimer): string {
  return `${bound === 'at-least' ? 'at least ' : ''}${isTime(kind) ? formatTimeout(value) : formatCount(value)}`
}

/** What was seen, as a predicate: "closes after 5.0 s idle (12 of 12 closes)", "kept idle connections at least 31 s". */
export function timerText(timer: InferredTimer): string {
  const { kind, value, bound, samples, of } = timer
  const seen = `(${formatCount(samples)} of ${plural(of, 'close')})`
  switch (kind) {
    case 'idle-timeout':
      return bound === 'exact'
        ? `closes after ${formatTimeout(value)} idle ${seen}${timer.estimated === true ? ', an estimate: encrypted' : ''}`
        : `kept idle connections at least ${formatTimeout(value)}`
    case 'request-limit':
      return bound === 'exact'
        ? `ends connections after ${plural(value, 'request')} ${seen}`
        : `let a connection carry at least ${plural(value, 'request')}`
    case 'max-age':
      return `closes connections at an age of ${formatTimeout(value)} ${seen}`
    case 'pool-size':
      return bound === 'exact'
        ? `holds ${plural(value, 'connection')} and no more, while requests wait (${plural(samples, 'time')})`
        : `held ${plural(value, 'connection')} at once`
    case 'kept-idle':
      return `keeps ${plural(value, 'idle connection')}, and closes the others right after their responses ${seen}`
  }
}

/** What the server says of it: "timeout=5", "max=100"; null where nothing was advertised. */
export function advertisedText({ kind, advertised }: InferredTimer): string | null {
  if (advertised === null) return null
  return `${kind === 'request-limit' ? 'max' : 'timeout'}=${formatNumber(advertised)}`
}

/** Whose it is: "nginx/1.22.1 at 10.0.0.1:80", "curl/8.5.0 at 10.0.0.2". */
export function timerOwner({ who, kind }: InferredTimer): string {
  const name = who.product === null ? plain(who.address) : `${plain(who.product, 60)} at ${plain(who.address)}`
  return (kind === 'pool-size' || kind === 'kept-idle') && who.origin !== null ? `${name} towards ${plain(who.origin, 80)}` : name
}

/** "12 expected per 10,000", or how few where none is. */
export function expectedText({ expectedPer10000 }: RacePrediction): string {
  if (expectedPer10000 === 0) return 'none'
  return expectedPer10000 < 0.1 ? 'under 0.1' : formatNumber(expectedPer10000)
}

/** One sentence for an origin's expected races. */
export function raceSentence(p: RacePrediction): string {
  const server = `${plain(p.origin, 80)}: with ${p.knownBy === 'advertised' ? 'an advertised' : 'an'} idle time-out of ${formatTimeout(p.timeoutSeconds)}`
  const sample = `${plural(p.reusedRequests, 'request')} on open connections, ${plural(p.near, 'pause')} within ${formatDuration(p.windowSeconds / 2)} of it`
  const seen = p.seen > 0 ? `, ${formatCount(p.seen)} lost here` : ''
  const expected = p.expectedPer10000 === 0 ? 'no request' : `${expectedText(p)} of 10,000 requests`
  return `${server}, ${expected} on open connections ${p.expectedPer10000 === 1 ? 'is' : 'are'} expected to meet the close (${sample}${seen}; ${p.confidence} confidence).`.replace(
    'no request on open connections are',
    'no request on open connections is',
  )
}

/** Pauses near the time-out, or losses, that tell a pool's share from chance. */
const TELLING = 3

/** Pools that are expected to lose at least twice what their origin is on average, and more than one in 10,000. */
export const riskierPools = (
  pools: readonly PoolRacePrediction[],
  origins: readonly RacePrediction[],
): readonly PoolRacePrediction[] =>
  pools.filter(({ origin, server, near, seen, expectedPer10000 }) => {
    const average = origins.find((o) => o.origin === origin && o.server === server)?.expectedPer10000 ?? Infinity
    return expectedPer10000 >= 1 && expectedPer10000 >= 2 * average && Math.max(near, seen) >= TELLING
  })

/** One sentence for a pool that stands out. */
export const poolRaceSentence = (p: PoolRacePrediction): string =>
  `${plain(p.origin, 80)}, the client ${plain(p.client)} alone: ${expectedText(p)} of its 10,000 ` +
  `(${plural(p.reusedRequests, 'request')} on open connections, ${plural(p.near, 'pause')} within ${formatDuration(p.windowSeconds / 2)} of the time-out` +
  `${p.seen > 0 ? `, ${formatCount(p.seen)} lost here` : ''}; ${p.confidence} confidence).`

/** Timers worth a place on paper: what was seen, and the idle times that servers are known to survive. */
export const tellingTimers = (timers: readonly InferredTimer[], most: number): readonly InferredTimer[] =>
  timers.filter((t) => t.bound === 'exact' || (t.kind === 'idle-timeout' && t.side === 'server')).slice(0, most)
