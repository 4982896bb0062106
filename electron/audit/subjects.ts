/**
 * Subjects: connections as the audit judges them, read from the table of subjects-table.ts. A subject carries what the verdict needs
 * of its connection, its first and its last exchange, and the number of its pool (docs/audit-model.md, "Pool").
 */
import type { Vantage } from '../../shared/model/audit'
import type { Side, Transport } from '../../shared/model/facts'
import type { RowView } from '../store/stream'
import type { Store } from '../store/store'
import type { Headers } from './header-sets'
import { HeaderSets } from './header-sets'
import { IN_USE_TO_THE_END } from './open-end'
import { vantageOf } from './vantage'

export interface Subject {
  readonly id: number
  readonly pool: number
  readonly transport: Transport
  readonly application: string | null
  /** Numbers for the client's address, and for the server's address and port. */
  readonly client: number
  readonly server: number
  /** The server's address and port; given only where the origin cannot be told without. */
  readonly address: string | null
  /** When the client wanted it: its first SYN; mid-stream, its first packet. */
  readonly demandAt: number
  /** When it could carry its first request; the demand itself where that was not seen. */
  readonly readyAt: number
  readonly lastAt: number
  /** A SYN or the SYN/ACK was seen, or a HAR measured the connect. */
  readonly opened: boolean
  readonly rtt: number | null
  /** A number for the client's program: its address, and its User-Agent where several programs were told apart there. */
  readonly program: number
  /** From the capture's place to the client and back, at its shortest; 0 where it is not known. */
  readonly clientWay: number
  /** From the capture's place to the server and back, at its shortest: tells what the server had seen when it sent something. */
  readonly serverWay: number
  /** The same during the handshake. */
  readonly serverDelay: number
  /** Waited for SYN retransmissions. */
  readonly synWait: number
  readonly setup: number | null
  readonly setupRoundTrips: number
  readonly oneSided: boolean
  readonly hasGap: boolean
  /** Payload was cut by the snapshot length: ends of messages, and header lines, may be unknown. */
  readonly truncated: boolean
  /** Its pool is that of another address: an ORIGIN frame says that both are for the same hosts. */
  readonly elsewhere: boolean
  /** The capture's clock was set, back or ahead, while it was open: its durations are wrong. */
  readonly clockJumped: boolean
  readonly vantage: Vantage
  readonly exchanges: number
  /** HTTP/2: streams the server lets be open at once; null where it told no limit. */
  readonly maxStreams: number | null
  /** HTTP/2: when the server announced that it takes no more requests. */
  readonly goawayAt: number | null
  readonly goawayPacket: number
  readonly goawayError: number
  /** How often the client sent its last bytes again. */
  readonly lastResent: number
  /** TLS whose requests could not be read for want of its keys. */
  readonly encrypted: boolean
  /** Its first FIN or RST, or a close_notify before that. */
  readonly close: { readonly by: Side; readonly how: 'fin' | 'rst'; readonly at: number; readonly packet: number } | null
  /** When its addresses and ports served another connection: it was over by then, though no close may have been seen. */
  readonly portsAgainAt: number | null
  /** The end of the captures that show it, where others came after a pause: nothing is known of it from then on. */
  readonly unseenFrom: number | null
  /** Its last exchange lasted as long as it did. */
  readonly inUseToTheEnd: boolean
  /** The server's FIN, or its close_notify before that. */
  readonly serverEndAt: number | null
  readonly serverEndPacket: number
  readonly reset: { readonly by: Side; readonly at: number; readonly packet: number } | null
  /** When the last exchange that got a response ended: what idle time counts from. */
  readonly idleSince: number | null
  /** The longest idle time after which it was used again and answered. */
  readonly longestIdle: number
  /** When its first request with credentials was sent; null where none was seen. */
  readonly credentialsSince: number | null
  /** All its requests were seen, and none carried credentials. */
  readonly anonymous: boolean
  /** A request without credentials followed one with. */
  readonly anonymousAfter: boolean
  readonly firstRequestAt: number | null
  readonly firstResponseBytes: number
  readonly lowestMax: number | null
  readonly firstMax: number | null
  readonly advertisedTimeout: number | null
  readonly byProxyAddress: boolean
  readonly sni: string | null
  readonly first: Headers | null
  readonly last: LastExchange | null
}

export interface LastExchange {
  readonly headers: Headers
  readonly requestPacket: number | null
  readonly responsePacket: number | null
  readonly requestAt: number | null
  readonly status: number | null
  /** It had its whole response, as far as the capture can tell. */
  readonly answered: boolean
  readonly closeDelimited: boolean
  /** When the exchange before it ended. */
  readonly previousCompleteAt: number | null
}

