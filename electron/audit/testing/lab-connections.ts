/**
 * What the lab's truth says of every single connection, by construction: its verdict, and of an avoidable one the cause. Truth is the
 * kernel's times, the servers' logs and the scenario's own words; no packet is looked at (the lab's README).
 */
import type { Cause, ConnectionVerdict, NeededCause } from '../../../shared/model/audit'
import type { ConnectionFact } from '../../../shared/model/facts'

export interface TruthConnection {
  readonly id: number
  readonly hop: string
  readonly client_port: number
  readonly server: string
  readonly server_port: number
  readonly established: boolean
  readonly request_count: number
  readonly tunnelled_requests?: number
  readonly opened_because: string | null
  readonly close_because: string | null
  readonly requests: readonly {
    readonly host?: string | null
    readonly ended?: number
    readonly status?: number | null
    /** By the server's own log. */
    readonly keeps_alive?: boolean | null
  }[]
  readonly kernel: {
    readonly syn_at: number
    readonly fin_at?: { readonly client: number | null; readonly server: number | null }
    readonly resets?: readonly { readonly from: string; readonly t: number }[]
    /** The least that each end's kernel measured (tcp_info). */
    readonly min_rtt_ms?: { readonly client?: number | null; readonly server?: number | null } | null
  }
}

/** Verdict and cause in one word. */
export type Label = 'not judged' | NeededCause | Cause

/** The lab's word for why a connection was closed → the cause that says the same of the connection opened after it. */
const CAUSES: Readonly<Record<string, Cause>> = {
  'client-discarded': 'client-closed',
  'client-connection-close': 'client-requested-close',
  'client-idle-timeout': 'client-idle-timeout',
  // The client closes at once, since it was told that waiting would not pay.
  'client-heeds-timeout-hint': 'client-closed',
  'client-abort': 'reset',
  'server-keepalive-off': 'keepalive-disabled',
  'server-error-close': 'error-response',
  'server-max-requests': 'request-limit',
  'server-idle-timeout': 'server-idle-timeout',
  'http10-no-keepalive': 'http10',
  'close-delimited': 'keepalive-disabled',
  'keepalive-race': 'lost-race',
}

/**
 * A server that ends early does so with FIN or with RST, as the kernel saw. A connection that the client discarded is one that the server
 * would have kept (the lab's README): where the server's own log says that it did not, though it keeps connections, the client had announced
 * the discard in its request.
 */
function causeAfter(earlier: TruthConnection): Cause | undefined {
  const { close_because: because, kernel, requests } = earlier
  if (because === 'server-early-close') return kernel.resets?.some((reset) => reset.from === 'server') ? 'reset' : 'server-closed'
  if (because === 'client-discarded' && requests.at(-1)?.keeps_alive === false) return 'client-requested-close'
  return CAUSES[because ?? '']
}

/** Half the lab's round trip, in seconds: what a server ended, its client learns of so much later. */
const ONE_WAY = 0.01

/** When a connection was of no use any more: the client's FIN or a reset; where the kernel lost sight of it, the last response's arrival. */
function endOf({ kernel, requests }: TruthConnection): number {
  const ends = [kernel.fin_at?.client ?? null, ...(kernel.resets ?? []).map((reset) => reset.t)].filter((t) => t !== null)
  return ends.length > 0 ? Math.min(...ends) : Math.max(...requests.map((request) => request.ended ?? Infinity)) + ONE_WAY
}

/**
 * The label of each connection. Without a request there is nothing to judge. The first of its pool, and one whose client has its own
 * reasons (a browser that opens six), are needed. Of connections side by side the lab cannot say which of them were needed; the
 * kernel's times do: one is, when at its SYN as many are open as were ever needed. All others follow a connection that ended, for
 * the reason the lab gives.
 */
export function labelsOf(connections: readonly TruthConnection[], isBrowser: boolean): ReadonlyMap<number, Label> {
  const labels = new Map<number, Label>()
  const pools = new Map<string, { readonly earlier: TruthConnection[]; needed: number }>()
  for (const connection of [...connections].sort((a, b) => a.kernel.syn_at - b.kernel.syn_at)) {
    if (connection.request_count === 0) {
      labels.set(connection.id, 'not judged')
      continue
    }
    const own = connection.opened_because === 'upgrade' ? connection.id : ''
    const key = [connection.hop, connection.server, connection.server_port, connection.requests[0]?.host, own].join(' ')
    const pool = pools.get(key) ?? { earlier: [], needed: 0 }
    pools.set(key, pool)
    const label = labelIn(pool, connection, isBrowser)
    labels.set(connection.id, label)
    if (label === 'first' || label === 'concurrency') pool.needed += 1
    pool.earlier.push(connection)
  }
  return labels
}

function labelIn(
  { earlier, needed }: { readonly earlier: readonly TruthConnection[]; readonly needed: number },
  { opened_because: opened, kernel }: TruthConnection,
  isBrowser: boolean,
): Label {
  if (earlier.length === 0) return 'first'
  if (isBrowser && opened === null) return 'concurrency'
  const ended = earlier.filter((c) => endOf(c) <= kernel.syn_at)
  if (earlier.length - ended.length >= needed) return 'concurrency'
  return causeAfter(ended.reduce((a, b) => (endOf(b) > endOf(a) ? b : a))) ?? 'unknown'
}

export const labelOf = ({ verdict, cause }: ConnectionVerdict): Label =>
  verdict === 'not-judged' ? 'not judged' : (cause ?? 'unknown')

/** Truth beside what was read, by 4-tuple and, where one was used again, by order. */
export function pairsOf(
  truth: readonly TruthConnection[],
  facts: readonly ConnectionFact[],
): readonly (readonly [TruthConnection, ConnectionFact])[] {
  const byTuple = new Map<string, ConnectionFact[]>()
  for (const fact of facts) {
    const key = `${fact.client.port} ${fact.server.ip} ${fact.server.port}`
    byTuple.set(key, [...(byTuple.get(key) ?? []), fact])
  }
  const pairs: [TruthConnection, ConnectionFact][] = []
  for (const connection of [...truth].sort((a, b) => a.kernel.syn_at - b.kernel.syn_at)) {
    const fact = byTuple.get(`${connection.client_port} ${connection.server} ${connection.server_port}`)?.shift()
    if (fact === undefined) throw new Error(`connection ${connection.id} of port ${connection.client_port} was not read`)
    pairs.push([connection, fact])
  }
  return pairs
}
