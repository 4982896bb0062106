/** The cost ledger: what setting up connections took, by part, and what holding them open takes. Definitions: docs/audit-model.md, "Cost ledger". */

export interface Cost {
  readonly roundTrips: number
  readonly seconds: number
}

/** What setup took, by part. QUIC sets up transport and TLS in one: all of it is under `tls`. */
export interface SetupCosts {
  readonly tcp: Cost
  readonly tls: Cost
  /** Estimate; part of neither the setup nor the wasted time. */
  readonly slowStartEstimate: Cost
}

/** What connection setup added to requests, in seconds. A request on an open connection waited for none: 0. Null where no request could be read. */
export interface AddedPerRequest {
  readonly requests: number
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly max: number | null
}

/**
 * Setup of connections that are not judged because their requests could not be read for want of keys: it shows without. In no other number
 * of the entry, since whether they were needed is not known.
 */
export interface EncryptedCosts {
  readonly connections: number
  readonly tcp: Cost
  readonly tls: Cost
}

export interface LedgerEntry {
  /** Judged connections, and those of them that reuse would have avoided. */
  readonly connections: number
  readonly avoidable: number
  readonly all: SetupCosts
  /** Of the avoidable connections alone; their slow start only where the connection before was still warm. */
  readonly wasted: SetupCosts
  readonly added: AddedPerRequest
  /** Absent where there are none. */
  readonly encrypted?: EncryptedCosts
}

export interface OriginLedger extends LedgerEntry {
  readonly origin: string
}

export interface PoolLedger extends LedgerEntry {
  readonly pool: number
  readonly origin: string
  /** Address of the client; address and port of the server. */
  readonly client: string
  readonly server: string
}

/** The entries of what a list has no room for. */
export interface Others {
  readonly count: number
  readonly connections: number
  readonly avoidable: number
  readonly all: SetupCosts
  readonly wasted: SetupCosts
  readonly encrypted?: EncryptedCosts
}

/**
 * What connections cost the server that holds them. One is open until TCP's first FIN or reset; one that nothing is seen to end
 * until the end of the captures that show it without a pause; in QUIC until its last packet, since its idle time-out ends it without one
 * (RFC 9000 §10.1).
 */
export interface ServerLoad {
  /** Address and port. */
  readonly server: string
  /** Absent: TCP. QUIC has no TIME_WAIT, and no such ports: `timeWaitPeak` is 0. */
  readonly transport?: 'quic'
  readonly product: string | null
  readonly connections: number
  /** Sum of the time connections were open. */
  readonly openSeconds: number
  /** The part of it in which no request was in flight, without the `unread` connections; null where there are no others. */
  readonly idleSeconds: number | null
  /** Connections that carried data of which no request could be read: when they were idle is not known. Absent where there are none. */
  readonly unread?: { readonly connections: number; readonly openSeconds: number }
  readonly peakOpen: number
  /** Connections by who closed first; a reset leaves no TIME_WAIT behind. `open`: no close was seen. */
  readonly closedFirst: {
    readonly client: number
    readonly server: number
    readonly both: number
    readonly reset: number
    readonly open: number
  }
  /** The most sockets of the server in TIME_WAIT at once, each for 60 s. */
  readonly timeWaitPeak: number
}

/** What one client's connections to one server take of the client's ephemeral ports. */
export interface PortUse {
  readonly client: string
  readonly server: string
  /** Connections whose opening was seen. */
  readonly opened: number
  /** In the busiest second. */
  readonly opensPerSecond: number
  /** Of the closed ones, those that leave the client's port in TIME_WAIT, 0–1. */
  readonly clientClosesFirst: number
  /** The most of the client's sockets in TIME_WAIT at once, and the most ports taken at once (open or in TIME_WAIT). */
  readonly timeWaitPeak: number
  readonly portsPeak: number
  /** portsPeak ÷ the port range. */
  readonly share: number
  /** Share of the range that this rate would take if it lasted for the 60 s of TIME_WAIT; 1 and more: it would run out. */
  readonly sustainedShare: number
}

/** Ports a Linux client takes from unless told otherwise (net.ipv4.ip_local_port_range 32768–60999, ip-sysctl). */
export const EPHEMERAL_PORTS = 60_999 - 32_768 + 1
/** How long Linux keeps a socket in TIME_WAIT (TCP_TIMEWAIT_LEN), in seconds. */
export const TIME_WAIT_SECONDS = 60

export interface Ledger {
  readonly total: LedgerEntry
  /** Costliest first, at most 50. */
  readonly origins: readonly OriginLedger[]
  readonly otherOrigins: Others | null
  readonly pools: readonly PoolLedger[]
  readonly otherPools: Others | null
  /** Those with the most connections first, at most 50. */
  readonly servers: readonly ServerLoad[]
  /** Those with the most ports taken first, at most 50. */
  readonly ports: readonly PortUse[]
}
