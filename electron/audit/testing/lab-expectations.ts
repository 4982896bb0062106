/** What the audit must say of each scenario of the lab, where truth does not say it of every connection by itself. */
import type { Cause } from '../../../shared/model/audit'

export interface Expectation {
  /** Avoidable connections where the lab does not say, or counts otherwise. */
  readonly avoidable?: number
  readonly causes?: Partial<Record<Cause, number>>
  readonly needed?: number
  /** Rules that must speak; every scenario names them all. */
  readonly findings: readonly string[]
  readonly racesSeen?: number
  /** Why it differs from the lab's own words. */
  readonly because?: string
}

const QUIET: Expectation = { findings: [] }
const HEALTHY: Expectation = { findings: ['healthy-reuse'] }

/** Plain HTTP/1: everything is in the open, and must agree. */
export const PLAIN: Readonly<Record<string, Expectation>> = {
  'browser-http1': { avoidable: 0, needed: 6, causes: {}, findings: ['healthy-reuse', 'http2-needs-fewer'] },
  'browser-keepalive-off': {
    avoidable: 41,
    needed: 6,
    causes: { 'keepalive-disabled': 41 },
    findings: ['http2-needs-fewer', 'keep-alive-disabled'],
  },
  'browser-sharded': { avoidable: 0, needed: 18, causes: {}, findings: ['http2-needs-fewer', 'names-share-address'] },
  'capture-drops': { findings: ['request-limit-low'] },
  'capture-midstream': { avoidable: 0, needed: 0, findings: [] },
  'capture-offload': HEALTHY,
  'capture-snaplen': { findings: ['request-limit-low'] },
  chunked: HEALTHY,
  'client-connection-close': {
    avoidable: 188,
    needed: 4,
    causes: { 'client-requested-close': 188 },
    findings: ['client-asks-to-close', 'connections-unused', 'http2-needs-fewer'],
  },
  'client-idle-timeout': { findings: ['client-idle-timeout-short'] },
  'client-no-reuse': { findings: ['client-does-not-pool'] },
  'close-delimited': { findings: ['keep-alive-disabled'] },
  'connection-churn': {
    avoidable: 1980,
    needed: 20,
    causes: { http10: 1980 },
    findings: ['client-asks-to-close', 'connections-unused', 'http2-needs-fewer'],
  },
  'early-close': {
    avoidable: 4,
    causes: { 'server-closed': 2, reset: 1, 'client-closed': 1 },
    findings: ['client-does-not-pool', 'connections-cut-off'],
    because: 'the lab counts the second curl invocation as a client of its own; by address and program it is the same',
  },
  'handshake-failures': { avoidable: 1, findings: ['client-gives-up', 'connection-attempts-failed', 'connections-unused'] },
  'handshake-retransmitted': QUIET,
  'http10-close': { findings: ['client-asks-to-close'] },
  'http10-keepalive': HEALTHY,
  'idle-timeout-apache': { findings: ['server-idle-timeout-short'] },
  'idle-timeout-nginx': { findings: ['server-idle-timeout-short'] },
  'interim-responses': {
    avoidable: 2,
    findings: ['client-does-not-pool'],
    because: 'three curl invocations one after the other: the lab looks at the interim responses only',
  },
  'ipv6-max-requests': { findings: ['request-limit-low'] },
  'keepalive-off-apache': { findings: ['keep-alive-disabled'] },
  'keepalive-off-nginx': { findings: ['keep-alive-disabled'] },
  'keepalive-on': HEALTHY,
  'keepalive-race': {
    avoidable: 4,
    causes: { 'lost-race': 3, 'server-idle-timeout': 1 },
    racesSeen: 3,
    findings: ['keep-alive-race', 'server-idle-timeout-short'],
  },
  'lossy-network': HEALTHY,
  'max-requests-apache': { findings: ['request-limit-low'] },
  'max-requests-nginx': { findings: ['request-limit-low'] },
  'no-body-responses': HEALTHY,
  pipelining: HEALTHY,
  'port-reuse': { avoidable: 3, findings: ['client-asks-to-close', 'connections-cut-off'] },
  'slow-reader': QUIET,
  'tcp-keepalive-probes': QUIET,
  'timeout-hint-too-short': { findings: ['timeout-hint-too-short'] },
  'websocket-upgrade': QUIET,
  'haproxy-http-reuse': { avoidable: 0, findings: ['healthy-reuse'], because: 'its main capture is of the kept hop' },
  'haproxy-server-close': { findings: ['client-asks-to-close'] },
  'proxy-upstream-keepalive': HEALTHY,
  'proxy-upstream-close': {
    causes: { http10: 11 },
    findings: ['client-asks-to-close'],
  },
  'forward-proxy': { avoidable: 0, findings: ['healthy-reuse'] },
}

