/**
 * What each exporter does its own way, as its source, its documentation or its issues tell; a small HAR by hand for each. Sources:
 * mitmproxy (addons/savehar.py), ProxyPin (issue 310), Playwright (harTracer.ts), chrome-har, Charles 4.6, Insomnia, WebKit.
 */
import { describe, expect, it } from 'vitest'
import { codes, entry, har, paths, read, readWishes } from '../testing/har'
import type { EntryWish } from '../testing/har'
import { estimateConnections } from './estimate'
import { parseEntry } from './parse-entry'
import { readEntries } from './read-entries'
import { bytesSource } from '../testing/collect'
import type { NetworkEntry } from './sort-out'
import type { Json } from './json/document'

const url = (path: string): string => `http://shop.test${path}`
const secure = (path: string): string => `https://shop.test${path}`
const setups = (facts: Awaited<ReturnType<typeof readWishes>>): readonly (number | undefined)[] =>
  facts.connections.map(({ connection }) => connection.setupTime)

describe('mitmproxy', () => {
  it('writes TLS beside the connect time, null for what it does not know, and −1 for what was open', async () => {
    const facts = await readWishes(
      [
        { at: 0, url: secure('/a'), timings: { connect: 20, ssl: 45, send: 1, wait: 10, receive: 0 } },
        { at: 500, url: secure('/b'), timings: { connect: -1, ssl: -1, send: 1, wait: 10, receive: 0 } },
      ],
      'mitmproxy',
    )
    expect(paths(facts)).toEqual(['/a /b'])
    expect(setups(facts)).toEqual([65e6])
    expect(facts.connections[0]?.connection.tls?.setup).toBe(45e6)
  })

  it('marks WebSockets by their type', async () => {
    const facts = await readWishes([{ url: secure('/chat'), status: 101, more: { _resourceType: 'websocket' } }], 'mitmproxy')
    expect(codes(facts)).toEqual(['har-websocket 1'])
  })
})

it('ProxyPin appended the port to the address', async () => {
  const facts = await readWishes([
    { url: url('/a'), more: { serverIPAddress: '192.0.2.1:80', connection: '1' } },
    { url: url('/b'), more: { serverIPAddress: '[2001:db8::1]:80', connection: '2' } },
    { url: url('/c'), more: { serverIPAddress: '2001:db8::2', connection: '3' } },
  ])
  expect(facts.connections.map(({ connection }) => connection.server.ip)).toEqual(['192.0.2.1', '2001:db8::1', '2001:db8::2'])
})

it('Charles writes TLS inside the connect time, and local time with its zone', async () => {
  const more = { startedDateTime: '2026-11-21T23:00:00.482-07:00', serverIPAddress: '192.0.2.50' }
  const timings = { dns: 43, connect: 37, ssl: 26, send: 1, wait: 24, receive: 2 }
  const facts = await readWishes([{ url: secure('/'), timings, more }], 'Charles Proxy')
  expect(setups(facts)).toEqual([37e6])
  // 06:00:00.482 UTC, then name lookup and connection.
  expect(facts.connections[0]?.exchanges[0]?.requestAt).toBe((482 + 43 + 37) * 1e6)
})

it('Safari numbers connections and leaves caches without one', async () => {
  const timings = { blocked: 2, dns: 51, connect: 29, ssl: 19, send: 1, wait: 6, receive: 21 }
  const facts = await readWishes(
    [
      { at: 0, url: secure('/'), version: 'HTTP/2', timings, more: { connection: '1', _fetchType: 'Network Load' } },
      { at: 9, url: secure('/logo'), version: '', more: { _fetchType: 'Memory Cache' } },
      { at: 90, url: secure('/api'), version: 'HTTP/2', more: { connection: '1', _fetchType: 'Network Load' } },
    ],
    'WebKit Web Inspector',
  )
  expect(paths(facts)).toEqual(['/ /api'])
  expect(codes(facts)).toEqual(['har-from-cache 1'])
})

it('Edge and Chrome write socket numbers as text, which are no ports', async () => {
  const facts = await readWishes([
    { at: 0, url: secure('/a'), version: 'h2', more: { connection: '443443', _priority: 'High' } },
    { at: 5, url: secure('/b'), version: 'h2', more: { connection: '443443' } },
  ])
  expect(paths(facts)).toEqual(['/a /b'])
  expect(facts.connections[0]?.connection.client.port).toBe(0)
})

it('chrome-har writes them as numbers', async () => {
  const facts = await readWishes(
    [
      { at: 0, url: url('/a'), more: { connection: 81 } },
      { at: 50, url: url('/b'), more: { connection: 81 } },
      { at: 60, url: url('/c'), more: { connection: 90 } },
    ],
    'chrome-har',
  )
  expect(paths(facts)).toEqual(['/a /b', '/c'])
})

