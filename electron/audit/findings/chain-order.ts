import type { Finding, Remedy } from '../../../shared/model/audit'
import type { Chain, ChainCheck, ChainTimeout } from '../../../shared/model/timers'
import { asProxy } from '../legs/wording'
import { remediesForChain } from '../remedies/index'
import type { Place } from '../remedies/product'
import { inSeconds } from '../seconds'
import { NAMED } from './groups'
import type { FindingInput, Rule } from './rule'
import { programName } from './rule'

/** Findings of this kind, and senders that one of them tells apart. */
const MAX_FOUND = 10
const MAX_TOLD = 5

/** A server that gives up an idle connection before the side that sends requests on it, where both legs of a proxy are seen. */
export const chainOrder: Rule = {
  id: 'chain-order',
  find: (input) =>
    outOfOrder(input.chains ?? [])
      .slice(0, MAX_FOUND)
      .map((checks) => findingOf(checks, input)),
}

/** The comparisons that are wrong or too close, by who answers and how bad it is; what several chains share once. The worst come first. */
export function outOfOrder(chains: readonly Chain[]): readonly (readonly [ChainCheck, ...ChainCheck[]])[] {
  const groups = new Map<string, [ChainCheck, ...ChainCheck[]]>()
  for (const check of chains.flatMap(({ checks }) => checks)) {
    if (check.state !== 'wrong' && check.state !== 'tight') continue
    const key = JSON.stringify([check.state, check.to.address, check.from.role])
    const known = groups.get(key)
    if (known === undefined) groups.set(key, [check])
    else if (!known.some(({ from }) => from.address === check.from.address && from.product === check.from.product))
      known.push(check)
  }
  return [...groups.values()].sort(
    (a, b) => Number(b[0].state === 'wrong') - Number(a[0].state === 'wrong') || b.length - a.length,
  )
}

function findingOf(checks: readonly [ChainCheck, ...ChainCheck[]], { places }: FindingInput): Omit<Finding, 'id' | 'rule'> {
  const [first] = checks
  const { from, to, server } = first
  const wrong = first.state === 'wrong'
  const answerer = `the ${to.role} at ${to.address}`
  const senders = checks.length === 1 ? senderName(first) : `${checks.length} ${from.role === 'proxy' ? 'proxies' : 'clients'}`
  const connections = checks.flatMap((check) => check.connections).slice(0, NAMED)
  const place = connections[0] === undefined ? null : (places.besideConnection.get(connections[0]) ?? null)
  return {
    severity: wrong ? 'warning' : 'info',
    title: wrong
      ? `${capital(answerer)} gives up idle connections before ${senders} ${checks.length === 1 ? 'does' : 'do'}`
      : `${capital(answerer)} and ${senders} give up idle connections within a second of each other`,
    why: `${WHY} ${from.role === 'proxy' ? 'A proxy that gets no answer reports 502 to the user, or asks again.' : 'The client sees an error, or asks again.'}`,
    evidence: [...checks.slice(0, MAX_TOLD).map(evidenceOf), ...more(checks.length - MAX_TOLD)],
    connections,
    origin: place?.origin ?? null,
    client: from.role === 'proxy' ? `The proxy at ${from.address}` : (from.product ?? from.address),
    impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
    confidence:
      checks.every(({ client }) => client?.knownBy === 'observed') && server?.knownBy === 'observed' ? 'high' : 'medium',
    remedies: remediesOf(checks, place),
  }
}

const WHY =
  'Whoever sends the requests must be the first to close an idle connection: client before proxy, proxy before origin, each with a second or more in hand. Else the close can cross a request on its way, and that request fails.'

const senderName = ({ from }: ChainCheck): string =>
  from.role === 'proxy'
    ? `the proxy at ${from.address}`
    : `the client at ${from.address}${from.product === null ? '' : ` (${programName(from.product)})`}`

function evidenceOf(check: ChainCheck): string {
  const { client, server, marginSeconds, marginBound, to, state } = check
  const [sender, answerer] = [capital(senderName(check)), `the ${to.role} at ${to.address}`]
  // Who was cut short could have waited for much longer.
  if (state === 'wrong' && marginBound === 'at-most')
    return `${sender} still kept connections when ${answerer} closed them after ${said(server)}: how long it would have kept them is not to be seen.`
  const kept = `${sender} keeps idle connections for ${said(client)}, ${answerer} for ${said(server)}`
  const margin = Math.abs(marginSeconds ?? 0)
  return state === 'wrong'
    ? `${kept}: ${inSeconds(margin)} less.`
    : `${kept}: no more than ${inSeconds(margin)} lies between them.`
}

const more = (count: number): readonly string[] => (count > 0 ? [`… and ${count} more.`] : [])

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const KNOWN_BY: Readonly<Record<ChainTimeout['knownBy'], string>> = {
  observed: '',
  advertised: ' (as it advertises)',
  elsewhere: ' (as towards other servers)',
}

function said(timeout: ChainTimeout | null): string {
  if (timeout === null) return 'an unknown time'
  return `${timeout.bound === 'at-least' ? 'at least ' : ''}${inSeconds(timeout.seconds)}${KNOWN_BY[timeout.knownBy]}`
}

function remediesOf(checks: readonly ChainCheck[], place: Place | null): readonly Remedy[] {
  const [first] = checks
  const byProxy = first?.from.role === 'proxy'
  const known = { serverTimeout: first?.server?.seconds ?? null }
  const sender = byProxy ? 'proxy' : 'client'
  const remedies = remediesForChain(shownAt(place, first), sender, known, { ...known, ...patienceOf(checks) })
  return remedies.map((remedy) => named(remedy, byProxy, first?.to.role === 'proxy'))
}

/** A Server field that a proxy passes on is not its own. */
const shownAt = (place: Place | null, check: ChainCheck | undefined): Place | null =>
  place !== null && check?.to.product === null ? { ...place, product: null } : place

/** What the answering side must outlast. Who was cut short at a usual time or before would have waited nobody knows how long: no value follows. */
function patienceOf(checks: readonly ChainCheck[]): { readonly clientTimeout?: number } {
  const longest = Math.max(...checks.map(({ client }) => client?.seconds ?? 0))
  return checks.every(({ client }) => client?.bound === 'exact') || longest > USUAL ? { clientTimeout: longest } : {}
}

/** Seconds that are recommended where nothing says more. */
const USUAL = 50

const SPOKEN = ['product', 'title', 'snippet', 'where', 'check', 'because'] as const

/** General advice speaks of a client and a server: where these are proxies it is they who must act. */
function named(remedy: Remedy, byProxy: boolean, toProxy: boolean): Remedy {
  const general = remedy.id.startsWith('client/') || remedy.id.startsWith('server/')
  const say = (text: string): string => {
    const sent = byProxy ? asProxy(text) : text
    return toProxy ? sent.replace(/\b([Tt])he server\b/g, '$1he proxy') : sent
  }
  const texts = SPOKEN.flatMap((name): (readonly [string, string])[] => {
    const text = remedy[name]
    return text === undefined || (!general && name !== 'because') ? [] : [[name, say(text)]]
  })
  return { ...remedy, ...(Object.fromEntries(texts) as Partial<Remedy>) }
}
