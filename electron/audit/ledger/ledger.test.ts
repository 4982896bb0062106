import { describe, expect, it } from 'vitest'
import type { CaptureFact, TcpFact } from '../../../shared/model/facts'
import { bytes, fromSeconds, nanos } from '../../../shared/units'
import { audited, toldBetween } from '../testing/audited'
import { simulated } from '../testing/simulated'
import { traffic } from '../testing/traffic'

const NONE = { client: 0, server: 0 }

const tls = {
  version: 'TLS 1.2',
  sni: null,
  alpn: null,
  kind: 'full',
  helloRetry: false,
  roundTrips: 2,
  decrypted: true,
  setup: fromSeconds(0.05),
} as const

it('TCP and TLS stand apart, in all and of what was wasted; slow start is an estimate beside them', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++) {
    t.connection({ at: i, overrides: { tls } })
      // 50 kB: 10 segments, 20 and what is left take two round trips more than one.
      .exchange({ at: i + 0.07, takes: 0.06, request: 'close', overrides: { responseBytes: bytes(50_000) } })
      .serverCloses(i + 0.2)
  }
  const { summary, verdicts } = await audited(t)
  expect(summary.ledger!.total).toMatchObject({
    connections: 3,
    avoidable: 2,
    all: {
      tcp: { roundTrips: 3, seconds: 0.06 },
      tls: { roundTrips: 6, seconds: 0.15 },
      slowStartEstimate: { roundTrips: 6, seconds: 0.12 },
    },
    // The connection before had been idle for longer than a retransmission time-out: its window would have been cold as well.
    wasted: {
      tcp: { roundTrips: 2, seconds: 0.04 },
      tls: { roundTrips: 4, seconds: 0.1 },
      slowStartEstimate: { roundTrips: 0, seconds: 0 },
    },
  })
  expect(summary.totals).toMatchObject({ setupRoundTrips: 9, wastedRoundTrips: 6, slowStartRoundTripsEstimate: 0 })
  expect(verdicts).toHaveLength(3)
})

it('slow start is priced at the shortest round trip: the handshake of a busy machine does not make it dearer', async () => {
  const t = traffic()
  const minRttTo = { client: nanos(2e6), server: nanos(8e6) }
  t.connection({ at: 0, overrides: { minRttTo } }).exchange({
    at: 0.02,
    takes: 0.06,
    overrides: { responseBytes: bytes(50_000) },
  })
  const { ledger } = (await audited(t)).summary
  expect(ledger!.total.all.slowStartEstimate).toEqual({ roundTrips: 2, seconds: 0.02 })
  expect(ledger!.total.all.tcp).toEqual({ roundTrips: 1, seconds: 0.02 })
})

it('percentiles are over all requests: those on open connections waited for nothing', async () => {
  const t = traffic()
  // Ten connections, set up in 10 to 100 ms, ten requests each.
  for (let c = 0; c < 10; c++) {
    const rtt = (c + 1) / 100
    const connection = t.connection({ at: c * 10, rtt })
    for (let i = 0; i < 10; i++) connection.exchange({ at: c * 10 + rtt + i * 0.2 })
  }
  // One opened ahead: its first request waited for nothing either.
  t.connection({ at: 200, rtt: 0.4 }).exchange({ at: 205 })
  const waits = [...Array.from({ length: 91 }, () => 0), ...Array.from({ length: 10 }, (_, c) => (c + 1) / 100)]
  const at = (p: number): number => waits[Math.ceil(p * waits.length) - 1]!
  const { added } = (await audited(t)).summary.ledger!.total
  expect(added).toEqual({ requests: 101, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: 0.1 })
  expect(added).toMatchObject({ p50: 0, p90: 0, p99: 0.09 })
})

it('a server’s connections: open, idle, at once, and in TIME_WAIT where it closed first', async () => {
  const t = traffic()
  // Two at once, each open for 10 s after its SYN/ACK and busy for 1; then one that the client closes.
  for (let i = 0; i < 2; i++) t.connection({ at: 0, rtt: 0 }).exchange({ at: 0.5, takes: 1 }).serverCloses(10)
  t.connection({ at: 100, rtt: 0 }).exchange({ at: 100, takes: 1 }).clientCloses(104)
  const [load] = (await audited(t)).summary.ledger!.servers
  expect(load).toMatchObject({
    server: '10.0.0.1:80',
    connections: 3,
    openSeconds: 24,
    idleSeconds: 21,
    peakOpen: 2,
    closedFirst: { server: 2, client: 1, both: 0, reset: 0, open: 0 },
    timeWaitPeak: 2,
  })
})

