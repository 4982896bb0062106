/**
 * The audit against truth that was written without looking at packets: servers' logs, the kernel's own account, and what each
 * scenario was built to do (the shared conformance corpus' lab). One row of the table a scenario.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Cause } from '../../shared/model/audit'
import type { KeyLog } from '../engine/tls/keylog'
import { auditOf, captures, keysOf, labTruth, noLab } from './testing/lab'

interface TruthTotals {
  readonly connections_attempted: number
  readonly connections_used: number
  readonly requests: number
  readonly requests_on_reused_connections: number
  readonly reuse_ratio: number
  readonly tls_full_handshakes: number
  readonly tls_resumed_handshakes: number
}

interface Truth {
  readonly scenario: string
  readonly captures: readonly { readonly file: string; readonly hops: readonly string[]; readonly visible?: unknown }[]
  readonly totals: Readonly<Record<string, TruthTotals>>
  readonly expected: { readonly avoidable_connections?: number; readonly avoidable_round_trips?: number; readonly hop?: string }
  readonly connections: readonly {
    readonly id: number
    readonly hop: string
    readonly request_count: number
    readonly opened_because: string | null
    readonly close_because: string | null
  }[]
}

/** The lab's word for why a connection was closed → the causes that say the same of the connection opened after it. */
const CAUSES: Readonly<Record<string, readonly Cause[]>> = {
  'client-discarded': ['client-closed'],
  'client-connection-close': ['client-requested-close'],
  'client-idle-timeout': ['client-idle-timeout'],
  'client-heeds-timeout-hint': ['client-closed'],
  'client-abort': ['reset'],
  'server-keepalive-off': ['keepalive-disabled'],
  'server-max-requests': ['request-limit'],
  'server-idle-timeout': ['server-idle-timeout'],
  'server-early-close': ['server-closed', 'reset'],
  'http10-no-keepalive': ['http10'],
  'close-delimited': ['keepalive-disabled'],
  'keepalive-race': ['lost-race'],
}

interface Expectation {
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
const PLAIN: Readonly<Record<string, Expectation>> = {
  'browser-http1': { avoidable: 0, needed: 6, causes: {}, findings: ['healthy-reuse'] },
  'browser-keepalive-off': { avoidable: 41, needed: 6, causes: { 'keepalive-disabled': 41 }, findings: ['keep-alive-disabled'] },
  'browser-sharded': { avoidable: 0, needed: 18, causes: {}, findings: [] },
  'capture-drops': { findings: ['request-limit-low'] },
  'capture-midstream': { avoidable: 0, needed: 0, findings: [] },
  'capture-offload': HEALTHY,
  'capture-snaplen': { findings: ['request-limit-low'] },
  chunked: HEALTHY,
  'client-connection-close': {
    avoidable: 188,
    needed: 4,
    causes: { 'client-requested-close': 188 },
    findings: ['client-asks-to-close'],
  },
  'client-idle-timeout': { findings: ['client-idle-timeout-short'] },
  'client-no-reuse': { findings: ['client-does-not-pool'] },
  'close-delimited': { findings: ['keep-alive-disabled'] },
  'connection-churn': { avoidable: 1980, needed: 20, causes: { http10: 1980 }, findings: ['client-asks-to-close'] },
  'early-close': {
    avoidable: 4,
    causes: { 'server-closed': 2, reset: 1, 'client-closed': 1 },
    findings: ['client-does-not-pool', 'connections-cut-off'],
    because: 'the lab counts the second curl invocation as a client of its own; by address and program it is the same',
  },
  'handshake-failures': { avoidable: 1, findings: ['connections-cut-off'] },
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
    causes: { 'client-requested-close': 11 },
    findings: ['client-asks-to-close'],
    because: 'nginx says both HTTP/1.0 and "Connection: close"; the header comes first among the rules',
  },
  'forward-proxy': { avoidable: 0, findings: ['healthy-reuse'] },
}

/** TLS, read with the key logs beside the captures, must agree as well. Setup round trips: TCP 1, and what TLS took. */
const WITH_KEYS: Readonly<Record<string, Expectation & { readonly setup: readonly number[] }>> = {
  'browser-http2': { avoidable: 0, needed: 1, causes: {}, findings: ['healthy-reuse'], setup: [2, 2] },
  // Chromium sends with its Finished where it may (False Start, RFC 7918): those full handshakes take one round trip, too.
  'browser-tls12': { avoidable: 0, needed: 6, causes: {}, findings: ['healthy-reuse'], setup: [2, 3, 2, 2, 2, 2] },
  'browser-tls13': { avoidable: 0, needed: 6, causes: {}, findings: ['healthy-reuse'], setup: Array<number>(6).fill(2) },
  'tls12-full-handshakes': { findings: ['client-does-not-pool'], setup: Array<number>(8).fill(3) },
  'tls12-resumption': { findings: ['keep-alive-disabled'], setup: [3, 2, 2, 2, 2, 2, 2, 2] },
  'tls13-keepalive': { findings: ['healthy-reuse'], setup: [2] },
  'tls13-resumption': { findings: ['keep-alive-disabled'], setup: Array<number>(8).fill(2) },
}

