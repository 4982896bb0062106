import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaptureFact, ConnectionFact, ExchangeFact } from '../../shared/model/facts'
import { bytes, nanos, timeBase } from '../../shared/units'
import { allFacts } from './facts'
import { connectionRow } from './rows'
import { Store } from './store'

const at = (ns: number, packet = 1) => ({ packet, at: nanos(ns) })

const connection = (id: number, more: Partial<ConnectionFact> = {}): ConnectionFact => ({
  id,
  transport: 'tcp',
  client: { ip: '10.0.0.2', port: 40000 + id },
  server: { ip: '2001:db8::1', port: 443 },
  sidesKnownBy: 'syn',
  path: 'vlan 12',
  first: at(id * 1000),
  last: at(id * 1000 + 500, 9),
  packets: { client: 4, server: 5 },
  bytes: { client: bytes(157), server: bytes(2 ** 40) },
  handshake: {
    complete: true,
    syn: { ...at(id * 1000), count: 2 },
    synAck: { ...at(id * 1000 + 10, 2), count: 1 },
    ack: at(id * 1000 + 20, 3),
    rtt: nanos(20),
    fastOpen: false,
  },
  minRtt: nanos(18),
  minRttTo: { client: nanos(7), server: nanos(11) },
  retransmissions: 1,
  duplicates: 3,
  gaps: 0,
  tcp: {
    opening: 'three-way',
    samePortsAs: 4,
    keepAliveProbes: { client: 1, server: 2 },
    zeroWindows: { client: 3, server: 4 },
    zeroWindowTime: { client: nanos(5), server: nanos(6) },
    ignoredResets: 7,
    ignoredReset: { ...at(id * 1000 + 380, 6), by: 'server' },
    dataAfterFin: { client: 8, server: 9 },
    overlaps: 10,
  },
  tls: {
    version: 'TLS 1.3',
    sni: 'a.test',
    alpn: 'h2',
    kind: 'resumed',
    helloRetry: true,
    roundTrips: 2,
    decrypted: false,
    setup: nanos(40),
    certificateNames: ['a.test', '*.a.test'],
    estimatedTurns: 7,
    estimatedIdle: { gaps: [{ since: nanos(3), length: nanos(80_000_000) }], since: nanos(9) },
    alpnOffered: ['h2', 'http/1.1'],
    earlyData: 'rejected',
    encryptedClientHello: true,
    closeNotify: { client: true, server: false },
    closedBy: { ...at(id * 1000 + 395, 8), by: 'client' },
    fatalAlert: { by: 'server', description: 40 },
  },
  application: 'tls',
  http2: {
    maxConcurrentStreams: 128,
    goaway: { ...at(id * 1000 + 390, 7), by: 'server', lastStream: 2 ** 31 - 1, errorCode: 0xffff_ffff },
    origins: ['https://a.test', 'https://b.test'],
    alternatives: ['h3=":443"'],
  },
  close: { ...at(id * 1000 + 400, 8), by: 'server', how: 'fin' },
  fin: { client: null, server: at(id * 1000 + 400, 8) },
  reset: { ...at(id * 1000 + 500, 9), by: 'client' },
  marks: ['truncated', 'unfinished'],
  exchangeCount: 0,
  ...more,
})

const exchange = (connection: number, ordinal: number, more: Partial<ExchangeFact> = {}): ExchangeFact => ({
  connection,
  ordinal,
  stream: null,
  version: 'HTTP/1.1',
  responseVersion: 'HTTP/1.0',
  method: 'GET',
  authority: 'a.test',
  target: '/x',
  scheme: 'https',
  requestPacket: 4,
  requestAt: nanos(2 ** 53),
  requestEndAt: nanos(5),
  status: 200,
  responsePacket: 6,
  responseAt: nanos(7),
  completeAt: null,
  informational: [100, 103],
  requestBytes: bytes(1),
  responseBytes: bytes(2),
  complete: false,
  request: { connection: 'keep-alive', keepsAlive: true },
  response: { connection: null, keepsAlive: false },
  advertised: { timeout: 5, max: null },
  closeDelimited: true,
  userAgent: 'curl/8',
  serverProduct: 'nginx',
  requestVia: null,
  responseVia: '1.1 varnish',
  forwarded: true,
  credentials: true,
  connectionAuth: 'NTLM',
  requestMarks: 'cf-ray',
  responseMarks: null,
  ...more,
})

const capture: CaptureFact = {
  file: "it's.pcap",
  format: 'pcap',
  compression: null,
  packets: 10,
  linkTypes: [1, 113],
  timeBase: timeBase(1_795_325_139),
  firstAt: nanos(0),
  lastAt: nanos(5000),
  truncated: false,
  size: bytes(1000),
}

let store: Store
beforeEach(async () => {
  store = await Store.open()
})
afterEach(() => store.close())

async function factsOf() {
  const all = []
  for await (const facts of store.facts()) all.push(facts)
  return all
}

