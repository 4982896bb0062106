/**
 * Idle time-outs that encrypted connections give away: how long they were idle before the close needs no keys, only an estimate of when the
 * last response ended (TlsFact.estimatedIdle).
 */
import type { Side } from '../../../shared/model/facts'
import type { InferredTimer } from '../../../shared/model/timers'
import type { Row } from '../../store/rows'
import type { Store } from '../../store/store'
import { IdleCloses } from './idle-closes'

/** Closes looked at, those of the first connections. */
const MOST = 50_000
/** Timers listed. */
const MAX_TIMERS = 50
/** As for connections whose requests are read: what a client had to wait for its response, and its FIN takes to the capture. */
const CLIENT_WAY = '(CASE WHEN s.syn_ack_count = 1 AND s.ack_at > s.syn_ack_at THEN s.ack_at - s.syn_ack_at ELSE 0 END)'

const CLOSES = `
SELECT s.id::DOUBLE AS id, s.close_by AS side, s.close_at AS at, s.server_number::DOUBLE AS server, s.program_number::DOUBLE AS program,
  s.close_at - s.tls_idle_since - CASE WHEN s.close_by = 'client' THEN ${CLIENT_WAY} ELSE 0 END AS gap,
  s.client_ip AS client_address,
  CASE WHEN contains(s.server_ip, ':') THEN '[' || s.server_ip || ']' ELSE s.server_ip END || ':' || s.server_port AS server_address,
  v.origin, coalesce(s.tls_longest_idle, 0) AS survived
FROM subjects s JOIN verdicts v ON v.connection = s.id
WHERE s.encrypted AND s.transport = 'tcp' AND s.exchange_count = 0 AND NOT s.clock_jumped AND NOT s.one_sided AND NOT s.has_gap
  AND coalesce(s.application, '') = 'tls' AND s.close_at - s.tls_idle_since > greatest(0.2e9, 2 * coalesce(s.rtt, 0))
ORDER BY s.id LIMIT ${MOST}`

interface Closing {
  readonly side: Side
  readonly address: string
  readonly origin: string | null
  readonly closes: IdleCloses
}

/**
 * Reads `subjects` and `verdicts`.
 *
 * @param known timers that are listed already: an owner whose time-out its read connections show is not told again
 */
export async function encryptedTimeouts(store: Store, known: readonly InferredTimer[]): Promise<readonly InferredTimer[]> {
  const owners = new Map<string, Closing>()
  /** The longest idle time after which each server's, and each client's, connections went on. */
  const survived = new Map<string, number>()
  for (const row of await store.rows(CLOSES)) learn(row, owners, survived)
  const timers: InferredTimer[] = []
  for (const [key, { side, address, origin, closes }] of owners) {
    const shown = closes.timeout
    const told = known.some(
      (t) => t.kind === 'idle-timeout' && t.bound === 'exact' && t.side === side && t.who.address === address,
    )
    if (shown === null || told) continue
    const contradicted = (survived.get(key) ?? 0) > shown.to + Math.max(0.2e9, shown.value * 0.05)
    timers.push({
      kind: 'idle-timeout',
      side,
      who: { address, product: null, origin: side === 'server' ? origin : null },
      value: inSeconds(shown.value),
      bound: 'exact',
      spread: { from: inSeconds(shown.from), to: inSeconds(shown.to) },
      samples: shown.samples,
      of: shown.of,
      // When the last response ended is an estimate: never high.
      confidence: contradicted || shown.samples / shown.of < 0.5 || shown.instants < 2 ? 'low' : 'medium',
      advertised: null,
      connections: shown.connections,
      estimated: true,
    })
  }
  return timers.sort((a, b) => b.samples - a.samples).slice(0, MAX_TIMERS)
}

function learn(row: Row, owners: Map<string, Closing>, survived: Map<string, number>): void {
  const [side, server, program] = [row.side as Side, row.server as number, row.program as number]
  for (const key of [`server ${server}`, `client ${program}`])
    survived.set(key, Math.max(survived.get(key) ?? 0, row.survived as number))
  const key = side === 'server' ? `server ${server}` : `client ${program}`
  let owner = owners.get(key)
  if (owner === undefined) {
    const address = (side === 'server' ? row.server_address : row.client_address) as string
    owners.set(key, (owner = { side, address, origin: (row.origin ?? null) as string | null, closes: new IdleCloses() }))
  }
  owner.closes.add(row.gap as number, row.at as number, row.id as number, side === 'server' ? program : server)
}

const inSeconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
