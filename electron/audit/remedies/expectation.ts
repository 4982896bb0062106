/** What a remedy's values rest on, and what it should do to the same traffic. */
import { causeLabel } from '../../../shared/format'
import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import type { Topic } from './product'
import type { Values } from './values'

const BASIS: Partial<Record<Topic, keyof Values['because']>> = {
  'enable-keep-alive': 'idle',
  'raise-idle-timeout': 'idle',
  'raise-request-limit': 'requests',
  'pool-connections': 'pool',
  'enlarge-pool': 'pool',
  'keep-idle-longer': 'clientIdle',
  'avoid-race': 'clientIdle',
}

/** How the values of a topic's snippets came about; null for topics without values. */
export function becauseOf(topic: Topic, values: Values): string | null {
  const basis = BASIS[topic]
  return basis === undefined ? null : values.because[basis]
}

/**
 * Connections with this cause now, and at most so many for the same traffic with the remedy; null where that cannot be said. Time-outs
 * are chosen to bridge 95 % of the gaps.
 */
export function predictedOf(topic: Topic, values: Values, group: CaseGroup): NonNullable<Remedy['predicted']> | null {
  const before = group.handshakes
  switch (topic) {
    case 'enable-keep-alive':
    case 'delimit-responses':
    case 'stop-asking-to-close':
    case 'use-http-1.1':
      return { before, atMost: 0 }
    case 'raise-idle-timeout':
    case 'keep-idle-longer': {
      const idle = topic === 'raise-idle-timeout' ? values.idleTimeout : values.clientIdle
      return group.demandGap === null || idle < group.demandGap.p95 ? null : { before, atMost: Math.ceil(before * 0.05) }
    }
    case 'raise-request-limit':
      return group.limit === null ? null : { before, atMost: Math.ceil((before * group.limit) / values.requestLimit) }
    default:
      return null
  }
}

/** How Roundtrip itself shows afterwards that a remedy worked. */
export function verification(
  group: CaseGroup | null,
  { port }: Values,
  predicted: NonNullable<Remedy['predicted']> | null,
): string {
  const commands = `tcpdump -i any -w after.pcap 'tcp port ${port}', then roundtrip audit after.pcap`
  if (group === null) return `Then capture again (${commands}).`
  return `Then capture the same traffic again (${commands}): ${expectation(group, predicted)}.`
}

/** What a capture of the same traffic must show with the remedy. */
export function expectation(group: CaseGroup, predicted: NonNullable<Remedy['predicted']> | null): string {
  const cause = causeLabel(group.cause)
  return predicted === null
    ? `the cause “${cause}” must fall from ${group.handshakes}`
    : `the cause “${cause}” must fall from ${predicted.before} to ${predicted.atMost === 0 ? 'none' : `at most ${predicted.atMost}`}`
}
