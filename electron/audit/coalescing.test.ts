/** Which connections of different hosts one HTTP/2 connection could have replaced. */
import { describe, expect, it, vi } from 'vitest'
import type { Http2Fact, TlsFact } from '../../shared/model/facts'
import { audited } from './testing/audited'
import type { ConnectionVerdict } from '../../shared/model/audit'
import { Store } from '../store/store'
import { prepareCoalescing } from './coalescing'
import type { Traffic } from './testing/traffic'
import { traffic } from './testing/traffic'

interface Told {
  readonly host: string
  readonly names?: readonly string[]
  readonly server?: string
  readonly port?: number
  readonly application?: 'h2' | 'h3' | 'http/1'
  readonly origins?: readonly string[]
  readonly status?: number
}

const ALL = ['example.com', '*.example.com']

/** Connections one after the other, a request on each; nothing is ever closed. */
function connections(told: readonly Told[]): Traffic {
  const t = traffic()
  told.forEach(({ host, names, server = '10.0.0.1', port = 443, application = 'h2', origins, status = 200 }, i) => {
    const tls: TlsFact = {
      version: 'TLS 1.2',
      sni: host,
      alpn: application,
      kind: names === undefined ? 'resumed' : 'full',
      helloRetry: false,
      roundTrips: 1,
      decrypted: true,
      setup: 2e7 as never,
      ...(names === undefined ? {} : { certificateNames: names }),
    }
    const http2: Http2Fact = { maxConcurrentStreams: null, goaway: null, origins: origins ?? [], alternatives: [] }
    t.connection({ at: i, server, port, overrides: { tls, application, http2 } }).exchange({
      at: i + 0.1,
      host,
      overrides: { scheme: 'https', version: 'HTTP/2', stream: 1, status },
    })
  })
  return t
}

const judged = async (...told: readonly Told[]): Promise<readonly ConnectionVerdict[]> =>
  (await audited(connections(told))).verdicts

