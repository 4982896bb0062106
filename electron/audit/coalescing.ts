/**
 * Missed coalescing: an HTTP/2 or HTTP/3 connection may carry requests for every name that its certificate covers, if the name leads to
 * the same address (RFC 9113 §9.1.1, RFC 9114 §3.3), unless the server named the origins it answers for (RFC 8336).
 */
import type { Row } from '../store/rows'
import type { Store } from '../store/store'
import { covers } from './certificate'
import type { Elsewhere } from './elsewhere'

/** Open connections of one address pair that are looked at. */
const MOST_OPEN = 64

const SHARED_ADDRESS = `
SELECT s.id::DOUBLE AS id, s.pool::DOUBLE AS pool, s.demand_at, s.ack_at, s.syn_at, s.setup_time, s.tls_setup, s.close_at, s.http2_goaway_at,
  s.syn_packet::DOUBLE AS syn, lower(s.tls_sni) AS name, s.tls_certificate_names AS names, s.http2_origins AS origins,
  dense_rank() OVER (ORDER BY s.client_ip, s.server_ip, s.server_port, s.path, s.transport)::DOUBLE AS pair
FROM subjects s JOIN (
  SELECT client_ip, server_ip, server_port, path, transport FROM subjects
  WHERE application IN ('h2', 'h3') AND exchange_count > 0 AND tls_sni IS NOT NULL AND transport <> 'har'
  GROUP BY ALL HAVING count(DISTINCT lower(tls_sni)) > 1
) USING (client_ip, server_ip, server_port, path, transport)
WHERE s.application IN ('h2', 'h3') AND s.exchange_count > 0 AND s.tls_sni IS NOT NULL AND NOT s.mid_stream
ORDER BY pair, s.demand_at, s.id`

interface Candidate {
  readonly id: number
  readonly pool: number
  readonly name: string
  readonly demandAt: number
  readonly readyAt: number
  /** When it closed or said that it takes no more. */
  readonly until: number
  readonly names: readonly string[]
  readonly origins: readonly string[]
  readonly syn: number
}

export async function coalescible(store: Store): Promise<ReadonlyMap<number, Elsewhere>> {
  const found = new Map<number, Elsewhere>()
  let pair = -1
  let open: Candidate[] = []
  let pools = new Set<number>()
  for await (const row of store.stream(SHARED_ADDRESS)) {
    if (row.pair !== pair) [pair, open, pools] = [row.pair as number, [], new Set()]
    const c = candidateOf(row)
    open = open.filter((p) => p.until > c.demandAt)
    const p = pools.has(c.pool) ? undefined : open.find((one) => mayCarry(one, c))
    if (p !== undefined) found.set(c.id, missed(p, c))
    pools.add(c.pool)
    if (c.names.length > 0 && open.length < MOST_OPEN) open.push(c)
  }
  return found
}

const lines = (value: unknown): readonly string[] => (typeof value === 'string' && value !== '' ? value.split('\n') : [])

function candidateOf(row: Row): Candidate {
  const n = (name: string): number | null => row[name] as number | null
  const [demandAt, syn, ack] = [n('demand_at') ?? 0, n('syn_at'), n('ack_at')]
  const connected = syn !== null && ack !== null ? ack - syn + (n('tls_setup') ?? 0) : (n('setup_time') ?? 0)
  return {
    ...{
      id: n('id') ?? 0,
      pool: n('pool') ?? 0,
      name: row.name as string,
      demandAt,
      readyAt: demandAt + connected,
      syn: n('syn') ?? 0,
    },
    until: Math.min(n('close_at') ?? Infinity, n('http2_goaway_at') ?? Infinity),
    names: lines(row.names),
    origins: lines(row.origins),
  }
}

const mayCarry = (p: Candidate, c: Candidate): boolean =>
  p.name !== c.name &&
  p.readyAt <= c.demandAt &&
  covers(p.names, c.name) &&
  (p.origins.length === 0 || p.origins.includes(`https://${c.name}`))

function missed(p: Candidate, c: Candidate): Elsewhere {
  const text = `Connection ${p.id} for ${p.name} was open at the same address, and its certificate covers ${c.name} as well; the client opened another.`
  const packets = [p.syn, c.syn].filter((packet) => packet > 0)
  return { cause: 'missed-coalescing', evidence: { previousConnection: p.id, packets, text }, freeSince: c.demandAt }
}
