/** Timers and limits that nobody configured in front of us but that the traffic gives away. Definitions: docs/audit-model.md, "Hidden timers". */
import type { Side } from './facts'

export const TIMER_KINDS = ['idle-timeout', 'request-limit', 'max-age', 'pool-size', 'kept-idle'] as const
/**
 * Idle time-out and age are in seconds, the others are counts: requests a connection carries, connections a pool has in use at once, and
 * idle ones that it keeps.
 */
export type TimerKind = (typeof TIMER_KINDS)[number]

export type Confidence = 'high' | 'medium' | 'low'

/** Whose timer it is. */
export interface TimerOwner {
  /** A server's address and port; a client's address. */
  readonly address: string
  /** A server's product as announced; a client's User-Agent, where its address has one only or several that were told apart. */
  readonly product: string | null
  /** A server's origin with the most connections; for a client's pool sizes the origin it is kept towards, else null. */
  readonly origin: string | null
}

export interface InferredTimer {
  readonly kind: TimerKind
  /** Which end of the connections keeps it. */
  readonly side: Side
  readonly who: TimerOwner
  /** Seconds for 'idle-timeout' and 'max-age', a count for 'request-limit' (requests a connection carries), 'pool-size' and 'kept-idle' (connections). */
  readonly value: number
  /** 'exact': closes (or a queue) showed it. 'at-least': the most that was survived; no close was seen at it. */
  readonly bound: 'exact' | 'at-least'
  /** The smallest and the largest value among the samples that agree. */
  readonly spread: { readonly from: number; readonly to: number }
  /** Observations that agree; for 'at-least' those that reached at least half of the value. */
  readonly samples: number
  /** Observations looked at: closes of that side that could have shown it. */
  readonly of: number
  readonly confidence: Confidence
  /** What the server's `Keep-Alive: timeout=` or `max=` (in its first response) says; null where nothing was advertised. */
  readonly advertised: number | null
  /** Connections that show it, at most 20. */
  readonly connections: readonly number[]
  /** It rests on encrypted connections, of which only an estimate tells when the last response ended; absent where requests were read. */
  readonly estimated?: true
}

/** A machine on the way of a request, as one of its neighbours sees it. */
export interface ChainEnd {
  readonly role: 'client' | 'proxy' | 'origin'
  /** Of the side that sends requests its address, of the side that answers its address and port. */
  readonly address: string
  /** A client's User-Agent, where its address has one only or several that were told apart; the product that an answering side announces. */
  readonly product: string | null
}

/** One comparison along a chain of client, proxy and origin: the side that sends requests has to give up first. */
export interface ChainCheck {
  /** Between which neighbours. */
  readonly leg: 'client-proxy' | 'proxy-origin'
  /** Who sends the requests, and who answers them. */
  readonly from: ChainEnd
  readonly to: ChainEnd
  /** Idle time-out of the side that sends the requests, in seconds; null where nothing shows it. */
  readonly client: ChainTimeout | null
  /** Idle time-out of the side that answers. */
  readonly server: ChainTimeout | null
  /** server − client, in seconds; null where either is unknown, or both are known as "at least" only. */
  readonly marginSeconds: number | null
  /** With an 'at-least' on one side the margin is the least or the most it can be; null without a margin. */
  readonly marginBound: 'exact' | 'at-least' | 'at-most' | null
  /** 'wrong': the server gives up first. 'tight': less than a second after the client. 'unknown': not enough is seen. */
  readonly state: 'ok' | 'tight' | 'wrong' | 'unknown'
  /** Connections between the two, at most 20. */
  readonly connections: readonly number[]
}

export interface ChainTimeout {
  readonly seconds: number
  readonly bound: 'exact' | 'at-least'
  /** 'elsewhere': by the closes of its connections to other servers; towards this one nothing contradicts it. */
  readonly knownBy: 'observed' | 'advertised' | 'elsewhere'
}

/** One client, a proxy, and one origin that the proxy passes its requests on to, both legs being in this audit. */
export interface Chain {
  /** The proxy's address towards its clients. */
  readonly proxy: string
  /** Its address towards the origin. */
  readonly proxyOutward: string
  /** The origin server's address and port. */
  readonly server: string
  /** How the two legs were joined: request by request, by one address on both, or by where the capture was taken. */
  readonly joinedBy: 'requests' | 'address' | 'vantage'
  /** Requests of the client that were found again on their way to the origin; null where the legs were joined otherwise. */
  readonly requests: number | null
  /** Numbers of the legs (AuditSummary.legs). */
  readonly legs: { readonly front: number; readonly back: number }
  /** First client to proxy, then proxy to origin. */
  readonly checks: readonly ChainCheck[]
}