/** What the store makes of it: how many hosts at an address have a home, and how many rows all its steps produced. */
async function worked(told: readonly Told[]): Promise<{ readonly homes: number; readonly rows: number }> {
  const store = await Store.open()
  try {
    connections(told).into(store.sink(0))
    await store.flush()
    let rows = NaN
    const run = vi.spyOn(store, 'run').mockImplementation(async (sql) => {
      const [plan] = await store.rows(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`)
      rows = (JSON.parse(String(plan?.explain_value)) as { cumulative_cardinality: number }).cumulative_cardinality
    })
    await prepareCoalescing(store)
    expect(run).toHaveBeenCalledOnce()
    const [found] = await store.rows('SELECT count(*) AS homes FROM coalesced')
    return { homes: Number(found?.homes), rows }
  } finally {
    await store.close()
  }
}

const verdicts = async (...told: readonly Told[]): Promise<readonly string[]> => (await judged(...told)).map((v) => v.verdict)

describe('connections to different hosts of one server', () => {
  it('could have been one where the certificate covers both', async () => {
    const both = await judged({ host: 'www.example.com', names: ALL }, { host: 'img.example.com', names: ALL })
    expect(both.map((v) => v.verdict)).toEqual(['needed', 'avoidable'])
    expect(both[1]?.evidence?.previousConnection).toBe(0)
    expect(new Set(both.map((v) => v.pool)).size).toBe(1)
  })

  it.each(['h3', 'h2'] as const)('in %s, and only there', async (application) => {
    const some = [
      { host: 'www.example.com', names: ALL },
      { host: 'img.example.com', names: ALL },
    ]
    expect(await verdicts(...some.map((s) => ({ ...s, application })))).toEqual(['needed', 'avoidable'])
    expect(await verdicts(...some.map((s) => ({ ...s, application: 'http/1' as const })))).toEqual(['needed', 'needed'])
  })

  it.each([
    ['the certificate names one host only', { host: 'b.example.com', names: ['b.example.com'] }],
    ['a wildcard stands for one label', { host: 'x.y.example.com', names: ['x.y.example.com'] }],
    ['they are at another address', { host: 'b.example.com', names: ALL, server: '10.0.0.9' }],
    ['they are at another port', { host: 'b.example.com', names: ALL, port: 8443 }],
    ['the server misdirected a request before', { host: 'b.example.com', names: ALL, status: 421 }],
  ] as const)('could not: %s', async (_, second) => {
    expect(await verdicts({ host: 'a.example.com', names: ALL }, second)).toEqual(['needed', 'needed'])
  })

  it('needs a certificate that was seen; a resumed session shows none, and then the other’s decides', async () => {
    expect(await verdicts({ host: 'a.example.com' }, { host: 'b.example.com' })).toEqual(['needed', 'needed'])
    expect(await verdicts({ host: 'a.example.com', names: ALL }, { host: 'b.example.com' })).toEqual(['needed', 'avoidable'])
  })

  it('is not handed on: what could take the place of a second need not be able to take that of a third', async () => {
    const a = { host: 'a.example.com', names: ['a.example.com', 'b.example.com'] }
    const b = { host: 'b.example.com', names: ['a.example.com', 'b.example.com', 'c.example.com'] }
    const c = { host: 'c.example.com', names: ['b.example.com', 'c.example.com'] }
    expect(await verdicts(a, b, c)).toEqual(['needed', 'avoidable', 'needed'])
    expect(await verdicts(a, c)).toEqual(['needed', 'needed'])
  })

  it('is narrowed by an ORIGIN frame', async () => {
    const a = { host: 'a.example.com', names: ALL, origins: ['https://a.example.com', 'https://c.example.com'] }
    expect(await verdicts(a, { host: 'b.example.com' })).toEqual(['needed', 'needed'])
    expect(await verdicts(a, { host: 'c.example.com' })).toEqual(['needed', 'avoidable'])
  })

  describe('at other addresses, where ORIGIN frames name each other (RFC 8336 §2.4)', () => {
    const origins = ['https://a.example.com', 'https://b.example.com']
    const a = { host: 'a.example.com', names: ALL, origins }
    const b = { host: 'b.example.com', names: ALL, origins, server: '10.0.0.9' }

    it('one could have served both', async () => {
      const both = await judged(a, b)
      expect(both.map(({ verdict }) => verdict)).toEqual(['needed', 'avoidable'])
      expect(new Set(both.map(({ pool }) => pool)).size).toBe(1)
      expect(both[1]!.evidence?.text).toBe(
        'Connection 0 for a.example.com was open, its ORIGIN frame names b.example.com, and its certificate covers it; the client opened another.',
      )
    })

    it.each([
      ['the first does not name the second', { ...a, origins: ['https://a.example.com'] }, b],
      ['the second does not name the first', a, { ...b, origins: ['https://b.example.com'] }],
      ['it names another port', { ...a, origins: ['https://a.example.com', 'https://b.example.com:8443'] }, b],
      ['the certificate does not cover the second', { ...a, names: ['a.example.com'] }, b],
      ['the certificate was not seen', { host: a.host, origins }, b],
      ['the second misdirected a request', a, { ...b, status: 421 }],
    ])('none could: %s', async (_, first, second) => {
      expect(await verdicts(first, second)).toEqual(['needed', 'needed'])
    })

    /** Both hosts in turn, each connection to an address of its own. */
    const spread = (n: number, own = false): readonly Told[] =>
      Array.from({ length: n }, (_, i) => ({
        ...(i % 2 === 0 ? a : b),
        server: `10.1.${i >> 8}.${i & 255}`,
        ...(own ? { origins: [...origins, `https://c${i}.example.com`] } : {}),
      }))

    it('one of many addresses is the home of all who could have gone there', async () => {
      const all = await judged(a, b, { ...b, server: '10.0.0.8' }, { ...a, server: '10.0.0.7' })
      const [first, ...others] = all.map(({ pool }) => pool)
      expect(others.map((pool) => pool === first)).toEqual([true, true, false])
    })

    it.each([
      ['alike', false],
      ['of every connection', true],
    ])('the work grows with the addresses, not with pairs of them (origin sets %s)', async (_, own) => {
      const [some, more] = [await worked(spread(250, own)), await worked(spread(1000, own))]
      expect([some.homes, more.homes]).toEqual([250, 1000])
      expect(more.rows).toBeGreaterThan(1000)
      expect(more.rows / some.rows).toBeLessThan(5)
    })

    it('with more than a thousand, each stays by itself', async () => {
      expect((await worked(spread(1001))).homes).toBe(0)
    })
  })

  it('takes many hosts under one certificate together, and leaves a server with too many alone', async () => {
    const many = (n: number): readonly Told[] => Array.from({ length: n }, (_, i) => ({ host: `h${i}.example.com`, names: ALL }))
    expect((await verdicts(...many(50))).filter((v) => v === 'needed').length).toBe(1)
    expect((await verdicts(...many(101))).filter((v) => v === 'needed').length).toBe(101)
  })
})
