/** A HAR and a capture of the same traffic, opened together: docs/audit-model.md, "HAR and capture". */
import type { CaptureFact } from '../../../shared/model/facts'
import type { Store } from '../../store/store'
import type { Blind, Told } from './assign'
import { assign } from './assign'
import { dropSeen } from './overlap'

/** Connections looked at on either side. */
const MOST = 100_000
const MILLISECOND = 1e6

export interface HarJoin {
  /** Requests that both show, and are counted once. */
  readonly seenTwice: number
  /** Encrypted connections that got their requests from the HAR, and how many these are. */
  readonly filled: number
  readonly requests: number
  /** Encrypted connections beside a HAR that does not tell connections apart: what it says could not be put on them. */
  readonly unassigned: boolean
}

const SERVER = "lower(c.server_ip) || ' ' || c.server_port || ' ' || lower(coalesce(c.tls_sni, ''))"

const BLIND = `
SELECT c.id, ${SERVER} AS server, coalesce(c.syn_at, c.first_at) AS opened_at, c.last_at, c.server_bytes AS bytes, c.tls_estimated_turns AS turns
FROM connections c
WHERE c.transport <> 'har' AND c.tls AND NOT coalesce(c.tls_decrypted, false) AND c.exchange_count = 0
ORDER BY c.first_at LIMIT ${MOST}`

const TOLD = `
SELECT c.id, ${SERVER} AS server, c.first_at AS opened_at, c.last_at, c.server_bytes AS bytes, c.exchange_count AS requests,
  c.setup_time IS NOT NULL AS measured, contains(c.marks, 'estimated') AS estimated
FROM connections c
WHERE c.transport = 'har' AND c.tls
ORDER BY c.first_at LIMIT ${MOST}`

/** Before anything is judged. null where there is nothing to join. */
export async function joinHar(store: Store, captures: readonly CaptureFact[]): Promise<HarJoin | null> {
  if (!captures.some(({ format }) => format === 'har') || captures.every(({ format }) => format === 'har')) return null
  const { requests: seenTwice } = await dropSeen(store)
  const blind = (await store.rows(BLIND)).map((row): Blind => ({
    id: row.id as number,
    server: row.server as string,
    openedAt: (row.opened_at as number) / MILLISECOND,
    lastAt: (row.last_at as number) / MILLISECOND,
    bytes: (row.bytes ?? 0) as number,
    turns: (row.turns ?? null) as number | null,
  }))
  const rows = await store.rows(TOLD)
  const servers = new Set(blind.map(({ server }) => server))
  const unassigned = rows.some((row) => row.estimated === true && servers.has(row.server as string))
  const told = rows
    .filter((row) => row.estimated !== true)
    .map((row): Told => ({
      id: row.id as number,
      server: row.server as string,
      openedAt: (row.opened_at as number) / MILLISECOND,
      measured: row.measured === true,
      lastAt: (row.last_at as number) / MILLISECOND,
      bytes: (row.bytes ?? 0) as number,
      requests: (row.requests ?? 0) as number,
    }))
  const { pairs, offset } = assign(blind, told)
  const filled = new Set(pairs.map(({ har }) => har))
  if (pairs.length > 0) await fill(store, pairs, Math.round(offset * MILLISECOND))
  return {
    seenTwice,
    filled: pairs.length,
    requests: told.reduce((sum, { id, requests }) => sum + (filled.has(id) ? requests : 0), 0),
    unassigned,
  }
}

/** The instants in a connection's summary of its exchanges. */
const SUMMED_TIMES = ['idle_since', 'first_request_at', 'last_request_at', 'previous_complete_at']

/** The HAR's exchanges become those of the capture's connections. */
async function fill(
  store: Store,
  pairs: readonly { readonly har: number; readonly capture: number }[],
  offset: number,
): Promise<void> {
  const moved = (column: string): string => `${column} = ${column} + ${offset}`
  await store.run(`
    CREATE OR REPLACE TEMP TABLE har_pairs AS SELECT * FROM (VALUES ${pairs.map((p) => `(${p.har}, ${p.capture})`).join(',')}) p(har, capture);
    UPDATE exchange_rows SET connection = p.capture, ${['request_at', 'request_end_at', 'response_at', 'complete_at'].map(moved).join(', ')}
      FROM har_pairs p WHERE exchange_rows.connection = p.har;
    UPDATE exchange_summaries SET connection = p.capture, ${SUMMED_TIMES.map(moved).join(', ')}
      FROM har_pairs p WHERE exchange_summaries.connection = p.har;
    UPDATE connections SET exchange_count = h.exchange_count, application = h.application,
      marks = CASE WHEN connections.marks = '' THEN 'from-har' ELSE connections.marks || ' from-har' END
      FROM har_pairs p JOIN (SELECT id, exchange_count, application FROM connections) h ON h.id = p.har WHERE connections.id = p.capture;
    DELETE FROM connections WHERE id IN (SELECT har FROM har_pairs);
    DROP TABLE har_pairs;`)
}