/** The second capture of a scenario, where it shows another hop. */
const OTHER_HOPS: Readonly<Record<string, Expectation>> = {
  'haproxy-http-reuse.client.pcap': { avoidable: 11, causes: { 'client-closed': 11 }, findings: ['client-does-not-pool'] },
  'haproxy-server-close.client.pcap': { avoidable: 0, findings: ['healthy-reuse'] },
  'proxy-upstream-close.client.pcap': { avoidable: 0, findings: ['healthy-reuse'] },
  'proxy-upstream-close.edge-any.pcap': {
    avoidable: 11,
    causes: { 'client-requested-close': 11 },
    findings: ['client-asks-to-close', 'healthy-reuse'],
  },
  'proxy-upstream-keepalive.edge.pcapng': { avoidable: 0, findings: ['healthy-reuse'] },
  'forward-proxy.origin.pcap': {
    avoidable: 5,
    causes: { 'client-requested-close': 5 },
    findings: ['client-asks-to-close'],
    because: 'the proxy closes, and says so in its requests',
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

const truthOf = (scenario: string): Truth => labTruth(scenario) as Truth

/** The causes the lab's words lead to: of each pool, what closed the connection before. Only where connections follow one another. */
function causesByConstruction(truth: Truth, hops: readonly string[]): Partial<Record<Cause, number>> | null {
  const causes: Partial<Record<Cause, number>> = {}
  const used = truth.connections.filter((c) => hops.includes(c.hop) && c.request_count > 0)
  for (const [i, connection] of used.entries()) {
    if (i === 0 || connection.opened_because === 'first' || connection.opened_because === 'upgrade') continue
    const cause = CAUSES[used[i - 1]!.close_because ?? '']?.[0]
    if (cause === undefined) return null
    causes[cause] = (causes[cause] ?? 0) + 1
  }
  return causes
}

async function compare(truth: Truth, file: string, hops: readonly string[], expectation: Expectation, keylog?: KeyLog) {
  const audited = await auditOf(file, keylog)
  const { summary } = audited
  const { totals } = summary
  const sum = (field: keyof TruthTotals): number => hops.reduce((n, hop) => n + (truth.totals[hop]?.[field] ?? 0), 0)
  if (truth.captures.find((c) => c.file === file)?.visible === undefined) {
    expect(totals.connections, 'connections').toBe(sum('connections_attempted'))
    expect(totals.connectionsWithExchanges, 'connections with exchanges').toBe(sum('connections_used'))
    expect(totals.exchanges, 'exchanges').toBe(sum('requests'))
    expect(totals.reusedExchanges, 'reused exchanges').toBe(sum('requests_on_reused_connections'))
  }
  const avoidable = expectation.avoidable ?? truth.expected.avoidable_connections
  expect(totals.avoidable, 'avoidable').toBe(avoidable)
  expect(totals.wastedRoundTrips, 'wasted round trips').toBe(expectation.avoidable ?? truth.expected.avoidable_round_trips)
  if (expectation.needed !== undefined) expect(totals.needed, 'needed').toBe(expectation.needed)
  const causes = expectation.causes ?? causesByConstruction(truth, hops)
  expect(causes, 'the lab says what closed each connection, or the row does').not.toBeNull()
  expect(summary.causes, 'causes').toEqual(causes)
  expect(summary.races.filter((r) => r.kind === 'seen')).toHaveLength(expectation.racesSeen ?? 0)
  expect([...new Set(summary.findings.map((f) => f.rule))].sort()).toEqual([...expectation.findings])
  return audited
}

describe.skipIf(noLab)('the lab: plain HTTP/1', () => {
  for (const [scenario, expectation] of Object.entries(PLAIN)) {
    it(scenario + (expectation.because === undefined ? '' : ` (${expectation.because})`), async () => {
      const truth = truthOf(scenario)
      const [main] = truth.captures
      await compare(truth, main!.file, main!.hops, expectation)
    })
  }
})

describe.skipIf(noLab)('the lab: other hops and places', () => {
  for (const [file, expectation] of Object.entries(OTHER_HOPS)) {
    it(file, async () => {
      const truth = truthOf(file.split('.')[0]!)
      await compare(truth, file, truth.captures.find((c) => c.file === file)!.hops, expectation)
    })
  }

  it('capture-drops.gaps.pcap: missing packets are owned up to', async () => {
    const { summary } = await auditOf('capture-drops.gaps.pcap')
    expect(summary.quality.withGaps).toBeGreaterThan(0)
    expect(summary.notes.join(' ')).toContain('leaves out')
  })

  it('a connection that was open before the capture is no handshake to judge', async () => {
    const { summary, verdicts } = await auditOf('capture-midstream.pcap')
    expect(summary.totals).toMatchObject({ exchanges: 5, needed: 0, avoidable: 0, notJudged: 1, reuseRatio: null })
    expect(verdicts[0]!.reason).toBe('It was open before the capture began.')
  })

  it('waiting for SYN retransmissions is part of the setup time and shown apart', async () => {
    const { verdicts } = await auditOf('handshake-retransmitted.pcap')
    const waited = verdicts.filter((v) => v.synRetransmissionSeconds > 0)
    expect(waited.length).toBeGreaterThan(0)
    for (const v of waited) expect(v.setupSeconds!).toBeGreaterThan(v.synRetransmissionSeconds)
  })
})

describe.skipIf(noLab)('the lab: TLS with a key log', () => {
  for (const [scenario, { setup, ...expectation }] of Object.entries(WITH_KEYS)) {
    it(scenario, async () => {
      const truth = truthOf(scenario)
      const [main] = truth.captures
      const { verdicts, facts, summary } = await compare(truth, main!.file, main!.hops, expectation, keysOf(scenario))
      expect(verdicts.map((v) => v.setupRoundTrips)).toEqual(setup)
      const { tls_full_handshakes: full, tls_resumed_handshakes: resumed } = truth.totals['client-server']!
      const kinds = facts.filter((fact) => fact.exchangeCount > 0).map((fact) => fact.tls?.kind)
      expect([kinds.filter((kind) => kind === 'full').length, kinds.filter((kind) => kind === 'resumed').length]).toEqual([
        full,
        resumed,
      ])
      expect(summary.encrypted).toBe(0)
    })

    it(`${scenario} without its keys says that it was not judged, and why`, async () => {
      const truth = truthOf(scenario)
      const { summary, verdicts } = await auditOf(truth.captures[0]!.file)
      const { connections_attempted: connections } = truth.totals['client-server']!
      expect(summary.totals.connections).toBe(connections)
      expect(verdicts.every((v) => v.verdict === 'not-judged' && v.reason?.includes('encrypted'))).toBe(true)
      expect([summary.totals.avoidable, summary.encrypted]).toEqual([0, connections])
      // What is exact stays empty; the estimate stands beside it.
      const { exchanges, reusedExchanges, reuseRatio, estimate } = summary.totals
      expect([exchanges, reusedExchanges, reuseRatio]).toEqual([0, 0, null])
      const logged = truth.totals['client-server']!
      expect(estimate?.turns).toBeGreaterThan(0)
      expect(estimate?.turns).toBeLessThanOrEqual(logged.requests)
      if (scenario !== 'browser-http2') expect(estimate?.reuseRatio).toBeCloseTo(logged.reuse_ratio, 4)
      expect(summary.origins.reduce((sum, origin) => sum + (origin.estimate?.turns ?? 0), 0)).toBe(estimate?.turns)
      // The set-ups cost what they cost with keys.
      const known = summary.encryptedTotals
      expect(known?.resumed).toBe(logged.tls_resumed_handshakes)
      if (connections === setup.length) expect(known?.setupRoundTrips).toBe(setup.reduce((sum, trips) => sum + trips, 0))
    })
  }

  it('the limit of streams is the one the server told', async () => {
    const { facts } = await auditOf('browser-http2.pcap', keysOf('browser-http2'))
    // nginx's own: http2_max_concurrent_streams.
    expect(facts.map((fact) => fact.http2?.maxConcurrentStreams)).toEqual([128, 128])
  })

  it('every scenario of the lab has its row', () => {
    const scenarios = readdirSync(captures)
      .filter((f) => f.endsWith('.truth.json'))
      .map((f) => f.replace('.truth.json', ''))
    expect([...Object.keys(PLAIN), ...Object.keys(WITH_KEYS), 'connect-tunnel'].sort()).toEqual(scenarios.sort())
  })
})

describe.skipIf(noLab)('the lab: a CONNECT tunnel', () => {
  it('without keys is one exchange; what runs inside is not counted', async () => {
    const { totals } = truthOf('connect-tunnel')
    const { summary } = await auditOf('connect-tunnel.pcap')
    expect(summary.totals).toMatchObject({ connections: 1, exchanges: totals['client-edge']!.requests, needed: 1, avoidable: 0 })
    expect(summary.encrypted).toBe(1)
  })

  it("with keys also holds the requests that the origin's log has; the first of them is not reused", async () => {
    const { 'client-edge': outer, 'edge-origin': inner } = truthOf('connect-tunnel').totals
    const { summary } = await auditOf('connect-tunnel.pcap', keysOf('connect-tunnel'))
    expect(summary.totals).toMatchObject({
      connections: 1,
      exchanges: outer!.requests + inner!.requests,
      reusedExchanges: outer!.requests_on_reused_connections + inner!.requests_on_reused_connections,
      needed: 1,
      avoidable: 0,
    })
    expect(summary.origins.map((o) => o.origin)).toEqual(['tunnel origin.lab.test:443'])
    expect(summary.encrypted).toBe(0)
  })

  it('seen at the origin is a connection like others', async () => {
    const truth = truthOf('connect-tunnel')
    const expectation = { avoidable: 0, causes: {}, findings: ['healthy-reuse'] }
    await compare(truth, 'connect-tunnel.origin.pcap', ['edge-origin'], expectation, keysOf('connect-tunnel'))
  })
})