it('a client that closes first keeps its ports for a minute more', async () => {
  const t = traffic()
  // Two a second for 100 s, each over at once: 60 s of them are in TIME_WAIT at any moment.
  for (let i = 0; i < 200; i++)
    t.connection({ at: i / 2, rtt: 0.01 })
      .exchange({ at: i / 2 + 0.01, takes: 0.01 })
      .clientCloses(i / 2 + 0.03)
  const [use] = (await audited(t)).summary.ledger!.ports
  expect(use).toMatchObject({ client: '10.0.0.2', server: '10.0.0.1:80', opened: 200, opensPerSecond: 2, clientClosesFirst: 1 })
  expect(use!.timeWaitPeak).toBeGreaterThanOrEqual(120)
  expect(use!.timeWaitPeak).toBeLessThanOrEqual(122)
  expect(use!.share).toBeCloseTo(use!.portsPeak / 28_232, 5)
  // Two new connections a second, each taking its port for 60 s, of 28,232.
  expect(use!.sustainedShare).toBeCloseTo((2.01 * 60) / 28_232, 4)
})

it('a connection upgraded from HTTP/1 to HTTP/2 is one, and is busy with either', async () => {
  const t = traffic()
  t.connection({ at: 0, rtt: 0, overrides: { application: 'h2' } })
    .exchange({ at: 0, takes: 1 })
    .exchange({ at: 2, takes: 2, overrides: { stream: 3 } })
    .exchange({ at: 3, takes: 2, overrides: { stream: 5 } })
    .clientCloses(10)
  const { servers, ports } = (await audited(t)).summary.ledger!
  expect(servers).toMatchObject([{ connections: 1, openSeconds: 10, idleSeconds: 6, peakOpen: 1, closedFirst: { client: 1 } }])
  expect(ports).toMatchObject([{ opened: 1, portsPeak: 1, timeWaitPeak: 1 }])
})

it('sockets and ports are taken until TCP’s end, not until TLS’s', async () => {
  const t = traffic()
  const closed = { ...tls, setup: fromSeconds(0), closedBy: { by: 'client', packet: 9, at: fromSeconds(1) } } as const
  t.connection({ at: 0, rtt: 0, port: 443, overrides: { tls: closed } })
    .exchange({ at: 0, takes: 0.5 })
    .clientCloses(40)
  // A server that says it will send no more while a response still runs: its close comes when that is over.
  const early = { ...closed, closedBy: { by: 'server', packet: 99, at: fromSeconds(5) } } as const
  t.connection({ at: 0, rtt: 0, port: 443, server: '10.0.0.2', overrides: { tls: early } })
    .exchange({ at: 1, takes: 7 })
    .serverCloses(8)
  // The first one's port is in TIME_WAIT from 40 s to 100 s: this takes another.
  t.connection({ at: 70, rtt: 0, port: 443 }).exchange({ at: 70, takes: 0.5 }).serverCloses(71)
  const { servers, ports } = (await audited(t)).summary.ledger!
  expect(servers).toMatchObject([
    { connections: 2, openSeconds: 41, idleSeconds: 40, peakOpen: 1, closedFirst: { client: 1, server: 1 } },
    { connections: 1, openSeconds: 8, idleSeconds: 1, closedFirst: { server: 1 }, timeWaitPeak: 1 },
  ])
  expect(ports).toMatchObject([{ opened: 2, portsPeak: 2 }, { opened: 1 }])
})

it('beyond fifty origins the rest is summed up, and nothing is lost', async () => {
  const t = traffic()
  for (let i = 0; i < 60; i++) t.connection({ at: i, server: `10.0.1.${i}` }).exchange({ at: i + 0.02, host: `h${i}.example` })
  const { ledger } = (await audited(t)).summary
  expect(ledger!.origins).toHaveLength(50)
  expect(ledger!.otherOrigins).toMatchObject({
    count: 10,
    connections: 10,
    avoidable: 0,
    all: { tcp: { roundTrips: 10, seconds: 0.2 } },
  })
  expect(ledger!.otherPools).toMatchObject({ count: 10 })
  expect(ledger!.servers).toHaveLength(50)
})

