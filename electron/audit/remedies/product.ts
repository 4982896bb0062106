/** What a product's file gives: docs/how-to/add-a-remedy.md. */
import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'

export type Topic =
  | 'enable-keep-alive'
  | 'delimit-responses'
  | 'raise-idle-timeout'
  | 'raise-request-limit'
  | 'pool-connections'
  | 'stop-asking-to-close'
  | 'use-http-1.1'
  | 'keep-idle-longer'
  | 'avoid-race'
  | 'find-who-closes'

/** Who must act on a topic: whose product is looked for in the traffic. */
export const SIDE: Readonly<Record<Topic, 'server' | 'client'>> = {
  'enable-keep-alive': 'server',
  'delimit-responses': 'server',
  'raise-idle-timeout': 'server',
  'raise-request-limit': 'server',
  'avoid-race': 'client',
  'find-who-closes': 'server',
  'pool-connections': 'client',
  'stop-asking-to-close': 'client',
  'use-http-1.1': 'client',
  'keep-idle-longer': 'client',
}

export interface Values {
  /** Seconds an idle connection should be kept. */
  readonly idleTimeout: number
  readonly requestLimit: number
}

export interface Product {
  /** Used in remedies' ids: "nginx". */
  readonly id: string
  readonly name: string
  /** Does the traffic show this product on the side that must act? `group` is null where the finding has none. */
  readonly matches: (group: CaseGroup) => boolean
  readonly remedies: Partial<Record<Topic, (values: Values) => Omit<Remedy, 'id' | 'product'>>>
}

export const remedyOf = (product: Product, topic: Topic, values: Values): Remedy | null => {
  const made = product.remedies[topic]
  return made === undefined ? null : { id: `${product.id}/${topic}`, product: product.name, ...made(values) }
}
