/** Proxies with both their legs in the audit: does whoever sends requests give up an idle connection before whoever answers? */
import type { VantagePair } from '../../../shared/model/audit'
import type { Chain, ChainCheck, ChainTimeout } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import type { Observed } from './index'
import { idleTimeoutOf } from './index'

const MAX_CHAINS = 50
/** What the answering side should hold on longer, in seconds: enough for a round trip and a busy scheduler. */
export const MARGIN = 1

interface Leg {
  readonly client: string
  readonly clientIp: string
  readonly server: string
  readonly serverIp: string
  /** Its requests say that they were passed on (Via, X-Forwarded-For, Forwarded). */
  readonly passedOn: boolean
}

const LEGS = `
SELECT s.client_ip, s.server_ip,
  CASE WHEN contains(s.server_ip, ':') THEN '[' || s.server_ip || ']' ELSE s.server_ip END || ':' || s.server_port AS server,
  bool_or(coalesce(h.forwarded, false) OR h.request_via IS NOT NULL) AS passed_on
FROM subjects s LEFT JOIN header_sets h ON h.id = s.first_headers
WHERE s.exchange_count > 0 AND s.transport <> 'har'
GROUP BY s.client_ip, s.server_ip, s.server_port ORDER BY count(*) DESC, server, s.client_ip LIMIT 500`

/** @param pairs where the connections of each client and server were captured: a machine that is both is next to each in turn. */
export async function chainsOf(
  store: Store,
  observed: readonly Observed[],
  pairs: readonly VantagePair[],
): Promise<readonly Chain[]> {
  const legs = (await store.rows(LEGS)).map((row): Leg => ({
    client: row.client_ip as string,
    clientIp: row.client_ip as string,
    server: row.server as string,
    serverIp: row.server_ip as string,
    passedOn: row.passed_on === true,
  }))
  const place = new Map(pairs.map((pair) => [`${pair.client} ${pair.server}`, pair.place]))
  const placeOf = (leg: Leg): string | undefined => place.get(`${leg.client} ${leg.server}`)
  const chains = new Map<string, Chain>()
  for (const outward of legs) {
    for (const inward of legs) {
      if (inward.server === outward.server) continue
      const joinedBy = howJoined(inward, outward, placeOf)
      const key = `${inward.server} ${outward.clientIp} ${outward.server}`
      if (joinedBy === null || chains.has(key) || chains.size >= MAX_CHAINS) continue
      const clients = legs.filter((leg) => leg.server === inward.server).map((leg) => leg.clientIp)
      chains.set(key, {
        proxy: inward.server,
        proxyOutward: outward.clientIp,
        server: outward.server,
        joinedBy,
        checks: [
          check('client-proxy', patience(observed, clients), serverTimeout(observed, inward.server)),
          check('proxy-origin', patience(observed, [outward.clientIp]), serverTimeout(observed, outward.server)),
        ],
      })
    }
  }
  return [...chains.values()]
}

/** On one machine everything has the same address: there only requests that were passed on show the second leg. */
function howJoined(inward: Leg, outward: Leg, placeOf: (leg: Leg) => string | undefined): Chain['joinedBy'] | null {
  if (inward.serverIp === outward.clientIp) {
    const oneMachine = inward.clientIp === inward.serverIp || outward.clientIp === outward.serverIp
    return !oneMachine || (outward.passedOn && !inward.passedOn) ? 'address' : null
  }
  return placeOf(inward) === 'server' && placeOf(outward) === 'client' ? 'vantage' : null
}

/** The most patient of these clients: it is the one that meets the server's close. */
function patience(observed: readonly Observed[], addresses: readonly string[]): ChainTimeout | null {
  const all = observed
    .filter(({ owner }) => owner.side === 'client' && addresses.includes(owner.who.address))
    .map((one) => idleTimeoutOf(one))
    .filter((timeout) => timeout !== null)
  return all.reduce<ChainTimeout | null>((most, one) => (most === null || one.seconds > most.seconds ? one : most), null)
}

function serverTimeout(observed: readonly Observed[], address: string): ChainTimeout | null {
  const one = observed.find(({ owner }) => owner.side === 'server' && owner.who.address === address)
  return one === undefined ? null : idleTimeoutOf(one)
}

/** Compares two neighbours. What is known only as "at least" decides where it can. */
export function check(leg: ChainCheck['leg'], client: ChainTimeout | null, server: ChainTimeout | null): ChainCheck {
  if (client === null || server === null) return { leg, client, server, marginSeconds: null, state: 'unknown' }
  const margin = Math.round((server.seconds - client.seconds) * 1e6) / 1e6
  const shared = { leg, client, server, marginSeconds: margin }
  if (server.bound === 'at-least') {
    return { ...shared, state: client.bound === 'exact' && margin >= MARGIN ? 'ok' : 'unknown' }
  }
  if (margin <= 0) return { ...shared, state: 'wrong' }
  if (margin < MARGIN) return { ...shared, state: 'tight' }
  return { ...shared, state: client.bound === 'exact' ? 'ok' : 'unknown' }
}