/** Encrypted, and its keys are not known. */
const blind = { ...tls, sni: 'shop.example', decrypted: false } as const

it('encrypted connections: their setup stands apart, and their requests give no percentiles', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i, port: 443, overrides: { tls: blind, application: 'tls' } }).clientCloses(i + 5)
  const setup = { connections: 3, tcp: { roundTrips: 3, seconds: 0.06 }, tls: { roundTrips: 6, seconds: 0.15 } }
  const none = { roundTrips: 0, seconds: 0 }
  const { ledger, encryptedTotals } = (await audited(t)).summary
  expect(ledger!.total).toMatchObject({
    connections: 0,
    all: { tcp: none, tls: none, slowStartEstimate: none },
    added: { requests: 0, p50: null, p90: null, p99: null, max: null },
    encrypted: setup,
  })
  expect(encryptedTotals).toMatchObject({ setupRoundTrips: 9, setupSeconds: 0.21 })
  expect(ledger!.origins).toMatchObject([{ origin: 'https://shop.example', encrypted: setup }])
  expect(ledger!.pools).toMatchObject([{ client: '10.0.0.2', server: '10.0.0.1:443', encrypted: setup }])
})

it('beside judged ones they change nothing, and of what no request was read nothing is called idle', async () => {
  const t = traffic()
  t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 }).clientCloses(10)
  const alone = (await audited(t)).summary.ledger!
  t.connection({ at: 0, rtt: 0, overrides: { tls: blind, application: 'tls' } }).clientCloses(20)
  const both = (await audited(t)).summary.ledger!
  expect(both.total).toEqual({ ...alone.total, encrypted: expect.anything() as unknown })
  expect(both.servers).toMatchObject([{ openSeconds: 30, idleSeconds: 9, unread: { connections: 1, openSeconds: 20 } }])
  expect(alone.servers[0]).not.toHaveProperty('unread')
  const only = traffic()
  only.connection({ at: 0, overrides: { tls: blind, application: 'tls' } }).clientCloses(20)
  expect((await audited(only)).summary.ledger!.servers).toMatchObject([{ idleSeconds: null, unread: { connections: 1 } }])
})

it('QUIC: open and idle as of any server, and nothing in TIME_WAIT', async () => {
  const t = traffic()
  const quic = { transport: 'quic', application: 'h3', handshake: null, setupTime: fromSeconds(0.5) } as const
  for (let i = 0; i < 2; i++)
    t.connection({ at: i, port: 443, overrides: quic })
      .exchange({ at: i + 0.5, takes: 1, overrides: { stream: 0 } })
      .clientCloses(i + 10)
  t.connection({ at: 0, rtt: 0, port: 443 }).exchange({ at: 0, takes: 1 }).clientCloses(10)
  const { servers, ports } = (await audited(t)).summary.ledger!
  expect(servers).toMatchObject([
    {
      transport: 'quic',
      connections: 2,
      openSeconds: 20,
      idleSeconds: 17,
      peakOpen: 2,
      closedFirst: { client: 2 },
      timeWaitPeak: 0,
    },
    { connections: 1, openSeconds: 10, idleSeconds: 9, timeWaitPeak: 0 },
  ])
  expect(servers[1]).not.toHaveProperty('transport')
  expect(ports).toMatchObject([{ opened: 1 }])
})