describe('facts', () => {
  it('of a connection with very many exchanges come in parts', async () => {
    const sink = store.sink(0)
    for (const [id, count] of [
      [0, 3],
      [1, 5000],
      [2, 0],
    ] as const) {
      for (let i = 0; i < count; i++) sink.exchange(exchange(id, i, { stream: i + 1 }))
      sink.connection(connection(id, { exchangeCount: count }))
    }
    await store.flush()
    const parts = []
    for await (const part of allFacts(store, 1000)) parts.push(part)
    expect(parts.length).toBeGreaterThan(4)
    expect(parts.filter(({ connection }) => connection.id !== 1).map(({ exchanges, more }) => [exchanges.length, more])).toEqual([
      [3, undefined],
      [0, undefined],
    ])
    const many = parts.filter(({ connection }) => connection.id === 1)
    expect(many.map(({ more }) => more)).toEqual([...many.slice(1).map(() => true), undefined])
    expect(many[0]!.pushes).toBe(2500)
    expect(many.flatMap(({ exchanges }) => exchanges.map(({ ordinal }) => ordinal))).toEqual(
      Array.from({ length: 5000 }, (_, i) => i),
    )
  })

  it('come out as they went in, in the order of their numbers', async () => {
    const sink = store.sink(0)
    const one = [
      exchange(1, 0),
      exchange(1, 1, { request: null, response: null, advertised: null, informational: [], authority: null }),
    ]
    const two = connection(0, {
      tls: null,
      http2: { maxConcurrentStreams: null, goaway: null, origins: [], alternatives: [] },
      handshake: null,
      minRttTo: { client: nanos(7), server: nanos(0) },
      minRtt: nanos(7),
      close: null,
      fin: { client: null, server: null },
      reset: null,
      marks: [],
      application: null,
    })
    for (const e of one) sink.exchange(e)
    sink.connection(connection(1, { exchangeCount: 2 }))
    sink.connection(two)
    await store.flush()
    expect(await factsOf()).toEqual([
      { connection: two, exchanges: [] },
      { connection: connection(1, { exchangeCount: 2 }), exchanges: one },
    ])
    expect(sink.counts).toEqual({ connections: 2, connectionsWithExchanges: 1, exchanges: 2, reusedExchanges: 1 })
  })

  it('the first request inside a tunnel had to wait for it, and is not counted as reused while facts arrive', () => {
    const sink = store.sink()
    sink.exchange(exchange(1, 0, { method: 'CONNECT', status: 200 }))
    sink.exchange(exchange(1, 1))
    sink.exchange(exchange(1, 2))
    sink.connection(connection(1, { exchangeCount: 3 }))
    // Refused, it opened nothing: what follows is on an open connection.
    sink.exchange(exchange(2, 0, { method: 'CONNECT', status: 407 }))
    sink.exchange(exchange(2, 1))
    sink.connection(connection(2, { exchangeCount: 2 }))
    expect(sink.counts).toMatchObject({ exchanges: 5, connectionsWithExchanges: 2, reusedExchanges: 2 })
  })

  it('header values that differ in anything keep apart, even where their texts run together', async () => {
    const sink = store.sink(0)
    const tricky = [
      { method: 'a', authority: 'bc' },
      { method: 'ab', authority: 'c' },
      { method: 'a\nb', authority: 'c' },
      { method: null, authority: null },
    ]
    tricky.forEach((words, i) => sink.exchange(exchange(0, i, words)))
    sink.connection(connection(0, { exchangeCount: 4 }))
    await store.flush()
    const [facts] = await factsOf()
    expect(facts!.exchanges.map(({ method, authority }) => ({ method, authority }))).toEqual(tricky)
  })

  it('more than one chunk, and never more than one waiting', async () => {
    const sink = store.sink(0)
    for (let i = 0; i < 5000; i++) {
      sink.exchange(exchange(0, i))
      expect(store.pending).toBeLessThan(2048 + 1)
    }
    sink.connection(connection(0, { exchangeCount: 5000 }))
    await store.flush()
    expect(store.pending).toBe(0)
    const page = await store.exchangePage(0, 4990, 100)
    expect([page.total, page.rows.length, page.rows[0]!.ordinal]).toEqual([5000, 10, 4990])
  })

  it('hostile strings are cut, and stay strings', async () => {
    const sink = store.sink(0)
    const nasty = `'); DROP TABLE connections; --\u0000${'x'.repeat(10_000)}`
    sink.exchange(exchange(0, 0, { target: nasty, userAgent: nasty }))
    sink.connection(connection(0, { exchangeCount: 1, path: '\ud800' }))
    await store.flush()
    const [facts] = await factsOf()
    expect(facts!.exchanges[0]!.target).toBe(nasty.slice(0, 8192))
    expect(facts!.exchanges[0]!.userAgent).toBe(nasty.slice(0, 2000))
  })
})

