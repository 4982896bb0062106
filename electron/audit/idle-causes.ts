/** Causes of connections that were ended after an idle time that recurs. */
import type { Case, Explained } from './case'
import { list, seconds } from './case'
import { promptWithin, serverGap } from './idle'
import { tolerance } from './tolerance'

export function serverIdleTimeout({ p, last, timers, demandAt, previous, base }: Case): Explained | null {
  const advertised = p.advertisedTimeout === null ? null : p.advertisedTimeout * 1e9
  if (p.transport === 'har') {
    const waited = demandAt - previous.freeSince
    if (advertised === null || waited < advertised) return null
    const text =
      `Connection ${p.id} had been idle for ${seconds(waited)}; the server had announced to close after ${seconds(advertised)}. ` +
      'An inference: a HAR records no closes.'
    return {
      cause: 'server-idle-timeout',
      evidence: { ...base, gapSeconds: waited / 1e9, timeoutSeconds: advertised / 1e9, timeoutKnownBy: 'advertised', text },
    }
  }
  const gap = serverGap(p)
  if (gap === null || gap <= promptWithin(p) || !last.answered) return null
  const packets = list(p.goawayAt === null ? null : p.goawayPacket, p.close?.packet)
  const common = { ...base, packets, gapSeconds: gap / 1e9, closedBy: 'server' as const }
  // Some servers hold on for up to a second beyond what they advertise (Node.js' keepAliveTimeoutBuffer).
  if (
    advertised !== null &&
    gap >= advertised - tolerance(advertised) &&
    gap <= advertised + Math.max(1.2e9, tolerance(advertised))
  ) {
    const text = `The server closed connection ${p.id} after ${seconds(gap)} of idle time; it had announced ${seconds(advertised)}.`
    return {
      cause: 'server-idle-timeout',
      evidence: { ...common, timeoutSeconds: advertised / 1e9, timeoutKnownBy: 'advertised', text },
    }
  }
  const recurring = timers.server(p)?.recurring(gap) ?? null
  if (recurring === null) return null
  const text = `The server closed connection ${p.id} after ${seconds(gap)} of idle time, as it did ${recurring.count - 1} more.`
  return {
    cause: 'server-idle-timeout',
    evidence: {
      ...common,
      timeoutSeconds: known(timers.timeoutOf('server', p), gap, recurring.timeout) / 1e9,
      timeoutKnownBy: 'observed',
      text,
    },
  }
}

export function clientIdleTimeout({ p, timers, gap, idle, base }: Case): Explained | null {
  if (gap === null || !idle || p.close?.by !== 'client' || p.last?.status === null) return null
  const recurring = timers.client(p)?.recurring(gap) ?? null
  if (recurring === null) return null
  const text = `The client closed connection ${p.id} after ${seconds(gap)} of idle time, as it did ${recurring.count - 1} more.`
  return {
    cause: 'client-idle-timeout',
    evidence: {
      ...base,
      packets: list(p.close.packet),
      gapSeconds: gap / 1e9,
      closedBy: 'client',
      timeoutSeconds: known(timers.timeoutOf('client', p), gap, recurring.timeout) / 1e9,
      timeoutKnownBy: 'observed',
      text,
    },
  }
}

/** The time-out that all closes of that side show, where this gap agrees with it; else what those say that agree with the gap. */
const known = (timeout: number | null, gap: number, recurring: number): number =>
  timeout !== null && Math.abs(gap - timeout) <= tolerance(timeout) ? timeout : recurring
