/** Which legs a capture shows: connections grouped by who is at their ends, before anything is joined. */
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { ANSWERED_BY_PROXY, NGINX_DEFAULT, SENT_BY_PROXY } from './fields'

/** Legs that are told apart; what is beyond has fewer exchanges than any of these. */
export const MAX_LEGS = 50

/** Programs of users that talk to one server are one leg, whatever their number; each proxy is one of its own. */
const LEG_TABLE = `
CREATE OR REPLACE TABLE leg_members AS
WITH ends AS (
  SELECT id, CASE WHEN from_proxy THEN client_ip END AS proxy, server_ip, server_port, exchange_count
  FROM subjects WHERE exchange_count > 0 AND server_ip <> ''
), ranked AS (
  SELECT proxy, server_ip, server_port,
    (row_number() OVER (ORDER BY sum(exchange_count) DESC, server_ip, server_port, proxy) - 1)::INTEGER AS leg
  FROM ends GROUP BY proxy, server_ip, server_port
)
SELECT e.id AS connection, r.leg FROM ends e JOIN ranked r
  ON e.server_ip = r.server_ip AND e.server_port = r.server_port AND e.proxy IS NOT DISTINCT FROM r.proxy
WHERE r.leg < ${MAX_LEGS};`

const LEGS = `
SELECT m.leg, bool_or(s.from_proxy) AS from_proxy, any_value(s.server_ip) AS server_ip, any_value(s.server_port) AS server_port,
  count(DISTINCT s.client_ip)::DOUBLE AS clients, min(s.client_ip) AS client_ip, max(s.product) AS product,
  sum(s.exchange_count)::DOUBLE AS exchanges, sum(s.proxied_exchanges) AS proxied, sum(s.proxy_answers) AS answered,
  count_if(s.mixed_agents)::DOUBLE AS mixed, bool_and(${NGINX_DEFAULT}) AS nginx_default,
  bool_or(s.by_proxy_address OR coalesce(s.connects, false)) AS asks_proxy,
  min(s.id) FILTER (s.proxied_exchanges > 0) AS proxied_sample, min(s.id) FILTER (s.mixed_agents) AS mixed_sample,
  min(s.id) FILTER (s.proxy_answers > 0) AS answered_sample, min(s.id) AS any_sample,
  min(s.id) FILTER (s.by_proxy_address OR coalesce(s.connects, false)) AS asking_sample
FROM leg_members m JOIN subjects s ON s.id = m.connection
GROUP BY m.leg ORDER BY m.leg`

export interface SeenLeg {
  readonly leg: number
  readonly fromProxy: boolean
  readonly clientIp: string
  readonly clients: number
  readonly serverIp: string
  readonly serverPort: number
  readonly product: string | null
  readonly exchanges: number
  /** Exchanges whose request, and whose response, passed a proxy. */
  readonly proxied: number
  readonly answered: number
  /** Connections that programs with different User-Agents share. */
  readonly mixed: number
  readonly nginxDefault: boolean
  /** Requests in absolute form, or CONNECT: the server is asked as a forward proxy. */
  readonly asksProxy: boolean
  readonly samples: {
    readonly proxied: Sample | null
    readonly mixed: Sample | null
    readonly answered: Sample | null
    readonly any: Sample | null
    readonly asking: Sample | null
  }
}

/** One exchange that shows what is said of a leg. */
export interface Sample {
  readonly connection: number
  readonly packet: number | null
  readonly requestVia: string | null
  readonly requestFields: string | null
  readonly forwardedFor: string | null
  readonly responseVia: string | null
  readonly responseFields: string | null
  readonly userAgents: readonly [string, string] | null
}

/** Groups the subjects into legs (table `leg_members`) and says what each of them shows. */
export async function findLegs(store: Store): Promise<readonly SeenLeg[]> {
  await store.run(LEG_TABLE)
  const rows = await store.rows(LEGS)
  const samples = await samplesOf(store, rows)
  return rows.map((row) => {
    const n = (name: string): number => (row[name] ?? 0) as number
    const sample = (name: string): Sample | null => samples.get(row[`${name}_sample`] as number) ?? null
    return {
      leg: n('leg'),
      fromProxy: row.from_proxy === true,
      clientIp: (row.client_ip ?? '') as string,
      clients: n('clients'),
      serverIp: row.server_ip as string,
      serverPort: n('server_port'),
      product: (row.product ?? null) as string | null,
      exchanges: n('exchanges'),
      proxied: n('proxied'),
      answered: n('answered'),
      mixed: n('mixed'),
      nginxDefault: row.nginx_default === true,
      asksProxy: row.asks_proxy === true,
      samples: {
        proxied: sample('proxied'),
        mixed: sample('mixed'),
        answered: sample('answered'),
        any: sample('any'),
        asking: sample('asking'),
      },
    }
  })
}

/** Of each sample connection the first exchange that passed a proxy, or its first. */
async function samplesOf(store: Store, legs: readonly Row[]): Promise<ReadonlyMap<number, Sample>> {
  const names = ['proxied_sample', 'mixed_sample', 'answered_sample', 'any_sample', 'asking_sample']
  const ids = new Set(legs.flatMap((row) => names.map((name) => row[name])).filter((id) => typeof id === 'number'))
  const found = new Map<number, Sample>()
  if (ids.size === 0) return found
  const rows = await store.rows(`
    SELECT e.connection, e.request_packet, e.forwarded_for, h.request_via, h.request_proxy_fields, h.response_via, h.response_proxy_fields,
      min(h.user_agent) OVER (PARTITION BY e.connection) AS agent_low, max(h.user_agent) OVER (PARTITION BY e.connection) AS agent_high
    FROM exchange_rows e JOIN header_sets h ON h.id = e.headers
    WHERE e.connection IN (${[...ids].join(',')})
    QUALIFY row_number() OVER (PARTITION BY e.connection ORDER BY (${SENT_BY_PROXY})::INTEGER + (${ANSWERED_BY_PROXY})::INTEGER DESC, e.ordinal) = 1`)
  for (const row of rows) {
    const maybe = <T>(name: string): T | null => (row[name] ?? null) as T | null
    const low = maybe<string>('agent_low')
    const high = maybe<string>('agent_high')
    const packet = maybe<number>('request_packet')
    found.set(row.connection as number, {
      connection: row.connection as number,
      packet: packet === 0 ? null : packet,
      requestVia: maybe('request_via'),
      requestFields: maybe('request_proxy_fields'),
      forwardedFor: maybe('forwarded_for'),
      responseVia: maybe('response_via'),
      responseFields: maybe('response_proxy_fields'),
      userAgents: low === null || high === null ? null : [low, high],
    })
  }
  return found
}
