/**
 * Why the earlier connection P was not used again: one cause, by the first rule that matches (docs/audit-model.md, "Causes").
 * Each rule is a function that answers with the cause and its evidence, or with null.
 */
import { plural } from '../../shared/format'
import type { Case, Explained, Habits, Previous } from './case'
import { list, seconds } from './case'
import { saysClose, saysKeepAlive } from './connection-options'
import { closeGap, isDiscarded, promptWithin } from './idle'
import { clientIdleTimeout, serverIdleTimeout } from './idle-causes'
import { lostPath } from './lost-path'
import { seenRace } from './races'
import type { LastExchange, Subject } from './subjects'
import { countedDown, endedByServer } from './inferred/request-counts'

type Rule = (c: Case) => Explained | null

const RULES: readonly Rule[] = [
  forgottenOnTheWay,
  stillOpen,
  lostRace,
  http10,
  clientRequestedClose,
  requestLimit,
  serverDrain,
  ageLimit,
  errorResponse,
  keepAliveDisabled,
  serverIdleTimeout,
  goaway,
  clientIdleTimeout,
  poolFull,
  closedByEitherSide,
]

export function explain(previous: Previous, next: Subject, habits: Habits): Explained {
  const { demandAt } = next
  const givenUpBy = Math.max(demandAt, next.firstRequestAt ?? demandAt)
  const { timers } = habits
  const p = previous.subject
  const base = { previousConnection: p.id, count: previous.done }
  if (p.last === null) return { cause: 'unknown', evidence: { ...base, text: `Connection ${p.id} carried no exchange.` } }
  const gap = closeGap(p)
  const c: Case = {
    p,
    next,
    last: p.last,
    previous,
    demandAt,
    givenUpBy,
    timers,
    habits,
    gap,
    idle: gap !== null && gap > promptWithin(p),
    base,
  }
  for (const rule of RULES) {
    const found = rule(c)
    if (found !== null) return found
  }
  const recorded = p.transport === 'har' ? 'A HAR does not record when connections close' : 'Nothing in the capture shows its end'
  const text = `Connection ${p.id} was free, ${seconds(demandAt - previous.freeSince)} after its last response. ${recorded}.`
  return { cause: 'unknown', evidence: { ...base, gapSeconds: (demandAt - previous.freeSince) / 1e9, text } }
}

function stillOpen({ p, next, last, previous, habits, demandAt, givenUpBy, base }: Case): Explained | null {
  if (p.transport === 'har') return null
  if (p.close !== null && p.close.at <= (p.close.by === 'client' ? givenUpBy : demandAt)) return null
  // GOAWAY announces the close (RFC 9113 §6.8): no new request may go there.
  if (p.goawayAt !== null && p.goawayAt <= demandAt) return null
  // No packet of it was captured after a pause in the captures: whether it was still open is not known.
  if (p.close === null && p.unseenFrom !== null && p.unseenFrom <= demandAt) return null
  // Had its last exchange not yet been made, nothing before it can have announced a close.
  const wasLast = previous.done >= p.exchanges
  if (wasLast && (last.headers.requestKeepsAlive === false || last.headers.responseKeepsAlive === false || last.closeDelimited))
    return null
  const gapSeconds = (demandAt - previous.freeSince) / 1e9
  if (!previous.knownFree) {
    const text = `Connection ${p.id} was open and ${howClose(previous, demandAt)}: too close in time to prove that the client passed it over.`
    return { cause: 'unknown', evidence: { ...base, gapSeconds, text } }
  }
  if (!previous.alikeIdle && habits.credentials.areKeptApart(p, next)) {
    const [had, has] = p.anonymous ? ['no credentials', 'some'] : ['credentials', 'none']
    const text =
      `Connection ${p.id} was open and free, but its requests had carried ${had}, and those of the new one carried ${has}: ` +
      'browsers keep such connections apart. That this is why is an inference.'
    return { cause: 'other-credentials', evidence: { ...base, gapSeconds, text } }
  }
  if (previous.inFlight > 0) {
    const beside = previous.inFlight === 1 ? 'the request' : `the ${previous.inFlight} requests`
    const text = `Connection ${p.id} was open and had room for the request beside ${beside} in flight on it; the client opened another.`
    return { cause: 'idle-connection-ignored', evidence: { ...base, text } }
  }
  const text = `Connection ${p.id} had been idle for ${seconds(demandAt - previous.freeSince)} and was still open; the client opened another.`
  return { cause: 'idle-connection-ignored', evidence: { ...base, gapSeconds, text } }
}

function howClose({ usedAfter, inFlight, freeSince }: Previous, demandAt: number): string {
  if (usedAfter !== null) return `free when the client opened another, but was used ${seconds(usedAfter)} later`
  const since = inFlight > 0 ? 'only just been set up' : `been free for ${seconds(demandAt - freeSince)}`
  return `had ${since} when the client opened another`
}