describe('Insomnia, and others that measure no connection', () => {
  const timings = { blocked: -1, dns: -1, connect: -1, ssl: -1, send: 0, wait: 120, receive: 0 }

  it('tell nothing of connections: that is said, and nothing is claimed', async () => {
    const facts = await readWishes(
      [0, 1, 2].map((i) => ({ at: i * 1000, url: url(`/${i}`), timings })),
      'Insomnia REST Client',
    )
    expect(codes(facts)).toEqual(['har-estimated 3'])
    expect(facts.summary.diagnostics[0]?.message).toContain('not judged')
    for (const { connection } of facts.connections) expect(connection).toMatchObject({ marks: ['estimated'] })
    expect(setups(facts).every((setup) => setup === undefined)).toBe(true)
  })
})

describe('Playwright hides that requests waited', () => {
  const hidden = (connect: number): Readonly<Record<string, number>> => ({
    dns: -1,
    connect,
    ssl: connect,
    send: 0,
    wait: 20,
    receive: 5,
  })
  const page = (count: number, close: boolean): EntryWish[] =>
    Array.from({ length: count }, (_, i) => ({
      at: i / 10,
      url: url(`/${i}`),
      timings: hidden(10),
      responseHeaders: { Connection: close ? 'close' : 'keep-alive' },
    }))
  /** The most exchanges that are under way at one moment. */
  const peak = (facts: Awaited<ReturnType<typeof readWishes>>): number => {
    const edges = facts.connections.flatMap(({ connection, exchanges }) => [
      [connection.first.at, 1],
      ...exchanges.map(({ completeAt }) => [completeAt ?? 0, -1]),
    ])
    edges.sort(([a = 0, up = 0], [b = 0, down = 0]) => a - b || up - down)
    let now = 0
    return Math.max(...edges.map(([, step = 0]) => (now += step)))
  }

  it('a page of 40 that closes each connection has six in use, not forty', async () => {
    const facts = await readWishes(page(40, true), 'Playwright')
    expect(facts.connections).toHaveLength(40)
    expect(peak(facts)).toBe(6)
  })

  it('and one that was made late is not moved', async () => {
    const late = { at: 60_000, url: url('/late'), timings: hidden(10), responseHeaders: { Connection: 'close' } }
    const facts = await readWishes([...page(12, true), late], 'Playwright')
    expect(facts.connections.at(-1)?.exchanges[0]?.requestAt).toBe(60_010e6)
  })
})

describe('long recordings', () => {
  const parsed = (count: number, wish: (i: number) => EntryWish): NetworkEntry[] =>
    Array.from({ length: count }, (_, i) => parseEntry(entry(wish(i)) as Json, i) as NetworkEntry)
  const opening = { blocked: 0, dns: 0, connect: 20, ssl: -1, send: 0, wait: 10, receive: 0 }

  it.each([
    ['connections that stay', (i: number): EntryWish => ({ at: i * 5, timings: i % 3 === 0 ? opening : undefined! }), false],
    ['closes', (i: number): EntryWish => ({ at: i, timings: opening, responseHeaders: { Connection: 'close' } }), true],
    ['HTTP/2', (i: number): EntryWish => ({ at: i, version: 'h2', timings: i % 2 === 0 ? opening : undefined! }), false],
  ])('of 60,000 entries: %s', async (_, wish, hidden) => {
    const entries = parsed(60_000, wish)
    const started = performance.now()
    const found = await estimateConnections(entries, hidden)
    // What looked at every connection for every entry took minutes here.
    expect(performance.now() - started).toBeLessThan(4000)
    expect(found.reduce((sum, { length }) => sum + length, 0)).toBe(60_000)
  })

  it('can be cancelled in the middle', async () => {
    let pauses = 0
    const stop = (): Promise<void> => (++pauses === 3 ? Promise.reject(new Error('stopped')) : Promise.resolve())
    const entries = parsed(60_000, (i) => ({ at: i, timings: opening }))
    await expect(estimateConnections(entries, false, stop)).rejects.toThrow('stopped')
    expect(pauses).toBe(3)
  })

  it('beyond what fits into memory are cut, and it is said how many', async () => {
    const text = new TextEncoder().encode(har(Array.from({ length: 30 }, (_, i) => entry({ at: i }))))
    const { entries } = await readEntries(bytesSource('x.har', text), new Uint8Array(0), {}, 10)
    expect(entries).toMatchObject({ read: 30, beyond: 20 })
    expect(entries.kept).toHaveLength(10)
  })
})

it('a HAR of entries that are all hostile is read', async () => {
  const evil = ['connection', 'serverIPAddress', 'timings', 'startedDateTime', 'time'].map((name) => ({
    ...entry({}),
    [name]: { toString: 1, __proto__: null, length: -1 },
  }))
  await expect(read(har([...evil, null, 7, 'x', []] as object[]))).resolves.toBeDefined()
})
