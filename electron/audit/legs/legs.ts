/** The legs of an audit: who is at their ends, how that is known, and how well each of them reuses its connections. */
import type { Leg, LegEnd, LegEvidence, LegKind, Stitching } from '../../../shared/model/legs'
import type { Store } from '../../store/store'
import { answersAsProxy, clientEvidence, serverEvidence } from './evidence'
import { proxyProduct } from './fields'
import type { SeenLeg } from './find'

const MAX_EVIDENCE = 6

const SUMS = `
SELECT m.leg, count(*)::DOUBLE AS connections, sum(s.exchange_count)::DOUBLE AS exchanges,
  sum(greatest(s.exchange_count::BIGINT - 1 - coalesce(s.read_tunnel, false)::BIGINT, 0))::DOUBLE AS reused,
  count_if(v.verdict = 'avoidable')::DOUBLE AS avoidable,
  coalesce(sum(v.setup_round_trips), 0) AS setup_round_trips, coalesce(sum(v.setup_seconds), 0) AS setup_seconds,
  median(s.rtt) FILTER (s.rtt >= 0) / 1e9 AS rtt
FROM leg_members m JOIN subjects s ON s.id = m.connection JOIN verdicts v ON v.connection = m.connection
GROUP BY m.leg`

/** What joining them says of the legs: the number of the leg in front, by the number of the leg behind. */
export type Fronts = ReadonlyMap<number, number>

export const frontsOf = (stitching: Stitching | null): Fronts =>
  new Map((stitching?.pairs ?? []).flatMap(({ front, back }) => back.map((leg) => [leg, front] as const)))

/** After the verdicts are written. */
export async function describeLegs(store: Store, seen: readonly SeenLeg[], stitching: Stitching | null): Promise<readonly Leg[]> {
  const sums = new Map((await store.rows(SUMS)).map((row) => [row.leg as number, row]))
  const stitched = frontsOf(stitching)
  const roles = new Roles(seen, stitched)
  return seen.map((leg) => {
    const n = (name: string): number => (sums.get(leg.leg)?.[name] ?? 0) as number
    const exchanges = n('exchanges')
    const evidence = [...joinedEvidence(leg, roles), ...clientEvidence(leg), ...serverEvidence(leg)].slice(0, MAX_EVIDENCE)
    const kind = kindOf(leg, roles)
    return {
      id: leg.leg,
      kind,
      client: clientEnd(leg, roles),
      server: serverEnd(leg, roles),
      front: roles.front(leg),
      confidence: kind === 'direct' ? 'medium' : confidenceOf(leg, roles),
      evidence,
      connections: n('connections'),
      exchanges,
      reusedExchanges: n('reused'),
      reuseRatio: exchanges === 0 ? null : n('reused') / exchanges,
      avoidable: n('avoidable'),
      setupRoundTrips: n('setup_round_trips'),
      setupSeconds: Math.round(n('setup_seconds') * 1e9) / 1e9,
      rttSeconds: (sums.get(leg.leg)?.rtt ?? null) as number | null,
    }
  })
}

/** Who is a proxy, by headers and by what joining found. */
class Roles {
  readonly #fronts = new Map<number, number>()
  readonly #sendOn = new Set<number>()
  readonly #joinedFronts: ReadonlySet<number>
  readonly #proxiesAsk = new Set<number>()

  constructor(
    seen: readonly SeenLeg[],
    private readonly joined: Fronts,
  ) {
    this.#joinedFronts = new Set(joined.values())
    const byServer = new Map<string, number>()
    for (const leg of seen) if (!byServer.has(leg.serverIp)) byServer.set(leg.serverIp, leg.leg)
    for (const leg of seen) {
      if (this.clientIsProxy(leg)) this.#proxiesAsk.add(leg.leg)
      const front = joined.get(leg.leg) ?? (leg.fromProxy && leg.clients === 1 ? byServer.get(leg.clientIp) : undefined)
      if (front === undefined || front === leg.leg) continue
      this.#fronts.set(leg.leg, front)
      this.#sendOn.add(front)
    }
  }