/** TLS, read with the key logs beside the captures, must agree as well. Setup round trips: TCP 1, and what TLS took. */
export const WITH_KEYS: Readonly<Record<string, Expectation & { readonly setup: readonly number[] }>> = {
  'browser-http2': { avoidable: 0, needed: 1, causes: {}, findings: ['healthy-reuse', 'http2-multiplexes'], setup: [2, 2] },
  // Chromium sends with its Finished where it may (False Start, RFC 7918): those full handshakes take one round trip, too.
  'browser-tls12': {
    avoidable: 0,
    needed: 6,
    causes: {},
    findings: ['healthy-reuse', 'http2-needs-fewer', 'tls-old-version', 'tls-resumption-works'],
    setup: [2, 3, 2, 2, 2, 2],
  },
  'browser-tls13': {
    avoidable: 0,
    needed: 6,
    causes: {},
    findings: ['healthy-reuse', 'http2-needs-fewer'],
    setup: Array<number>(6).fill(2),
  },
  'tls12-full-handshakes': {
    findings: ['client-does-not-pool', 'tls-not-resumed', 'tls-old-version'],
    setup: Array<number>(8).fill(3),
  },
  'tls12-resumption': {
    findings: ['keep-alive-disabled', 'tls-old-version', 'tls-resumption-works'],
    setup: [3, 2, 2, 2, 2, 2, 2, 2],
  },
  'tls13-keepalive': { findings: ['healthy-reuse'], setup: [2] },
  'tls13-resumption': { findings: ['keep-alive-disabled', 'tls-resumption-works'], setup: Array<number>(8).fill(2) },
}

/** The second capture of a scenario, where it shows another hop. */
export const OTHER_HOPS: Readonly<Record<string, Expectation>> = {
  'haproxy-http-reuse.client.pcap': { avoidable: 11, causes: { 'client-closed': 11 }, findings: ['client-does-not-pool'] },
  'haproxy-server-close.client.pcap': { avoidable: 0, findings: ['healthy-reuse'] },
  'proxy-upstream-close.client.pcap': { avoidable: 0, findings: ['healthy-reuse'] },
  'proxy-upstream-close.edge-any.pcap': {
    avoidable: 11,
    causes: { http10: 11 },
    findings: ['client-asks-to-close', 'healthy-reuse'],
  },
  'proxy-upstream-keepalive.edge.pcapng': { avoidable: 0, findings: ['healthy-reuse'] },
  'forward-proxy.origin.pcap': {
    avoidable: 5,
    causes: { 'client-requested-close': 5 },
    findings: ['client-asks-to-close'],
  },
  'keepalive-race.server.pcap': {
    avoidable: 4,
    causes: { 'lost-race': 3, 'server-idle-timeout': 1 },
    racesSeen: 3,
    findings: ['keep-alive-race', 'server-idle-timeout-short'],
  },
  'handshake-retransmitted.server.pcap': QUIET,
  'lossy-network.server.pcap': HEALTHY,
}
