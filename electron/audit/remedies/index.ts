import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import { genericClient } from './clients/generic'
import type { Kind, Product, Role, Topic } from './product'
import { ASPECTS, SIDE } from './product'
import { PRODUCTS } from './products'
import { becauseOf, expectation, predictedOf, verification } from './expectation'
import { genericServer } from './servers/generic'
import type { InFront, Known, Values } from './values'
import { valuesOf } from './values'

/** A product whose role the traffic shows. */
interface Seen {
  readonly product: Product
  readonly role: Role
  readonly by: string
}

const GENERIC = {
  server: { role: genericServer, name: 'The server' },
  client: { role: genericClient, name: 'The client' },
} as const

/**
 * What to change. First the settings of the products that the traffic shows on the side that must act, or the general advice where it
 * shows none; then those of all other products that know the topic, `offered` because headers can be hidden.
 *
 * @param group the connections concerned, from which the values are computed; null where there are none.
 * @param known time-outs that are known otherwise, and count before the group's
 */
export function remediesFor(topic: Topic, group: CaseGroup | null, known: Known = {}): readonly Remedy[] {
  const { shown, offered } = advise(topic, group, known)
  return [...shown, ...offered]
}

/** The other side of the same finding: shown only for products that the traffic shows, offered for the rest. */
export function alsoFor(topic: Topic, group: CaseGroup | null, known: Known = {}): readonly Remedy[] {
  const { shown, offered } = advise(topic, group, known)
  return [
    ...shown.filter(({ seen }) => seen !== undefined),
    ...shown.filter(({ seen }) => seen === undefined).map(asOffer),
    ...offered,
  ]
}

/** A server that sends requests on is a proxy. */
const isProxying = ({ kind }: Product, side: 'server' | 'client'): boolean => side === 'client' && kind === 'server'
const nameOf = (product: Product, side: 'server' | 'client'): string =>
  isProxying(product, side) ? `${product.name} (as a proxy)` : product.name
const kindOf = (product: Product, side: 'server' | 'client'): Kind => (isProxying(product, side) ? 'proxy' : product.kind)

const asOffer = (remedy: Remedy): Remedy => ({ ...remedy, offered: true })

function advise(
  topic: Topic,
  group: CaseGroup | null,
  known: Known,
): { readonly shown: readonly Remedy[]; readonly offered: readonly Remedy[] } {
  const side = SIDE[topic]
  const values = valuesOf(group, side === 'server' && group !== null ? inFrontOf(group) : null, known)
  const acting = group === null ? [] : actors(side, group)
  const make = (name: string, id: string, kind: Kind, role: Role, seen?: string): Remedy | null =>
    remedyOf({ name, id, kind, role, topic, values, group, ...(seen === undefined ? {} : { seen }) })
  const present = acting
    .map(({ product, role, by }) => make(nameOf(product, side), product.id, kindOf(product, side), role, by))
    .filter(isRemedy)
  const general = make(GENERIC[side].name, side, side, GENERIC[side].role)
  const shown = present.length > 0 ? present : general === null ? [] : [general]
  const ids = new Set(shown.map(({ id }) => id))
  const others = PRODUCTS.map((product) => {
    const role = product[side]
    return role === undefined ? null : make(nameOf(product, side), product.id, kindOf(product, side), role)
  })
  const offered = [...others, general].filter(isRemedy).filter(({ id }) => !ids.has(id))
  return { shown, offered: offered.map(asOffer) }
}

const isRemedy = (remedy: Remedy | null): remedy is Remedy => remedy !== null

function seenOn(side: 'server' | 'client', group: CaseGroup): readonly Seen[] {
  const found: Seen[] = []
  for (const product of PRODUCTS) {
    const role = product[side]
    const by = role?.seen(group) ?? null
    if (role !== undefined && by !== null) found.push({ product, role, by })
  }
  return found
}

/** Apache and others are servers that can also stand as a proxy before another. */
const passesOn = (side: 'server' | 'client', { product }: Seen): boolean =>
  side === 'client' ? product.kind !== 'client' : product.kind === 'proxy' || product.kind === 'cdn'

/**
 * Proxies pass on the fields of others: behind one, User-Agent names a program that is not the client of this connection, and before one,
 * Server names what stands behind it. Who must act is the proxy.
 */
function actors(side: 'server' | 'client', group: CaseGroup): readonly Seen[] {
  const seen = seenOn(side, group)
  const proxies = seen.filter((one) => passesOn(side, one))
  if (proxies.length === 0) return seen
  const certain = side === 'server' || group.proxied || proxies.some(({ product }) => product.id !== 'haproxy')
  return certain ? withoutGuess(proxies) : seen
}

const withoutGuess = (proxies: readonly Seen[]): readonly Seen[] => {
  const told = proxies.filter(({ product }) => product.id !== 'haproxy')
  return told.length > 0 ? told : proxies
}

/** The proxy that sends the requests, if it is known how long it keeps idle connections. */
function inFrontOf(group: CaseGroup): InFront | null {
  for (const one of actors('client', group)) {
    if (passesOn('client', one) && one.role.keepsIdle !== undefined)
      return { name: one.product.name, keepsIdle: one.role.keepsIdle }
  }
  return null
}

interface Making {
  readonly name: string
  readonly id: string
  readonly kind: Kind
  readonly role: Role
  readonly topic: Topic
  readonly values: Values
  readonly group: CaseGroup | null
  readonly seen?: string
}

function remedyOf({ name, id, kind, role, topic, values, group, seen }: Making): Remedy | null {
  const made = role.remedies[topic]
  if (made === undefined) return null
  const advice = made(values)
  const about: readonly string[] = ASPECTS[topic]
  const defaults = role.defaults.filter((d) => about.includes(d.about))
  const because = becauseOf(topic, values)
  const predicted = group === null ? null : predictedOf(topic, values, group)
  return {
    id: `${id}/${topic}`,
    product: name,
    ...advice,
    verify: `${advice.verify} ${verification(group, values, predicted)}`,
    ...(group === null ? {} : { verifyInPrint: `${advice.verify} In a new capture ${expectation(group, predicted)}.` }),
    kind,
    ...(seen === undefined ? {} : { seen }),
    ...(defaults.length === 0 ? {} : { defaults: defaults.map(({ text, source }) => `${text} (${source})`).join('; ') }),
    ...(because === null ? {} : { because }),
    ...(predicted === null ? {} : { predicted }),
  }
}
