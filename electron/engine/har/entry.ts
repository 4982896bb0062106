/** One entry of a HAR, reduced to what an audit of connections needs. */
import type { Forwarding, Persistence } from '../../../shared/model/facts'
import type { HttpVersion } from './version'
import type { Target } from './url'

/** Durations in milliseconds; null where the exporter says "does not apply" (−1) or nothing. HAR 1.2 § timings. */
export interface Timings {
  readonly blocked: number | null
  readonly dns: number | null
  /** Opening the connection, TLS included. */
  readonly connect: number | null
  readonly ssl: number | null
  readonly send: number | null
  readonly wait: number | null
  readonly receive: number | null
}

export interface MessageFacts {
  readonly version: HttpVersion
  readonly persistence: Persistence
  readonly via: string | null
  readonly marks: string | null
  /** What it says of credentials, as bits (http/authentication.ts). */
  readonly authentication: number
  /** Header and body together; 0 where the exporter does not say. */
  readonly bytes: number
}

export interface HarEntry {
  readonly forwarding: Forwarding | null
  /** Its place in the file, from 0. */
  readonly index: number
  readonly page: string | null
  /** Milliseconds since 1970; null if the entry has no readable time. */
  readonly started: number | null
  /** `time`: the whole entry's duration, milliseconds. */
  readonly duration: number | null
  readonly timings: Timings
  readonly method: string
  readonly target: Target
  readonly status: number
  readonly request: MessageFacts & { readonly userAgent: string | null; readonly forwarded: boolean }
  readonly response: MessageFacts & {
    readonly server: string | null
    readonly advertised: { readonly timeout: number | null; readonly max: number | null } | null
    readonly failed: boolean
  }
  /** `serverIPAddress` without brackets; '' where it is not known. */
  readonly serverIp: string
  /** The client's port where the exporter writes it, else 0. */
  readonly clientPort: number
  /** What the exporter may mean as a connection's identifier. */
  readonly connectionId: string | null
  /** The exporter says outright whether the connection was used before. */
  readonly reused: boolean | null
  readonly tlsVersion: string | null
  /** Served without a connection: from a cache or a service worker, as the exporter says. */
  readonly fromCache: boolean
  readonly webSocket: boolean
}