function forgottenOnTheWay({ p, last, previous, demandAt, base }: Case): Explained | null {
  const lost = previous.done >= p.exchanges && (last.requestAt ?? Infinity) <= demandAt ? lostPath(p) : null
  if (lost === null) return null
  const met = lost.how === 'reset' ? 'was answered by a reset' : 'was sent again and again and never answered'
  const text = `After ${seconds(lost.idle)} of idle time the request on connection ${p.id} ${met}, though the server had not closed.`
  return { cause: 'middlebox', evidence: { ...base, packets: lost.packets, gapSeconds: lost.idle / 1e9, text } }
}

function lostRace({ p, base }: Case): Explained | null {
  const race = seenRace(p)
  return race === null ? null : { cause: 'lost-race', evidence: { ...base, packets: race.packets, text: race.text } }
}

/** HTTP/1.0 closes unless keep-alive is said (RFC 9112 §9.3): a "Connection: close" beside it adds nothing to what the version says. */
function http10({ p, last, base }: Case): Explained | null {
  const { version, requestKeepsAlive, requestConnection } = last.headers
  if (version !== 'HTTP/1.0' || requestKeepsAlive !== false || saysKeepAlive(requestConnection)) return null
  const packets = list(last.requestPacket)
  if (!saysClose(requestConnection)) {
    const text = `The last request on connection ${p.id} was HTTP/1.0 without "Connection: keep-alive".`
    return { cause: 'http10', evidence: { ...base, packets, text } }
  }
  const header = `Connection: ${requestConnection}`
  const text =
    `The last request on connection ${p.id} was HTTP/1.0, which closes unless keep-alive is asked for, ` +
    `and said "${header}" as well: either alone would have ended it.`
  return { cause: 'http10', evidence: { ...base, packets, header, text } }
}

function clientRequestedClose({ p, last, base }: Case): Explained | null {
  if (!saysClose(last.headers.requestConnection)) return null
  const header = `Connection: ${last.headers.requestConnection}`
  const text = `The last request on connection ${p.id} said "${header}".`
  return { cause: 'client-requested-close', evidence: { ...base, packets: list(last.requestPacket), header, text } }
}

function requestLimit({ p, last, timers, habits, base }: Case): Explained | null {
  if (p.exchanges < 2 || !endedByServer(p)) return null
  const packets = list(last.responsePacket, p.close?.packet)
  const header = last.headers.responseConnection === null ? {} : { header: `Connection: ${last.headers.responseConnection}` }
  const common = { ...base, packets, limit: p.exchanges, ...header }
  if (countedDown(p)) {
    const text = `The server ended connection ${p.id} after ${plural(p.exchanges, 'exchange')}, as its "Keep-Alive: max" had announced.`
    return { cause: 'request-limit', evidence: { ...common, text } }
  }
  // More that were ended at one age than at one count: then the equal counts are chance.
  const ends = timers.requestsOf(p.server)?.ends(p.exchanges) ?? 0
  if (ends === 0 || (habits.ages.of(p)?.ends ?? 0) > ends) return null
  const text = `The server ended connection ${p.id} after exactly ${plural(p.exchanges, 'exchange')}, as it did others.`
  return { cause: 'request-limit', evidence: { ...common, text } }
}

function serverDrain({ p, habits, gap, base }: Case): Explained | null {
  const drain = habits.drains.of(p)
  if (drain === null) return null
  const text =
    `The server closed ${drain.closed} of the ${drain.open} connections that were open within ${seconds(drain.to - drain.from)}, ` +
    `after idle times from ${seconds(drain.shortest)} to ${seconds(drain.longest)}; connection ${p.id} ended with them.`
  const packets = list(p.last?.responsePacket, p.close?.packet)
  const idle = gap === null ? {} : { gapSeconds: gap / 1e9 }
  return { cause: 'server-drain', evidence: { ...base, packets, ...idle, closedBy: 'server', text } }
}

function ageLimit({ p, last, habits, base }: Case): Explained | null {
  const limit = habits.ages.of(p)
  if (limit === null) return null
  const packets = list(last.responsePacket, p.goawayAt === null ? null : p.goawayPacket, p.close?.packet)
  const text =
    `The ${limit.by} ended connection ${p.id} at an age of ${seconds(limit.own)}, as it did ${limit.ends - 1} more at about that age ` +
    `after different idle times and numbers of requests; none that was older than ${seconds(limit.used)} was used again.`
  return { cause: 'age-limit', evidence: { ...base, packets, closedBy: limit.by, ageSeconds: limit.age / 1e9, text } }
}

/** GOAWAY announces the close (RFC 9113 §6.8), for a reason of the server's own. */
function goaway({ p, demandAt, base }: Case): Explained | null {
  if (p.goawayAt === null || p.goawayAt > demandAt) return null
  const why = p.goawayError === 0 ? 'without an error' : `with error code ${p.goawayError}`
  const text = `The server announced with GOAWAY, ${why}, that it takes no more requests on connection ${p.id}.`
  return { cause: 'goaway', evidence: { ...base, packets: list(p.goawayPacket), closedBy: 'server', text } }
}

