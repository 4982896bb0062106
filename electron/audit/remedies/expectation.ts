/** What a remedy's values rest on, and what it should do to the same traffic. */
import { causeLabel } from '../../../shared/format'
import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import type { Topic } from './product'
import type { Values } from './values'

type Basis = keyof Values['because']

/** What each value follows from, and how it is called where there are several. */
const BASES: readonly (readonly [value: keyof Values, basis: Basis, name: string])[] = [
  ['poolSize', 'pool', 'Pool'],
  ['idleTimeout', 'idle', 'Time-out'],
  ['clientIdle', 'clientIdle', 'Time-out'],
  ['requestLimit', 'requests', 'Requests'],
]

/** What a remedy used: values of the traffic, and floors that count because the traffic needs no more. */
export interface Used {
  readonly values: ReadonlySet<keyof Values>
  readonly floors: ReadonlyMap<keyof Values, number>
}

/** Values that say which of them a remedy used. */
export function watched(values: Values): { readonly values: Values; readonly used: Used } {
  const read = new Set<keyof Values>()
  const floors = new Map<keyof Values, number>()
  const atLeast: Values['atLeast'] = (name, floor) => {
    if (values[name] > floor) read.add(name)
    else floors.set(name, floor)
    return values.atLeast(name, floor)
  }
  const handler: ProxyHandler<Values> = {
    get(target, name) {
      if (name === 'atLeast') return atLeast
      if (name in target) read.add(name as keyof Values)
      return Reflect.get(target, name) as unknown
    },
  }
  return { values: new Proxy(values, handler), used: { values: read, floors } }
}

const ownDefault = (value: keyof Values, floor: number): string =>
  `${floor.toLocaleString('en')}${value === 'idleTimeout' || value === 'clientIdle' ? ' s' : ''} is its own default, and no less than this traffic asks for.`

/** How the values that a snippet uses came about; null where it uses none. */
export function becauseOf({ because }: Values, { values, floors }: Used): string | null {
  const reasons = BASES.flatMap(([value, basis, name]): (readonly [string, string])[] => {
    if (values.has(value)) return [[name, because[basis]]]
    const floor = floors.get(value)
    return floor === undefined ? [] : [[name, ownDefault(value, floor)]]
  })
  const said = new Set(reasons.map(([, reason]) => reason))
  if (said.size <= 1) return [...said][0] ?? null
  return reasons.map(([name, reason]) => `${name}: ${reason}`).join(' ')
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

/** Topics whose remedy moves an origin in the clear to TLS. */
const OVER_TLS: readonly Topic[] = ['use-http-2', 'speak-http-2']

/** What must be seen where nothing is counted by its cause. */
export const GONE = 'this finding must be gone'

/**
 * How Roundtrip itself shows afterwards that a remedy worked.
 *
 * @param expected what must be seen; null where nothing of this traffic is spoken of
 */
export function verification(topic: Topic, expected: string | null, { port: there, https }: Values): string {
  const port = https || !OVER_TLS.includes(topic) ? there : 443
  const commands = `tcpdump -i any -w after.pcap 'tcp port ${port}', then roundtrip audit after.pcap`
  return expected === null
    ? `Then capture again (${commands}).`
    : `Then capture the same traffic again (${commands}): ${expected}.`
}

const count = (n: number): string => n.toLocaleString('en')

/** What a capture of the same traffic must show with the remedy. */
export function expectation(group: CaseGroup, predicted: NonNullable<Remedy['predicted']> | null): string {
  const cause = causeLabel(group.cause)
  return predicted === null
    ? `the cause “${cause}” must fall from ${count(group.handshakes)}`
    : `the cause “${cause}” must fall from ${count(predicted.before)} to ${predicted.atMost === 0 ? 'none' : `at most ${count(predicted.atMost)}`}`
}