  front = (leg: SeenLeg): number | null => this.#fronts.get(leg.leg) ?? null
  /** Its requests were found on the leg in front. */
  isJoined = (leg: SeenLeg): boolean => this.joined.has(leg.leg)
  isJoinedFront = (leg: SeenLeg): boolean => this.#joinedFronts.has(leg.leg)
  /** Another leg begins where this one ends. */
  sendsOn = (leg: SeenLeg): boolean => this.#sendOn.has(leg.leg)
  clientIsProxy = (leg: SeenLeg): boolean => leg.fromProxy || this.isJoined(leg)
  serverIsProxy = (leg: SeenLeg): boolean => leg.asksProxy || answersAsProxy(leg) || this.sendsOn(leg)
  /** The leg in front begins at a proxy, too. */
  isBehindProxies(leg: SeenLeg): boolean {
    const front = this.front(leg)
    return front !== null && this.#proxiesAsk.has(front)
  }
}

function kindOf(leg: SeenLeg, roles: Roles): LegKind {
  if (!roles.clientIsProxy(leg)) return roles.serverIsProxy(leg) ? 'browser-edge' : 'direct'
  if (roles.isBehindProxies(leg)) return 'proxy-upstream'
  const hops = hopsOf(leg)
  if (hops > 1) return 'proxy-upstream'
  return hops === 1 || roles.front(leg) !== null || clientProduct(leg) !== null ? 'edge-origin' : 'proxy-upstream'
}

/** Proxies passed so far: each adds itself to Via, and to X-Forwarded-For or Forwarded the address it was asked by. 0 where none told. */
function hopsOf(leg: SeenLeg): number {
  const { forwardedFor = null, requestVia = null } = leg.samples.proxied ?? {}
  return Math.max(listed(forwardedFor), listed(requestVia))
}
const listed = (list: string | null): number => (list === null ? 0 : list.split(',').length)

const clientProduct = (leg: SeenLeg): string | null => {
  const sample = leg.samples.proxied
  return leg.fromProxy && sample !== null ? proxyProduct(sample.requestFields, sample.requestVia) : null
}

function confidenceOf(leg: SeenLeg, roles: Roles): 'high' | 'medium' | 'low' {
  if (roles.isJoined(leg) || roles.sendsOn(leg) || leg.asksProxy) return 'high'
  const ways = Number(leg.proxied > 0) + Number(leg.mixed > 0) + Number(leg.nginxDefault)
  if (roles.clientIsProxy(leg)) return leg.proxied >= 0.9 * leg.exchanges || ways > 1 ? 'high' : 'medium'
  return leg.answered >= 0.9 * leg.exchanges ? 'high' : 'medium'
}

const clientEnd = (leg: SeenLeg, roles: Roles): LegEnd => ({
  role: roles.clientIsProxy(leg) ? 'proxy' : 'user',
  ip: leg.clients === 1 && leg.clientIp !== '' ? leg.clientIp : null,
  port: null,
  addresses: leg.clients,
  product: clientProduct(leg) ?? (leg.nginxDefault ? 'nginx' : null),
})

const serverEnd = (leg: SeenLeg, roles: Roles): LegEnd => ({
  role: roles.serverIsProxy(leg) ? 'proxy' : 'server',
  ip: leg.serverIp,
  port: leg.serverPort,
  addresses: 1,
  product:
    (answersAsProxy(leg) && leg.samples.answered !== null
      ? proxyProduct(leg.samples.answered.responseFields, leg.samples.answered.responseVia)
      : null) ?? leg.product,
})

function joinedEvidence(leg: SeenLeg, roles: Roles): readonly LegEvidence[] {
  const { any } = leg.samples
  const at = { connection: any?.connection ?? 0, packet: any?.packet ?? null }
  const found: LegEvidence[] = []
  if (roles.isJoined(leg)) {
    const text = 'Its requests are, one by one, those of users on the leg in front: each lies within the time of one of these.'
    found.push({ end: 'client', text, ...at })
  }
  if (roles.sendsOn(leg)) {
    const text = roles.isJoinedFront(leg)
      ? 'Its requests were sent on: they appear again on the leg behind.'
      : 'The same address sends requests on to another server.'
    found.push({ end: 'server', text, ...at })
  }
  return found
}
