/**
 * The audit against truth that was written without looking at packets: servers' logs, the kernel's own account, and what each
 * scenario was built to do (the shared conformance corpus' lab). One row of the table a scenario.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KeyLog } from '../engine/tls/keylog'
import { CAUSES as EVERY_CAUSE } from '../../shared/model/audit'
import { Confusion, recordedIn } from './testing/confusion'
import { auditOf, captures, keysOf, labTruth, noLab } from './testing/lab'
import { OTHER_HOPS, PLAIN, WITH_KEYS, type Expectation } from './testing/lab-expectations'
import { labelOf, labelsOf, pairsOf, type Label, type TruthConnection } from './testing/lab-connections'

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
  readonly captures: readonly {
    readonly file: string
    readonly host: string
    readonly hops: readonly string[]
    readonly visible?: { readonly requests: readonly [number, number]; readonly handshake: boolean }
  }[]
  readonly network: readonly { readonly from: string; readonly to: string; readonly rtt_ms: number }[]
  readonly totals: Readonly<Record<string, TruthTotals>>
  readonly expected: {
    readonly avoidable_connections?: number
    readonly avoidable_round_trips?: number
    readonly max_connections_per_host?: number
  }
  readonly connections: readonly TruthConnection[]
}

const truthOf = (scenario: string): Truth => labTruth(scenario) as Truth

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
  if (expectation.causes !== undefined) expect(summary.causes, 'causes').toEqual(expectation.causes)
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

  it('failed attempts, and what was never used, are those that the lab made', async () => {
    const truth = labTruth('handshake-failures') as { readonly expected: Readonly<Record<string, number>> }
    const { summary } = await auditOf('handshake-failures.pcap')
    const counts = summary.findings
      .filter((f) => f.rule === 'connection-attempts-failed' || f.rule === 'connections-unused')
      .map((f) => f.impact.handshakes)
    expect(counts).toEqual([truth.expected.refused, truth.expected.never_used, truth.expected.syn_timeouts])
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

/**
 * How far a connection's shortest round trip may be from what the kernel at the capture's end measured, in milliseconds. The kernel's
 * begins and ends in TCP itself, above the place of the capture: a little more than the capture's. It times every segment, the engine one
 * at a time: that finds a little more. Whole milliseconds are the kernel's from TCP timestamps, whose clock has no finer ticks.
 */
const KERNEL = { below: 0.1, above: 0.3, tick: 1 }

/** The kernel's on the machine of the capture; null where it has none. */
function kernelRtt({ hop, kernel }: TruthConnection, host: string): { readonly ms: number; readonly above: number } | null {
  const ms = kernel.min_rtt_ms?.[hop.split('-').indexOf(host) === 0 ? 'client' : 'server'] ?? null
  return ms === null || ms === 0 ? null : { ms, above: KERNEL.above + (Number.isInteger(ms) ? KERNEL.tick : 0) }
}

const withKeys = (scenario: string): KeyLog | undefined =>
  existsSync(join(captures, `${scenario}.keylog`)) ? keysOf(scenario) : undefined

/** Every connection of a capture: what truth says of it and what the audit says. */
async function eachConnection(truth: Truth, capture: Truth['captures'][number]) {
  const { verdicts, facts } = await auditOf(capture.file, withKeys(truth.scenario))
  const known = truth.connections.filter((c) => capture.hops.includes(c.hop))
  const labels = labelsOf(known, truth.expected.max_connections_per_host !== undefined)
  return pairsOf(known, facts).map(([connection, fact]) => ({
    connection,
    fact,
    truth: capture.visible?.handshake === false ? 'not judged' : labels.get(connection.id)!,
    ours: labelOf(verdicts[fact.id]!),
  }))
}

const truths = (): readonly Truth[] =>
  readdirSync(captures)
    .filter((f) => f.endsWith('.truth.json'))
    .sort()
    .map((f) => truthOf(f.replace('.truth.json', '')))

describe.skipIf(noLab)('the lab: every single connection', () => {
  let compared = 0
  let read = 0
  for (const truth of noLab ? [] : truths())
    for (const capture of truth.captures)
      it(capture.file, async () => {
        read++
        const connections = await eachConnection(truth, capture)
        for (const { connection, fact, truth: said, ours } of connections) {
          expect(`${connection.id}: ${ours}`).toBe(`${connection.id}: ${said}`)
          // The first that is visible and the first that no longer is.
          const [from, to] = capture.visible?.requests ?? [0, connection.request_count + (connection.tunnelled_requests ?? 0)]
          if (!capture.file.includes('.gaps.')) expect(fact.exchangeCount, `requests of ${connection.id}`).toBe(to - from)
        }
        const { summary } = await auditOf(capture.file, withKeys(truth.scenario))
        const sums: Partial<Record<Label, number>> = {}
        for (const { ours } of connections)
          if (!['not judged', 'first', 'concurrency'].includes(ours)) sums[ours] = (sums[ours] ?? 0) + 1
        expect(summary.causes).toEqual(sums)
        for (const { connection, fact } of connections) {
          if (fact.minRtt === undefined) continue
          const ms = fact.minRtt / 1e6
          const { rtt = null, syn, synAck } = fact.handshake ?? {}
          if (rtt !== null && syn?.count === 1 && synAck?.count === 1) expect(fact.minRtt).toBeLessThanOrEqual(rtt)
          const kernel = kernelRtt(connection, capture.host)
          if (kernel === null) continue
          expect(ms - kernel.ms, `min RTT of ${connection.id}: ${ms}, kernel ${kernel.ms}`).toBeGreaterThanOrEqual(-KERNEL.below)
          expect(ms - kernel.ms, `min RTT of ${connection.id}: ${ms}, kernel ${kernel.ms}`).toBeLessThanOrEqual(kernel.above)
          compared++
        }
        for (const { from, to, rtt_ms: configured } of truth.network) {
          const rtts = connections
            .filter((c) => c.connection.hop === `${from}-${to}`)
            .flatMap(({ fact }) => (fact.minRtt === undefined ? [] : [fact.minRtt / 1e6]))
            .sort((a, b) => a - b)
          if (rtts.length === 0) continue
          const median = (rtts[(rtts.length - 1) >> 1]! + rtts[rtts.length >> 1]!) / 2
          // A veth pair without emulated delay has a fraction of a millisecond.
          expect(Math.abs(median - configured), `min RTT ${median} ms, set to ${configured}`).toBeLessThanOrEqual(
            configured === 0 ? 0.1 : configured * 0.05,
          )
        }
      })

  it('round trips were compared with the kernel’s', ({ skip }) => {
    skip(read < truths().flatMap(({ captures }) => captures).length, 'not all captures were read')
    expect(compared).toBeGreaterThan(550)
  })

  it('the confusion matrix is the one in docs/conformance.md', async () => {
    const confusion = new Confusion()
    for (const truth of truths())
      for (const { truth: said, ours } of await eachConnection(truth, truth.captures[0]!)) confusion.add(said, ours)
    const table = confusion.table(['not judged', 'first', 'concurrency', ...EVERY_CAUSE])
    process.stdout.write(`${table}\n`)
    expect(recordedIn('conformance.md', 'lab causes', table), 'record it anew with ROUNDTRIP_RECORD=1').toBe(table)
  })
})