function poolFull({ p, previous, gap, base }: Case): Explained | null {
  const size = previous.discardedBeside === null ? null : previous.use.size
  if (size?.kept !== previous.discardedBeside || !isDiscarded(p)) return null
  const others = size.kept === 1 ? 'another connection was idle' : `${size.kept} others were idle`
  const text =
    `The client closed connection ${p.id} ${seconds(gap ?? 0)} after its last response, while ${others}, as it did ${size.discards - 1} more; ` +
    `it keeps no more than ${size.kept} idle.`
  const evidence = {
    ...base,
    packets: list(p.last?.responsePacket, p.close?.packet),
    closedBy: 'client' as const,
    limit: size.kept,
    text,
  }
  return { cause: 'pool-full', evidence }
}

function errorResponse({ p, last, habits, base }: Case): Explained | null {
  const error = habits.errorCloses.of(p)
  if (error === null) return null
  const packets = list(last.responsePacket, p.close?.packet)
  const field = last.headers.responseConnection
  const otherwise = error.keepsOthers
    ? 'it keeps connections after responses that are none'
    : 'no response without an error was seen to end one'
  const text = `The server ended connection ${p.id} with an error (${error.status}); ${otherwise}.`
  const evidence = {
    ...base,
    packets,
    ...(field === null ? {} : { header: `Connection: ${field}` }),
    closedBy: 'server' as const,
    text,
  }
  return { cause: 'error-response', evidence }
}

function keepAliveDisabled({ p, last, timers, base }: Case): Explained | null {
  const packets = list(last.responsePacket)
  if (saysClose(last.headers.responseConnection)) {
    const header = `Connection: ${last.headers.responseConnection}`
    if (
      p.exchanges >= 2 &&
      !last.closeDelimited &&
      last.headers.requestKeepsAlive !== false &&
      (timers.requestsOf(p.server)?.total ?? 0) <= 1
    ) {
      const text =
        `The response to request ${p.exchanges} on connection ${p.id} said "${header}", though the server had kept it until then; ` +
        'it ended no other like this, and one does not tell why.'
      return { cause: 'unknown', evidence: { ...base, packets, header, closedBy: 'server', text } }
    }
    return {
      cause: 'keepalive-disabled',
      evidence: { ...base, packets, header, text: `The last response on connection ${p.id} said "${header}".` },
    }
  }
  if (last.headers.responseVersion === 'HTTP/1.0' && last.headers.responseKeepsAlive === false) {
    const text = `The last response on connection ${p.id} was HTTP/1.0 without "Connection: keep-alive".`
    return { cause: 'keepalive-disabled', evidence: { ...base, packets, text } }
  }
  if (!last.closeDelimited) return null
  const text = `The last response on connection ${p.id} had neither a length nor chunks: only the close could end it.`
  return { cause: 'keepalive-disabled', evidence: { ...base, packets, text } }
}

function closedByEitherSide({ p, gap, idle, last, base }: Case): Explained | null {
  if (p.close === null) return null
  const { by, how, packet } = p.close
  if (by === 'client' && !last.answered) return givenUp(p, p.close, last, base)
  const when =
    gap === null || !last.answered ? 'before its last exchange was complete' : `${seconds(gap)} after its last response`
  const evidence = { ...base, packets: list(packet), closedBy: by, ...(gap === null ? {} : { gapSeconds: gap / 1e9 }) }
  if (by === 'client' && how === 'fin' && idle) {
    const text = `The client closed connection ${p.id} after ${seconds(gap ?? 0)} of idle time, which no other of its closes shares: why is not known.`
    return { cause: 'unknown', evidence: { ...evidence, text } }
  }
  if (how === 'rst') return { cause: 'reset', evidence: { ...evidence, text: `The ${by} reset connection ${p.id} ${when}.` } }
  return {
    cause: by === 'client' ? 'client-closed' : 'server-closed',
    evidence: { ...evidence, text: `The ${by} closed connection ${p.id} ${when}.` },
  }
}

/** The client ended it with a request in flight: that is no idle time, whatever came before. */
function givenUp(p: Subject, close: NonNullable<Subject['close']>, last: LastExchange, base: Case['base']): Explained {
  const waited = last.requestAt === null ? '' : ` ${seconds(close.at - last.requestAt)} after it had sent it`
  const verb = close.how === 'rst' ? 'reset' : 'closed'
  const text = `The client ${verb} connection ${p.id} before its last request had its whole response,${waited === '' ? '' : `${waited},`} and so gave that response up.`
  const evidence = {
    ...base,
    packets: list(last.requestPacket, close.packet),
    closedBy: 'client' as const,
    gaveUp: true as const,
    text,
  }
  return { cause: close.how === 'rst' ? 'reset' : 'unknown', evidence }
}