/** Words from short lists are read as enumerations, addresses only where they are needed: strings are what costs. */
const COLUMNS = `
  id, pool, elsewhere, client_number, program_number, server_number, demand_at, last_at, syn_at, syn_ack_at, syn_ack_count, ack_at, rtt, client_way, server_way, setup_time, fast_open,
  tls_round_trips, tls_setup, tls_sni, mid_stream, one_sided, has_gap, truncated, clock_jumped, encrypted, exchange_count, http2_max_streams,
  CASE WHEN http2_goaway_by = 'server' THEN http2_goaway_at END AS server_goaway_at, http2_goaway_packet, http2_goaway_error, client_last_resent, ports_again_at, unseen_from,
  ${IN_USE_TO_THE_END('subjects')} AS in_use_to_the_end,
  close_at, close_packet, server_end_at, server_end_packet, reset_at, reset_packet,
  idle_since, first_request_at, first_response_bytes, lowest_max, first_max, advertised_timeout, by_proxy_address,
  first_headers, last_headers, last_request_packet, last_response_packet, last_request_at, last_status, last_complete,
  last_close_delimited, previous_complete_at, longest_idle, credentials_since, anonymous, anonymous_after,
  transport::ENUM('tcp', 'quic', 'har') AS transport,
  application::ENUM('http/1', 'h2', 'h3', 'websocket', 'tls', 'tunnel', 'unknown') AS application,
  close_by::ENUM('client', 'server') AS close_by, close_how::ENUM('fin', 'rst') AS close_how,
  reset_by::ENUM('client', 'server') AS reset_by,
  CASE WHEN first_authority IS NULL OR by_proxy_address
    THEN CASE WHEN contains(server_ip, ':') THEN '[' || server_ip || ']' ELSE server_ip END || ':' || server_port END AS address`

/** Subjects pool by pool, each pool in the order of demand, some thousands at a time. @param where an SQL condition of the program's own. */
export async function* subjectsByPool(store: Store, where = 'true'): AsyncGenerator<readonly Subject[]> {
  const headers = new HeaderSets(store)
  const chunks = store.named(`SELECT ${COLUMNS} FROM subjects WHERE ${where} ORDER BY pool, demand_at, id`)
  for await (const { view, columns, count } of chunks) {
    const ids = new Set<number>()
    for (let i = 0; i < count; i++) {
      for (const id of [view.at(columns, i).get('first_headers'), view.get('last_headers')])
        if (typeof id === 'number') ids.add(id)
    }
    await headers.load(ids)
    const subjects: Subject[] = []
    for (let i = 0; i < count; i++) subjects.push(subjectOf(view.at(columns, i), headers))
    yield subjects
  }
}

/** Subjects that are kept from one pass to the next: some tens of megabytes. */
const KEPT = 50_000

/** All subjects, to be gone through more than once: where they are few, the store is asked once. */
export class SubjectPasses {
  readonly #store: Store
  #kept: (readonly Subject[])[] | null = null

  constructor(store: Store) {
    this.#store = store
  }

