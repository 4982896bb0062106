/** Legs: the stretches of a request's way that a capture shows, and what was found by joining two of them. Definitions: docs/audit-model.md. */
import type { PacketNumber } from './facts'

/**
 * browser-edge: users' programs and the first proxy; edge-origin: the first proxy and what is behind it; proxy-upstream: a proxy
 * further behind, or one whose place is not known, and its upstream; direct: no proxy is seen at either end.
 */
export type LegKind = 'browser-edge' | 'edge-origin' | 'proxy-upstream' | 'direct'

/** One end of a leg. */
export interface LegEnd {
  readonly role: 'user' | 'proxy' | 'server'
  /** null for several addresses. */
  readonly ip: string | null
  /** The server's port; null for a client. */
  readonly port: number | null
  readonly addresses: number
  /** As it announces itself ("Cloudflare", "nginx/1.22.1"); null where it does not. */
  readonly product: string | null
}

/** Why an end is taken for a proxy. */
export interface LegEvidence {
  readonly end: 'client' | 'server'
  /** One sentence, plain text. */
  readonly text: string
  /** A connection that shows it, and the packet in which its first request's header ended; null where there is none (a HAR). */
  readonly connection: number
  readonly packet: PacketNumber | null
}

export interface Leg {
  readonly id: number
  readonly kind: LegKind
  readonly client: LegEnd
  readonly server: LegEnd
  /** The leg in front: the one whose server is this leg's client. null where it is not in the capture. */
  readonly front: number | null
  /** Of what its ends are; that no proxy is seen does not prove that there is none. */
  readonly confidence: 'high' | 'medium' | 'low'
  /** At most six; empty for a direct leg. */
  readonly evidence: readonly LegEvidence[]
  /** Connections with exchanges. */
  readonly connections: number
  readonly exchanges: number
  readonly reusedExchanges: number
  /** reusedExchanges ÷ exchanges; null without exchanges. */
  readonly reuseRatio: number | null
  readonly avoidable: number
  readonly setupRoundTrips: number
  readonly setupSeconds: number
  /** Median handshake round trip in seconds. */
  readonly rttSeconds: number | null
}

/** How sure it is that two exchanges are the same request: by an identifier; by address or alone in its time; one of several that fit. */
export type StitchConfidence = 'exact' | 'high' | 'low'

/** A user's request and the one that the proxy made of it. */
export interface StitchedRequest {
  readonly method: string
  readonly target: string
  /** Seconds from the audit's first packet to the user's request. */
  readonly at: number
  /** Connection and ordinal on the user's leg and on the leg behind. */
  readonly front: { readonly connection: number; readonly ordinal: number; readonly status: number | null }
  readonly back: { readonly connection: number; readonly ordinal: number; readonly status: number | null }
  /** Request's first byte to response's last, as each leg shows it; null without a complete response. */
  readonly frontSeconds: number | null
  readonly backSeconds: number | null
  /** Setting up the connection behind, while the user waited; 0 where it was there already. */
  readonly setupSeconds: number
  readonly confidence: StitchConfidence
}

/** A request that failed for the user when the proxy's connection to its upstream had closed. */
export interface StitchedFailure {
  readonly request: StitchedRequest
  /** Seconds the connection behind had been idle; null at its first request. */
  readonly idleSeconds: number | null
  /** How the connection behind ended; null where it did not. */
  readonly closedBy: 'client' | 'server' | null
  readonly closedHow: 'fin' | 'rst' | null
  /** The packets of the upstream's close and of the user's response. */
  readonly packets: readonly PacketNumber[]
}

/** Two legs joined request by request. */
export interface StitchedLegs {
  readonly front: number
  /** The legs behind, by number: more than one where the proxy has several upstreams. */
  readonly back: readonly number[]
  /** Seconds added to the times of the legs behind to bring them to the clock of the one in front; 0 within one capture. */
  readonly clockOffsetSeconds: number
  /** The legs are in captures of their own, so that the offset is an estimate: the median over the requests. */
  readonly offsetEstimated: boolean
  /** Requests of users while both legs were captured. */
  readonly requests: number
  /** Of them, those that were found behind. */
  readonly forwarded: number
  /** 1 − forwarded ÷ requests: what the proxy answered itself. */
  readonly answeredByProxyRatio: number
  /** Requests behind that no user's request explains: health checks, prefetching, other users of the upstream. */
  readonly unexplained: number
  /** Requests that the proxy sent again after an attempt without an answer. */
  readonly retries: number
  readonly confidence: Readonly<Record<StitchConfidence, number>>
  /** Connections on either leg that carried stitched requests. */
  readonly frontConnections: number
  readonly backConnections: number
  /** Of the stitched requests, those that went over a connection that was already open. */
  readonly frontReuseRatio: number
  readonly backReuseRatio: number
  /** Requests for which a connection behind was opened while the user waited, and what that added. Percentiles are over all stitched requests. */
  readonly waitedForSetup: number
  readonly setupSeconds: { readonly total: number; readonly p50: number; readonly p99: number; readonly max: number }
  /** Those that took longest for the user, at most 50. */
  readonly slowest: readonly StitchedRequest[]
  /** 502 and 504 (and 503) that follow a connection behind that had closed, at most 50, and how many there are. */
  readonly failures: readonly StitchedFailure[]
  readonly failureCount: number
}

export interface Stitching {
  /** At most 16. */
  readonly pairs: readonly StitchedLegs[]
  /** Only the first requests, in time, were looked at: there are more than is joined. */
  readonly limited: boolean
}
