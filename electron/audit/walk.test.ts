import { describe, expect, it } from 'vitest'
import type { Http2Fact } from '../../shared/model/facts'
import { fromSeconds } from '../../shared/units'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const verdictsOf = async (told: Parameters<typeof audited>[0]) =>
  (await audited(told)).verdicts.map((v) => `${v.verdict}/${v.cause}`)

describe('which connections were needed', () => {
  it('one after the other: the first is needed, the rest are avoidable', async () => {
    const t = traffic()
    for (let i = 0; i < 3; i++)
      t.connection({ at: i })
        .exchange({ at: i + 0.02 })
        .clientCloses(i + 0.05)
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/client-closed', 'avoidable/client-closed'])
  })

  it('at the same time: as many as are busy at once', async () => {
    const t = traffic()
    for (let i = 0; i < 3; i++) t.connection({ at: i / 1000 }).exchange({ at: i / 1000 + 0.02, takes: 1 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/concurrency', 'needed/concurrency'])
  })

  it('a connection is busy from its SYN: a handshake under way serves no other request', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.2 }).exchange({ at: 0.2 })
    t.connection({ at: 0.1, rtt: 0.2 }).exchange({ at: 0.3 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/concurrency'])
  })

  it('what an idle moment made look avoidable is needed when more is in flight later', async () => {
    // The browser's order: SYNs for new connections a moment before requests go out on the idle ones.
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 1.001, takes: 1 })
    t.connection({ at: 1 }).exchange({ at: 1.02, takes: 1 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/concurrency'])
  })

  it('a connection opened ahead and left idle is free until its first request', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, takes: 0.5 })
    t.connection({ at: 0.1 }).exchange({ at: 9 })
    t.connection({ at: 5 }).exchange({ at: 5.02 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/concurrency', 'avoidable/idle-connection-ignored'])
  })

  it('pipelined requests keep one connection busy, not several', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, takes: 0.5 }).exchange({ at: 0.03, takes: 0.5 }).clientCloses(0.7)
    t.connection({ at: 1 }).exchange({ at: 1.02 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/client-closed'])
  })

  it('HTTP/2 would have carried all of it on one connection', async () => {
    const t = traffic()
    for (let i = 0; i < 6; i++) t.connection({ at: i / 1000 }).exchange({ at: 0.02 + i / 1000, takes: 1 })
    const { summary } = await audited(t)
    expect(summary.totals).toMatchObject({ needed: 6, neededWithHttp2: 1 })
  })

  const h2 = (maxConcurrentStreams: number | null, more: Partial<Http2Fact> = {}) => ({
    overrides: {
      application: 'h2' as const,
      http2: { maxConcurrentStreams, goaway: null, origins: [], alternatives: [], ...more },
    },
  })

  it('an HTTP/2 connection carries as many requests at once as its server lets it, and no more', async () => {
    const needed = async (limit: number | null): Promise<readonly string[]> => {
      const t = traffic()
      const first = t.connection({ at: 0, ...h2(limit) })
      for (let i = 0; i < 3; i++) first.exchange({ at: 0.02 + i / 1000, takes: 1 })
      t.connection({ at: 0.5, ...h2(limit) }).exchange({ at: 0.52, takes: 1 })
      return verdictsOf(t)
    }
    expect(await needed(3)).toEqual(['needed/first', 'needed/concurrency'])
    expect(await needed(4)).toEqual(['needed/first', 'avoidable/idle-connection-ignored'])
    expect(await needed(null)).toEqual(['needed/first', 'avoidable/idle-connection-ignored'])
    expect(await needed(0)).toEqual(['needed/first', 'needed/concurrency'])
  })

  it('evidence tells what was in flight on the HTTP/2 connection that had room', async () => {
    const t = traffic()
    t.connection({ at: 0, ...h2(100) })
      .exchange({ at: 0.02, takes: 1 })
      .exchange({ at: 0.03, takes: 1 })
    t.connection({ at: 0.5, ...h2(100) }).exchange({ at: 0.52 })
    const { verdicts } = await audited(t)
    expect(verdicts[1]?.evidence).toMatchObject({
      previousConnection: 0,
      text: expect.stringContaining('beside the 2 requests in flight'),
    })
  })

  it('one whose server sent GOAWAY has no room, and one still being set up is not known to be HTTP/2', async () => {
    const t = traffic()
    const goaway = { packet: 9, at: fromSeconds(0.4), by: 'server' as const, lastStream: 1, errorCode: 0 }
    t.connection({ at: 0, ...h2(100, { goaway }) }).exchange({ at: 0.02, takes: 1 })
    t.connection({ at: 0.5, ...h2(100) }).exchange({ at: 0.52 })
    t.connection({ at: 9, ...h2(100), port: 444 }).exchange({ at: 9.02 })
    t.connection({ at: 9.01, ...h2(100), port: 444 }).exchange({ at: 9.03 })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/concurrency', 'needed/first', 'needed/concurrency'])
  })

  it('a connection from before the capture is capacity, but no handshake', async () => {
    const t = traffic()
    t.connection({ at: 0, midStream: true }).exchange({ at: 0 }).clientCloses(0.1)
    t.connection({ at: 1 }).exchange({ at: 1.02 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts.map((v) => v.verdict)).toEqual(['not-judged', 'avoidable'])
    expect(summary.totals).toMatchObject({ exchanges: 2, reuseRatio: 0, notJudged: 1, wastedRoundTrips: 1 })
    expect(summary.notes[0]).toContain('1 connection with 1 exchange')
  })

  it('whether a connection with missing packets was free is not known', async () => {
    const t = traffic()
    t.connection({ at: 0, marks: ['gap'] }).exchange({ at: 0.02 })
    t.connection({ at: 1 }).exchange({ at: 1.02 })
    const { verdicts } = await audited(t)
    expect(verdicts[1]).toMatchObject({
      verdict: 'not-judged',
      reason: expect.stringContaining('Packets of connection 0 are missing'),
    })
  })

  it('connections without a request are counted apart', async () => {
    const t = traffic()
    t.connection({ at: 0 })
    t.connection({ at: 1 }).exchange({ at: 1.02 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts.map((v) => v.verdict)).toEqual(['not-judged', 'needed'])
    expect(summary.totals).toMatchObject({ connections: 2, connectionsWithExchanges: 1 })
    expect(summary.quality.withoutExchanges).toBe(1)
  })
})

describe('tunnels whose requests can be read', () => {
  const connect = { method: 'CONNECT', target: 'origin.test:443' }
  const inside = { scheme: 'https' as const }
  const tunnel = (t: ReturnType<typeof traffic>, at: number) =>
    t
      .connection({ at })
      .exchange({ at: at + 0.02, host: 'origin.test:443', overrides: connect })
      .exchange({ at: at + 0.06, host: 'www.origin.test', overrides: inside })
      .exchange({ at: at + 0.1, host: 'www.origin.test', overrides: inside })

  it('the first request inside is not reused, those after it are', async () => {
    const t = traffic()
    tunnel(t, 0)
    const { summary } = await audited(t)
    expect(summary.totals).toMatchObject({ exchanges: 3, reusedExchanges: 1, reuseRatio: 1 / 3 })
    expect(summary.origins.map((o) => o.origin)).toEqual(['tunnel origin.test:443'])
  })

  it('pool by their target, are free between their requests and busy no longer than these', async () => {
    const t = traffic()
    tunnel(t, 0)
    tunnel(t, 5)
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/idle-connection-ignored'])
  })

  it('a refused CONNECT that is asked again on the connection is reuse, and no tunnel yet', async () => {
    const t = traffic()
    t.connection({ at: 0 })
      .exchange({ at: 0.02, host: 'origin.test:443', overrides: { ...connect, status: 407 } })
      .exchange({ at: 0.06, host: 'origin.test:443', overrides: connect })
      .exchange({ at: 0.1, host: 'www.origin.test', overrides: inside })
    const { summary } = await audited(t)
    expect(summary.totals).toMatchObject({ exchanges: 3, reusedExchanges: 1 })
  })
})

describe('encrypted connections', () => {
  const tls = (decrypted: boolean, setup: number | null) => ({
    tls: {
      ...{ version: 'TLS 1.3', sni: 'a.test', alpn: null, kind: 'full' as const, helloRetry: false, roundTrips: 1, decrypted },
      setup: setup === null ? null : fromSeconds(setup),
    },
  })

  it('are counted where a key log would help, QUIC as well', async () => {
    const t = traffic()
    t.connection({ at: 0, overrides: { application: 'tls', ...tls(false, 0.02) } })
    t.connection({ at: 1, overrides: { application: 'h3', transport: 'quic', ...tls(false, 0.02) } })
    t.connection({ at: 2, overrides: { application: 'tls', ...tls(false, null) } })
    t.connection({ at: 3, overrides: { application: 'tls', transport: 'har', ...tls(false, 0.02) } })
    t.connection({ at: 4, overrides: tls(true, 0.02) }).exchange({ at: 4.05 })
    const { summary, verdicts } = await audited(t)
    expect(summary.encrypted).toBe(2)
    expect(verdicts[1]?.reason).toContain('encrypted')
  })
})

describe('pools', () => {
  it('different authorities are different pools', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, host: 'a.test' })
    t.connection({ at: 1 }).exchange({ at: 1.02, host: 'b.test' })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/first'])
  })

  it('a client that sends two authorities on one connection pools by address', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, host: 'a.test' }).exchange({ at: 0.1, host: 'b.test' })
    t.connection({ at: 1 }).exchange({ at: 1.02, host: 'c.test' })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/idle-connection-ignored'])
  })

  it('different programs at one address are different pools', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, agent: 'one/1' })
    t.connection({ at: 1 }).exchange({ at: 1.02, agent: 'two/1' })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/first'])
  })

  it('but not where one connection carries both: a proxy passes them on', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, agent: 'one/1' }).exchange({ at: 0.1, agent: 'two/1' })
    t.connection({ at: 1 }).exchange({ at: 1.02, agent: 'three/1' })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/idle-connection-ignored'])
  })

  it('absolute-form requests pool by the proxy, tunnels by their target', async () => {
    const t = traffic()
    const via = (target: string, host: string) => ({ host, overrides: { target } })
    t.connection({ at: 0 }).exchange({ at: 0.02, ...via('http://a.test/', 'a.test') })
    t.connection({ at: 1 }).exchange({ at: 1.02, ...via('http://b.test/', 'b.test') })
    const connect = { method: 'CONNECT', target: 'c.test:443' }
    t.connection({ at: 2, overrides: { application: 'tunnel' } }).exchange({ at: 2.02, host: 'c.test:443', overrides: connect })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'avoidable/idle-connection-ignored', 'needed/first'])
  })

  it('an upgraded connection is a pool of its own', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 })
    t.connection({ at: 1, overrides: { application: 'websocket' } }).exchange({ at: 1.02, overrides: { status: 101 } })
    expect(await verdictsOf(t)).toEqual(['needed/first', 'needed/first'])
  })
})