describe('absurd times', () => {
  it('are numbers like others', async () => {
    store.sink(0).connection(connection(0, { first: at(1e25), last: at(1e25) }))
    await store.flush()
    expect(await store.rows('SELECT id FROM connections WHERE first_at = $1', [1e25])).toEqual([{ id: 0 }])
  })
})

describe('pages of connections', () => {
  const verdict = (id: number, cause: 'first' | 'reset') => ({
    origin: id === 2 ? 'https://b.test' : 'https://a.test',
    verdict: {
      id,
      pool: 1,
      verdict: cause === 'first' ? ('needed' as const) : ('avoidable' as const),
      cause,
      neededWithHttp2: cause === 'first',
      evidence: cause === 'first' ? null : { text: 'Because.', packets: [1, 2] },
      reason: null,
      setupRoundTrips: 1,
      setupSeconds: id / 10,
      synRetransmissionSeconds: 0,
      vantage: 'client' as const,
    },
    demandGapSeconds: null,
    slowStartRoundTrips: 0,
  })

  beforeEach(async () => {
    const sink = store.sink(0)
    for (const id of [2, 0, 1]) sink.connection(connection(id))
    await store.flush()
    await store.addCaptures([capture])
    await store.writeVerdicts((put) => {
      put(verdict(0, 'first'))
      put(verdict(1, 'reset'))
      put(verdict(2, 'reset'))
    })
  })

  const ids = async (query: Partial<Parameters<Store['connectionPage']>[0]>) => {
    const page = await store.connectionPage({ sort: 'id', descending: false, offset: 0, limit: 10, ...query })
    return { total: page.total, ids: page.rows.map((r) => r.id) }
  }

  it('sort, filter and page', async () => {
    expect(await ids({ sort: 'setup', descending: true })).toEqual({ total: 3, ids: [2, 1, 0] })
    expect(await ids({ cause: 'reset', offset: 1 })).toEqual({ total: 2, ids: [2] })
    expect(await ids({ origin: 'https://b.test' })).toEqual({ total: 1, ids: [2] })
    expect(await ids({ verdict: 'needed' })).toEqual({ total: 1, ids: [0] })
  })

  it('name who ended TLS, where that came before the first FIN', async () => {
    // The fixture's client sent close_notify 5 ns before the server's FIN.
    const row = connectionRow((await store.connectionRow(1))!, nanos(0))
    expect(row).toMatchObject({ closedBy: 'client', closedHow: 'fin' })
  })

  it('find by number, address, port or origin', async () => {
    expect(await ids({ text: '1' })).toMatchObject({ total: 3 })
    expect(await ids({ text: '#2' })).toMatchObject({ total: 3 })
    expect(await ids({ text: ':40002' })).toEqual({ total: 1, ids: [2] })
    expect(await ids({ text: 'B.TEST' })).toEqual({ total: 1, ids: [2] })
  })

  it('what is asked never becomes SQL', async () => {
    expect(await ids({ text: "' OR 1=1 --" })).toEqual({ total: 0, ids: [] })
    expect(await ids({ origin: "x'; DROP TABLE verdicts; --" })).toEqual({ total: 0, ids: [] })
    expect(await ids({ sort: 'id; DROP TABLE verdicts' as never })).toMatchObject({ total: 3 })
    expect(await ids({ sort: 'constructor' as never, limit: Number.NaN, offset: -5 })).toEqual({ total: 3, ids: [] })
    expect(await ids({ limit: 1e9 })).toMatchObject({ total: 3 })
  })

  it('verdicts are replaced as a whole', async () => {
    await store.writeVerdicts((put) => put(verdict(0, 'first')))
    expect(await ids({})).toEqual({ total: 1, ids: [0] })
  })
})

describe('for people who write SQL', () => {
  it('views have timestamps to the nanosecond', async () => {
    const sink = store.sink(0)
    sink.exchange(exchange(0, 0, { requestAt: nanos(207_000_001) }))
    sink.connection(connection(0, { exchangeCount: 1 }))
    await store.flush()
    await store.addCaptures([capture])
    const [row] = await store.rows('SELECT requested::VARCHAR AS t, method, server_product FROM exchanges_at')
    expect(row).toEqual({ t: '2026-11-22 05:25:39.207000001', method: 'GET', server_product: 'nginx' })
  })

  it('an audit is saved as one DuckDB file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'store-test-'))
    try {
      store.sink(0).connection(connection(0))
      await store.flush()
      await store.addCaptures([capture])
      const path = join(folder, "an audit's.duckdb")
      await store.save(path)
      const saved = await DuckDBInstance.create(path)
      const reader = await saved.connect()
      expect(
        (await reader.runAndReadAll('SELECT file, (SELECT count(*)::INTEGER FROM connections) FROM captures')).getRows(),
      ).toEqual([["it's.pcap", 1]])
      reader.closeSync()
      saved.closeSync()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