  async *pass(): AsyncGenerator<readonly Subject[]> {
    if (this.#kept !== null) return yield* this.#kept
    let kept: (readonly Subject[])[] | null = []
    let count = 0
    for await (const subjects of subjectsByPool(this.#store)) {
      count += subjects.length
      if (count > KEPT) kept = null
      kept?.push(subjects)
      yield subjects
    }
    this.#kept = kept
  }
}

export function subjectOf(row: RowView, headers: HeaderSets): Subject {
  const maybe = <T>(name: string): T | null => (row.get(name) ?? null) as T | null
  const number = (name: string): number => (row.get(name) ?? 0) as number
  const synAt = maybe<number>('syn_at')
  const ackAt = maybe<number>('ack_at')
  const synAckAt = maybe<number>('syn_ack_at')
  const rtt = maybe<number>('rtt')
  const demandAt = number('demand_at')
  const transport = row.get('transport') as Transport
  const measured = maybe<number>('setup_time')
  const setup = transport !== 'tcp' ? measured : packetSetup(synAt, synAckAt, ackAt, maybe<number>('tls_setup'))
  const closeAt = maybe<number>('close_at')
  const resetAt = maybe<number>('reset_at')
  const lastSynAt = ackAt !== null && rtt !== null ? ackAt - rtt : synAt
  return {
    id: number('id'),
    pool: number('pool'),
    transport,
    application: maybe('application'),
    client: number('client_number'),
    program: number('program_number'),
    clientWay: number('client_way'),
    serverWay: number('server_way'),
    server: number('server_number'),
    address: maybe('address'),
    demandAt,
    readyAt: demandAt + (setup ?? 0),
    lastAt: number('last_at'),
    opened:
      transport === 'har'
        ? measured !== null
        : synAt !== null || synAckAt !== null || (transport === 'quic' && !row.get('mid_stream')),
    rtt,
    serverDelay: synAckAt !== null && lastSynAt !== null ? Math.max(0, synAckAt - lastSynAt) : 0,
    synWait: synAt !== null && lastSynAt !== null ? Math.max(0, lastSynAt - synAt) : 0,
    setup,
    setupRoundTrips: roundTrips(row, transport, synAt !== null || synAckAt !== null, measured !== null),
    oneSided: row.get('one_sided') === true,
    hasGap: row.get('has_gap') === true,
    truncated: row.get('truncated') === true,
    elsewhere: row.get('elsewhere') === true,
    clockJumped: row.get('clock_jumped') === true,
    vantage: vantageOf(rtt, ackAt === null || synAckAt === null ? null : ackAt - synAckAt, number('syn_ack_count')),
    exchanges: number('exchange_count'),
    maxStreams: maybe('http2_max_streams'),
    goawayAt: maybe('server_goaway_at'),
    goawayPacket: number('http2_goaway_packet'),
    goawayError: number('http2_goaway_error'),
    lastResent: number('client_last_resent'),
    encrypted: row.get('encrypted') === true,
    close:
      closeAt === null
        ? null
        : {
            by: row.get('close_by') as Side,
            how: row.get('close_how') as 'fin' | 'rst',
            at: closeAt,
            packet: number('close_packet'),
          },
    portsAgainAt: maybe('ports_again_at'),
    unseenFrom: maybe('unseen_from'),
    inUseToTheEnd: row.get('in_use_to_the_end') === true,
    serverEndAt: maybe('server_end_at'),
    serverEndPacket: number('server_end_packet'),
    reset: resetAt === null ? null : { by: row.get('reset_by') as Side, at: resetAt, packet: number('reset_packet') },
    idleSince: maybe('idle_since'),
    longestIdle: number('longest_idle'),
    credentialsSince: maybe('credentials_since'),
    anonymous: row.get('anonymous') === true,
    anonymousAfter: row.get('anonymous_after') === true,
    firstRequestAt: maybe('first_request_at'),
    firstResponseBytes: number('first_response_bytes'),
    lowestMax: maybe('lowest_max'),
    firstMax: maybe('first_max'),
    advertisedTimeout: maybe('advertised_timeout'),
    byProxyAddress: row.get('by_proxy_address') === true,
    sni: maybe('tls_sni'),
    first: headers.get(maybe<number>('first_headers') ?? -1) ?? null,
    last: lastExchange(row, headers),
  }
}

/** {@link Subject.setup} in seconds, of a row of `subjects` named s. */
export const SETUP_SECONDS = `(CASE WHEN s.transport <> 'tcp' THEN s.setup_time
  WHEN coalesce(s.ack_at, s.syn_ack_at) >= s.syn_at THEN coalesce(s.ack_at, s.syn_ack_at) - s.syn_at + coalesce(s.tls_setup, 0) END / 1e9)`

/** First SYN to the moment the client could send application data. */
function packetSetup(synAt: number | null, synAckAt: number | null, ackAt: number | null, tls: number | null): number | null {
  const connected = ackAt ?? synAckAt
  if (synAt === null || connected === null || connected < synAt) return null
  return connected - synAt + (tls ?? 0)
}

/** TCP 1 (0 when data in the SYN was accepted, RFC 7413), and what TLS or QUIC took. */
function roundTrips(row: RowView, transport: Transport, syn: boolean, measured: boolean): number {
  const tls = (row.get('tls_round_trips') ?? 0) as number
  if (transport === 'quic') return tls
  if (transport === 'har') return measured ? 1 + tls : 0
  return syn ? (row.get('fast_open') === true ? 0 : 1) + tls : 0
}

function lastExchange(row: RowView, headers: HeaderSets): LastExchange | null {
  const maybe = <T>(name: string): T | null => (row.get(name) ?? null) as T | null
  const id = maybe<number>('last_headers')
  const found = id === null ? undefined : headers.get(id)
  if (found === undefined) return null
  return {
    headers: found,
    requestPacket: maybe('last_request_packet'),
    responsePacket: maybe('last_response_packet'),
    requestAt: maybe('last_request_at'),
    status: maybe('last_status'),
    answered: row.get('last_complete') === true || (row.get('truncated') === true && maybe('last_status') !== null),
    closeDelimited: row.get('last_close_delimited') === true && row.get('last_complete') === true,
    previousCompleteAt: maybe('previous_complete_at'),
  }
}