describe('what setup cost', () => {
  it('counts the handshake and what TLS took, with SYN retransmissions apart', async () => {
    const t = traffic()
    const tls = {
      version: 'TLS 1.2',
      sni: 'a.test',
      alpn: null,
      kind: 'full',
      helloRetry: false,
      roundTrips: 2,
      decrypted: true,
    } as const
    t.connection({ at: 0, rtt: 0.05, synWait: 1, overrides: { tls: { ...tls, setup: 1e8 as never } } }).exchange({ at: 1.2 })
    const { verdicts } = await audited(t)
    expect(verdicts[0]).toMatchObject({ setupRoundTrips: 3, setupSeconds: 1.15, synRetransmissionSeconds: 1 })
  })

  it('data accepted in the SYN costs no round trip', async () => {
    const t = traffic()
    const at = (s: number) => ({ packet: 1, at: (s * 1e9) as never })
    const handshake = {
      complete: true,
      syn: { ...at(0), count: 1 },
      synAck: { ...at(0.02), count: 1 },
      ack: at(0.02),
      rtt: 2e7 as never,
      fastOpen: true,
    }
    t.connection({ at: 0, overrides: { handshake } }).exchange({ at: 0.02 })
    expect((await audited(t)).verdicts[0]!.setupRoundTrips).toBe(0)
  })

  it('a client that moves from HTTP/2 to HTTP/3 needs one connection of each', async () => {
    const t = traffic()
    const to = (transport: 'tcp' | 'quic', application: 'h2' | 'h3') => ({ overrides: { transport, application } })
    t.connection({ at: 0, ...to('tcp', 'h2') }).exchange({ at: 0.1 })
    t.connection({ at: 5, ...to('quic', 'h3') }).exchange({ at: 5.1 })
    t.connection({ at: 9, ...to('quic', 'h3') }).exchange({ at: 9.1 })
    expect((await audited(t)).verdicts.map((v) => v.cause)).toEqual(['first', 'first', 'idle-connection-ignored'])
  })
})