describe('a connection that nothing is seen to end is idle until the capture’s end, here and in what-if', () => {
  const SECONDS = 101
  const both = async (t: ReturnType<typeof traffic>): Promise<{ ledger: number; whatIf: number }> => {
    const { ledger } = (await audited(t, { lastAt: fromSeconds(SECONDS) })).summary
    const [answer] = await simulated(t, [{}], SECONDS)
    return {
      ledger: ledger!.servers.reduce((sum, { idleSeconds }) => sum + (idleSeconds ?? 0), 0),
      whatIf: answer!.prediction!.asCaptured.idleConnectionSeconds,
    }
  }

  it('open, or closed by its client', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.5 }).exchange({ at: 0.5, takes: 0.5 })
    expect(await both(t)).toEqual({ ledger: 100, whatIf: 100 })
    t.connection({ at: 50, rtt: 0.5, server: '10.0.0.9' }).exchange({ at: 50.5, takes: 0.5 }).clientCloses(61)
    expect(await both(t)).toEqual({ ledger: 110, whatIf: 110 })
  })

  it('between its requests as well', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.5 }).exchange({ at: 0.5, takes: 0.5 }).exchange({ at: 11, takes: 10 })
    expect(await both(t)).toEqual({ ledger: 90, whatIf: 90 })
  })

  it('unless its ports served another meanwhile', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 })
    const tcp: TcpFact = {
      opening: 'three-way',
      samePortsAs: 0,
      keepAliveProbes: NONE,
      zeroWindows: NONE,
      zeroWindowTime: { client: nanos(0), server: nanos(0) },
      ignoredResets: 0,
      ignoredReset: null,
      dataAfterFin: NONE,
      overlaps: 0,
    }
    t.connection({ at: 31, rtt: 0, overrides: { tcp } }).exchange({ at: 31, takes: 1 })
    expect(await both(t)).toEqual({ ledger: 30 + 69, whatIf: 30 + 69 })
  })

  it('or a response is still being waited for', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 }).exchange({ at: 21, unanswered: true })
    expect(await both(t)).toEqual({ ledger: 20, whatIf: 20 })
  })

  describe('captures with a pause between them: until the end of those that its last packet was in', () => {
    const over = async (t: ReturnType<typeof traffic>, captures: readonly CaptureFact[]) => {
      const { ledger } = (await audited(t, captures)).summary
      const [answer] = await simulated(t, [{}], captures)
      const { idleConnectionSeconds, connections } = answer!.prediction!.asCaptured
      const { idleSeconds, openSeconds, peakOpen } = ledger!.servers[0]!
      return { openSeconds, peakOpen, ledger: idleSeconds, whatIf: idleConnectionSeconds, connections }
    }

    const twoRuns = (): ReturnType<typeof traffic> => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 })
      t.connection({ at: 21_600, rtt: 0 }).exchange({ at: 21_600, takes: 1 })
      return t
    }
    const LATER = toldBetween(21_600, 21_610)

    it('neither open nor idle meanwhile', async () => {
      const captures = [toldBetween(0, 10), LATER]
      expect(await over(twoRuns(), captures)).toEqual({ openSeconds: 20, peakOpen: 1, ledger: 18, whatIf: 18, connections: 2 })
    })

    it('in whatever order the files come, and one within another', async () => {
      const captures = [LATER, toldBetween(2, 3), toldBetween(0, 10)]
      expect(await over(twoRuns(), captures)).toEqual({ openSeconds: 20, peakOpen: 1, ledger: 18, whatIf: 18, connections: 2 })
    })

    it('nor waiting for a response', async () => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 }).exchange({ at: 5, unanswered: true })
      t.connection({ at: 21_600, rtt: 0 }).exchange({ at: 21_600, takes: 1 })
      const captures = [toldBetween(0, 10), LATER]
      expect(await over(t, captures)).toEqual({ openSeconds: 20, peakOpen: 1, ledger: 4 + 9, whatIf: 4 + 9, connections: 2 })
    })

    it('open all the while where both show it', async () => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 }).exchange({ at: 21_600, takes: 1 })
      const captures = [toldBetween(0, 10), LATER]
      expect(await over(t, captures)).toMatchObject({ openSeconds: 21_610, ledger: 21_608, whatIf: 21_608 })
    })

    it('files of a ring buffer are one', async () => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 })
      const ring = [toldBetween(0, 10), toldBetween(11, 40), toldBetween(80, 100)]
      expect(await over(t, ring)).toMatchObject({ openSeconds: 100, ledger: 99, whatIf: 99 })
    })

    it('a HAR shows no packets', async () => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0 }).exchange({ at: 0, takes: 1 })
      const captures = [toldBetween(0, 10), { ...LATER, format: 'har' as const }]
      expect(await over(t, captures)).toMatchObject({ openSeconds: 10, ledger: 9, whatIf: 9 })
    })
  })
})
