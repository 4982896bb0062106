/** One stream (RFC 9113 §5.1) and the exchange it carries. */
import { bytes, nanos } from '../../../../shared/units'
import type { ExchangeFact, Persistence } from '../../../../shared/model/facts'
import { connectionAuthOf, hasCredentials } from '../authentication'
import { forwardingOf } from '../forwarding'
import type { RequestHead } from '../h1/head'
import type { UpgradedRequest } from '../layer'
import { wordsOfMarks } from '../product-marks'
import { emptyMessage } from './message'
import type { Message } from './message'

/** What one end sent on a stream. */
export interface Half {
  message: Message | null
  /** First octet of its header block's first frame; −1 until there is one. */
  at: number
  /** Packet in which its header block ended; −1 until it did. */
  packet: number
  /** Octets of the payloads of its HEADERS, CONTINUATION, PUSH_PROMISE and DATA frames. */
  octets: number
  /** Nothing more is to come. */
  over: boolean
  /** Its end was seen: END_STREAM rather than a reset. */
  whole: boolean
  endAt: number
}

export interface Stream {
  readonly id: number
  readonly ordinal: number
  readonly request: Half
  readonly response: Half
  readonly informational: number[]
  reset: boolean
}

const half = (): Half => ({ message: null, at: -1, packet: -1, octets: 0, over: false, whole: false, endAt: -1 })

export const newStream = (id: number, ordinal: number): Stream => ({
  id,
  ordinal,
  request: half(),
  response: half(),
  informational: [],
  reset: false,
})

/** Stream 1 after an upgrade from HTTP/1.1: its request came before (RFC 7540 §3.2). */
export function upgradedStream({ ordinal, head, packet, at, endAt, bytes, whole }: UpgradedRequest): Stream {
  const stream = newStream(1, ordinal)
  stream.informational.push(101)
  Object.assign(stream.request, {
    message: head === null ? null : messageOf(head),
    at: at ?? -1,
    packet: packet ?? -1,
    octets: bytes,
    over: true,
    whole,
    endAt: endAt ?? -1,
  } satisfies Half)
  return stream
}

const messageOf = ({
  method,
  target,
  host,
  userAgent,
  via,
  forwarded,
  marks,
  authentication,
  forwarding,
}: RequestHead): Message => ({
  ...emptyMessage(),
  ...{ method, path: target, authority: host, userAgent, via, forwarded, marks, authentication, forwarding },
})

/** HTTP/2 has no field that says whether the connection stays: it does (RFC 9113 §9.1, §8.2.2). */
const STAYS: Persistence = { connection: null, keepsAlive: true }

const instant = (at: number): ExchangeFact['requestAt'] => (at < 0 ? null : nanos(at))

export function exchangeFact(
  connection: number,
  scheme: 'http' | 'https',
  { id, ordinal, request, response, informational }: Stream,
): ExchangeFact {
  const asked = request.message
  const answered = response.message
  return {
    connection,
    ordinal,
    stream: id,
    version: 'HTTP/2',
    responseVersion: answered === null ? null : 'HTTP/2',
    method: asked?.method ?? null,
    authority: asked?.authority ?? asked?.host ?? null,
    target: asked === null ? null : targetOf(asked),
    scheme: asked?.scheme === 'http' || asked?.scheme === 'https' ? asked.scheme : scheme,
    requestPacket: request.packet < 0 ? null : request.packet,
    requestAt: instant(request.at),
    requestEndAt: instant(request.endAt),
    status: answered?.status ?? null,
    responsePacket: response.packet < 0 ? null : response.packet,
    responseAt: instant(response.at),
    completeAt: response.whole ? instant(response.endAt) : null,
    informational,
    requestBytes: bytes(request.octets),
    responseBytes: bytes(response.octets),
    complete: request.whole && response.whole,
    request: asked === null ? null : STAYS,
    response: answered === null ? null : STAYS,
    advertised: null,
    closeDelimited: false,
    userAgent: asked?.userAgent ?? null,
    serverProduct: answered?.server ?? null,
    requestVia: asked?.via ?? null,
    responseVia: answered?.via ?? null,
    forwarded: asked?.forwarded ?? false,
    requestMarks: wordsOfMarks(asked?.marks ?? 0),
    responseMarks: wordsOfMarks(answered?.marks ?? 0),
    // A field that the capture does not let us read may be one of them.
    credentials: asked === null ? null : hasCredentials(asked.authentication) || (asked.unknown > 0 ? null : false),
    connectionAuth: answered === null ? null : connectionAuthOf(answered.status, answered.authentication),
    forwarding: forwardingOf(asked?.forwarding ?? null, answered?.forwarding ?? null),
  }
}

/** A plain CONNECT has no path: its target is the authority (RFC 9113 §8.5). */
const targetOf = (asked: Message): string | null => asked.path ?? (asked.method === 'CONNECT' ? asked.authority : null)
