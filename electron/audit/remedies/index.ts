import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import { genericClient } from './clients/generic'
import { defaultsText } from './defaults'
import type { Kind, Place, Product, Role, Topic, Traces } from './product'
import { ASPECTS, SIDE } from './product'
import { PRODUCTS } from './products'
import { becauseOf, watched } from './basis'
import { expectation, GONE, isFirstStep, predictedOf, verification } from './expectation'
import { genericServer } from './servers/generic'
import { showsIdleStays } from './told'
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

/** The same for traffic whose connections were not avoidable: the products that it shows, and the values that are known. */
export const remediesAt = (topic: Topic, place: Place | null, known: Known = {}): readonly Remedy[] => {
  const { shown, offered } = advise(topic, place, known)
  return [...shown, ...offered]
}

/** What both ends can do: first the side that must act, then the other as {@link alsoFor} gives it. */
export const remediesOfBoth = (topic: Topic, other: Topic, place: Place | null, known: Known = {}): readonly Remedy[] => [
  ...remediesAt(topic, place, known),
  ...alsoFor(other, place, known),
]

/** The other side of the same finding: shown only for products that the traffic shows, offered for the rest. */
export function alsoFor(topic: Topic, group: CaseGroup | Place | null, known: Known = {}): readonly Remedy[] {
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

const isGroup = (about: CaseGroup | Place): about is CaseGroup => 'handshakes' in about

/**
 * What keeps a client's requests from meeting its server's close: the client gives up idle connections sooner. Where the server closes so
 * soon that no client time-out stays below, it is the server that must give up later.
 */
export function remediesForRace(about: CaseGroup | Place | null, client: Known, server: Known): readonly Remedy[] {
  const { shown, offered } = advise('avoid-race', about, client)
  if (shown.length > 0) return [...shown, ...offered, ...alsoFor('raise-idle-timeout', about, server)]
  const later = advise('raise-idle-timeout', about, server)
  return [...later.shown, ...later.offered, ...offered]
}

/**
 * The same along a chain. A proxy is told to give up first: it is one setting, in the hands of whoever runs it. Of users' programs only
 * those are that the traffic names and that can be told; for browsers, and whoever is not known, it is the answering side that must wait.
 */
export function remediesForChain(
  about: Place | null,
  sender: 'proxy' | 'client',
  client: Known,
  server: Known,
): readonly Remedy[] {
  const sooner = advise('avoid-race', about, client)
  if (sender === 'proxy' || sooner.shown.some(({ seen }) => seen !== undefined)) return remediesForRace(about, client, server)
  const later = advise('raise-idle-timeout', about, server)
  return [...later.shown, ...later.offered, ...sooner.shown.map(asOffer), ...sooner.offered]
}

function advise(
  topic: Topic,
  about: CaseGroup | Place | null,
  known: Known,
): { readonly shown: readonly Remedy[]; readonly offered: readonly Remedy[] } {
  const side = SIDE[topic]
  const group = about !== null && isGroup(about) ? about : null
  const values = valuesOf(group, side === 'server' && group !== null ? inFrontOf(group) : null, known, about)
  const acting = about === null ? [] : group === null ? actorsAt(side, about) : actors(side, about)
  const make = (name: string, id: string, kind: Kind, role: Role, seen?: string): Remedy | null =>
    remedyOf({ name, id, kind, role, topic, values, about, known, ...(seen === undefined ? {} : { seen }) })
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

/**
 * How long those who send the requests keep idle connections, by their product's documented default; null where the traffic names none, or
 * nothing is established.
 */
export function defaultPatience(group: CaseGroup): { readonly name: string; readonly seconds: number } | null {
  for (const { product, role } of actors('client', group)) {
    if (role.keepsIdle !== undefined && (role.heedsHint !== true || group.advertisedTimeout === null))
      return { name: product.name, seconds: role.keepsIdle }
  }
  return null
}

/** The products of an origin's clients, where each of them is known to speak HTTP/1 only; null where any may do better. */
export function http1OnlyClients(place: Place): readonly string[] | null {
  const agents = place.proxied ? [] : (place.userAgents ?? [])
  const names = agents.map((userAgent) => {
    const found = seenOn('client', { ...place, userAgent }).filter(({ product }) => product.kind === 'client')
    return found.length === 1 && found[0]?.role.http1Only === true ? found[0].product.name : null
  })
  return names.length > 0 && names.every((name) => name !== null) ? [...new Set(names)] : null
}

/** Can it be told? Browsers cannot; a client that is not known may. */
export function canKeepLonger(group: CaseGroup): boolean {
  const acting = actors('client', group)
  return acting.length === 0 || acting.some(({ role }) => role.remedies['keep-idle-longer'] !== undefined)
}

const isRemedy = (remedy: Remedy | null): remedy is Remedy => remedy !== null

function seenOn(side: 'server' | 'client', traces: Traces): readonly Seen[] {
  const found: Seen[] = []
  for (const product of PRODUCTS) {
    const role = product[side]
    const by = role?.seen(traces) ?? null
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
function actors(side: 'server' | 'client', traces: Traces): readonly Seen[] {
  const seen = seenOn(side, traces)
  const proxies = seen.filter((one) => passesOn(side, one))
  if (proxies.length === 0) return seen
  const certain = side === 'server' || traces.proxied || proxies.some(({ product }) => product.id !== 'haproxy')
  return certain ? withoutGuess(proxies) : seen
}

/** Where nothing can be read of a server, what it says at another port of its address counts, and is called an inference. */
function actorsAt(side: 'server' | 'client', place: Place): readonly Seen[] {
  const seen = actors(side, place)
  if (seen.length > 0 || side === 'client' || place.elsewhere === undefined || place.elsewhere === null) return seen
  const { port, ...said } = place.elsewhere
  return actors(side, { ...place, ...said }).map((one) => ({
    ...one,
    by: `${one.by}, on other connections of the same address (port ${port}); here it is inferred`,
  }))
}

const withoutGuess = (proxies: readonly Seen[]): readonly Seen[] => {
  const told = proxies.filter(({ product }) => product.id !== 'haproxy')
  return told.length > 0 ? told : proxies
}

/** The proxy that sends the requests, if it is known how long it keeps idle connections. */
function inFrontOf(traces: Traces): InFront | null {
  for (const one of actors('client', traces)) {
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
  readonly about: CaseGroup | Place | null
  readonly known: Known
  readonly seen?: string
}

function remedyOf({ name, id, kind, role, topic, values, about, known, seen }: Making): Remedy | null {
  const made = role.remedies[topic]
  if (made === undefined) return null
  const group = about !== null && isGroup(about) ? about : null
  // A header field is said of the product that sent it, not of one that could stand there.
  const version = about === null || seen === undefined ? null : (role.version?.(about) ?? null)
  const { values: watching, used } = watched(values)
  const advice = made(watching, version?.at ?? null)
  // Who closes within a second is the one to change; a pool is of use all the same, for what comes in quick succession.
  if (
    values.leavesNoTime &&
    used.values.has('clientIdle') &&
    (topic === 'avoid-race' || topic === 'keep-idle-longer' || role.wholeSeconds)
  )
    return null
  const aspects: readonly string[] = ASPECTS[topic]
  const defaults = defaultsText(
    role.defaults.filter((d) => aspects.includes(d.about)),
    version,
  )
  const because = becauseOf(values, used)
  const predicted = group === null ? null : predictedOf(topic, values, group, known)
  const shows = topic === 'raise-idle-timeout' && about !== null ? ` ${showsIdleStays(values)}` : ''
  const expected = about === null ? null : group === null ? GONE : expectation(topic, group, predicted, known)
  return {
    id: `${id}/${topic}`,
    product: name,
    ...advice,
    verify: `${advice.verify}${shows} ${verification(topic, expected, values, group)}`,
    ...(about === null
      ? {}
      : { verifyInPrint: expected === null ? advice.verify : `${advice.verify} In a new capture ${expected}.` }),
    kind,
    ...(seen === undefined ? {} : { seen }),
    ...(defaults === null ? {} : { defaults }),
    ...(because === null ? {} : { because }),
    ...(predicted === null || isFirstStep(topic, known) ? {} : { predicted }),
  }
}
