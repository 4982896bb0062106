/** Sessions between Node's own HTTP/2 client and server (nghttp2), read by us. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { octets, seeded } from '../../testing/octets'
import { fetchOver, readPieces, recordSession } from '../../testing/http2'
import type { Http2Reading, Piece, SessionScript } from '../../testing/http2'
import { FrameType } from './frame'

const lines = ({ exchanges }: Http2Reading): string[] =>
  exchanges.map(
    (e) =>
      `${e.stream} ${e.method} ${e.scheme}://${e.authority}${e.target} ${e.status} ${e.complete ? 'complete' : 'incomplete'}`,
  )

const record = (script: SessionScript): Promise<readonly Piece[]> => recordSession(script)

/** How many frames of a type one end sent. */
function framesOf(pieces: readonly Piece[], end: number, type: number): number {
  const all = octets(...pieces.filter((piece) => piece.end === end).map(({ data }) => data))
  let count = 0
  for (let p = end === 0 ? 24 : 0; p + 9 <= all.length; p += 9 + Buffer.from(all).readUIntBE(p, 3))
    if (all[p + 3] === type) count++
  return count
}

/** Much of everything: bodies, errors, big headers, trailers, 1xx, push. */
const everything: SessionScript = {
  server: { settings: { maxConcurrentStreams: 250, headerTableSize: 8192 } },
  client: { settings: { enablePush: true } },
  serve(stream, headers) {
    const path = headers[':path'] ?? ''
    stream.on('error', () => undefined)
    if (path.startsWith('/missing')) stream.respond({ ':status': 404, server: 'nghttp2' }, { endStream: true })
    else if (path === '/trailers') {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-checksum': 'abc' }))
      stream.end('body')
    } else if (path === '/hints') {
      stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload' })
      stream.respond({ ':status': 200 })
      stream.end('after hints')
    } else if (path === '/push') {
      stream.pushStream({ ':path': '/pushed.css', 'user-agent': 'none' }, (error, pushed) => {
        if (error !== null) throw error
        pushed.respond({ ':status': 200, 'content-type': 'text/css' })
        pushed.end('body {}')
        stream.respond({ ':status': 200, server: 'nghttp2' })
        stream.end('page')
      })
    } else if (path === '/reset') stream.close(2)
    else {
      stream.respond({ ':status': 200, server: 'nghttp2', via: '2 cache-a', 'x-big': 'y'.repeat(path === '/big' ? 30_000 : 1) })
      stream.end('x'.repeat(path === '/large' ? 40_000 : 10))
    }
  },
  async ask(session) {
    session.on('stream', (pushed) => pushed.resume())
    const extra = { 'user-agent': 'test/1', 'x-forwarded-for': '192.0.2.1' }
    await fetchOver(session, { ':path': '/first', ...extra })
    await fetchOver(session, { ':path': '/upload', ':method': 'POST' }, 'u'.repeat(20_000))
    await fetchOver(session, { ':path': '/missing', ':method': 'HEAD' })
    await fetchOver(session, { ':path': '/trailers' })
    await fetchOver(session, { ':path': '/hints' })
    await fetchOver(session, { ':path': '/push' })
    await fetchOver(session, { ':path': '/big', cookie: 'c'.repeat(30_000) })
    await fetchOver(session, { ':path': '/large', ':authority': 'cdn.shop.example' })
    await fetchOver(session, { ':path': '/reset' }).catch(() => 0)
  },
}

const EVERYTHING = [
  '1 GET http://shop.example:8080/first 200 complete',
  '3 POST http://shop.example:8080/upload 200 complete',
  '5 HEAD http://shop.example:8080/missing 404 complete',
  '7 GET http://shop.example:8080/trailers 200 complete',
  '9 GET http://shop.example:8080/hints 200 complete',
  '11 GET http://shop.example:8080/push 200 complete',
  '2 GET http://shop.example:8080/pushed.css 200 complete',
  '13 GET http://shop.example:8080/big 200 complete',
  '15 GET http://cdn.shop.example/large 200 complete',
  '17 GET http://shop.example:8080/reset null incomplete',
]

describe('a session of Node’s http2', () => {
  it('is read: bodies, trailers, 1xx, push, CONTINUATION, reset', async () => {
    const pieces = await record(everything)
    const reading = readPieces(pieces)
    expect(lines(reading)).toEqual(EVERYTHING)
    expect(reading.diagnostics).toEqual([])
    expect(reading.client).toBe(0)
    expect(framesOf(pieces, 0, FrameType.continuation)).toBeGreaterThan(0)
    expect(framesOf(pieces, 1, FrameType.continuation)).toBeGreaterThan(0)

    const by = (target: string) => reading.exchanges.find((e) => e.target === target)
    expect(by('/first')).toMatchObject({
      userAgent: 'test/1',
      forwarded: true,
      serverProduct: 'nghttp2',
      responseVia: '2 cache-a',
      version: 'HTTP/2',
    })
    expect(by('/hints')?.informational).toEqual([103])
    expect(by('/upload')?.requestBytes).toBeGreaterThanOrEqual(20_000)
    expect(by('/upload')?.requestBytes).toBeLessThan(20_300)
    expect(by('/large')?.responseBytes).toBeGreaterThanOrEqual(40_000)
    expect(by('/large')?.responseBytes).toBeLessThan(40_300)
    expect(by('/reset')).toMatchObject({ completeAt: null, responsePacket: null })
    for (const e of reading.exchanges.slice(0, 9)) {
      expect(e.requestAt).toBeLessThanOrEqual(e.responseAt ?? -1)
      expect(e.responseAt).toBeLessThanOrEqual(e.completeAt ?? -1)
    }
    expect(reading.fact.maxConcurrentStreams).toBe(250)
    expect(reading.fact.goaway).toMatchObject({ by: 'client', errorCode: 0 })
  })

  it('gives the packets in which header blocks ended', async () => {
    const reading = readPieces(await record(everything))
    const big = reading.exchanges.find((e) => e.target === '/big')
    // The blocks of more than 16 KiB go over the line in several pieces.
    expect(big?.requestAt).toBeLessThanOrEqual((big?.requestPacket ?? 0) * 1e6)
    expect(big?.responsePacket).toBeGreaterThan(big?.requestPacket ?? Infinity)
  })

  it('gives the same exchanges however it is cut', async () => {
    const pieces = await record(everything)
    const whole = lines(readPieces(pieces))
    expect(whole).toEqual(EVERYTHING)
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 2, 9, 30, 1400, 20_000), (seed, longest) => {
        const random = seeded(seed)
        const cut = pieces.flatMap(({ end, data }) => {
          const parts: Piece[] = []
          for (let p = 0; p < data.length;) {
            const next = p + 1 + random(longest)
            parts.push({ end, data: data.slice(p, next) })
            p = next
          }
          return parts
        })
        const reading = readPieces(cut)
        expect(lines(reading)).toEqual(EVERYTHING)
        expect(reading.diagnostics).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('gives the same exchanges when one direction comes late', async () => {
    const pieces = await record(everything)
    for (const first of [0, 1]) {
      const reading = readPieces([...pieces.filter(({ end }) => end === first), ...pieces.filter(({ end }) => end !== first)])
      expect([...lines(reading)].sort()).toEqual([...EVERYTHING].sort())
    }
  })

  it('has many streams at once, each with its own authority and path', async () => {
    const count = 200
    const held: (() => void)[] = []
    const pieces = await record({
      server: { settings: { maxConcurrentStreams: 1000 } },
      serve(stream, headers) {
        held.push(() => {
          stream.respond({ ':status': 200, 'x-path': headers[':path'] })
          stream.end(`${headers[':path']}`)
        })
        // Answered together, last first.
        if (held.length === count) for (const answer of held.reverse()) answer()
      },
      async ask(session) {
        const all = Array.from({ length: count }, (_, i) =>
          fetchOver(session, { ':path': `/item/${i}`, ':authority': `host${i % 7}.example` }),
        )
        await Promise.all(all)
      },
    })
    const { exchanges } = readPieces(pieces)
    expect(exchanges).toHaveLength(count)
    exchanges.forEach((e, i) => {
      expect(e).toMatchObject({
        ordinal: i,
        stream: 2 * i + 1,
        target: `/item/${i}`,
        authority: `host${i % 7}.example`,
        status: 200,
        complete: true,
      })
    })
    // All were asked before any was answered.
    expect(Math.max(...exchanges.map((e) => e.requestPacket ?? 0))).toBeLessThan(
      Math.min(...exchanges.map((e) => e.responsePacket ?? Infinity)),
    )
  })

  it.each([0, 64, 4096, 65_536])('follows dynamic tables of %i octets through thousands of fields', async (headerTableSize) => {
    const random = seeded(headerTableSize)
    const paths = Array.from({ length: 150 }, () => `/${'p'.repeat(random(60))}${random(40)}`)
    const agents = Array.from({ length: 5 }, (_, i) => `agent/${i} ${'é~^\\'.repeat(random(20))}`)
    const asked = paths.map((path, i) => ({ path, agent: agents[i % 5] ?? '' }))
    const pieces = await record({
      server: { settings: { headerTableSize } },
      client: { settings: { headerTableSize } },
      serve(stream, headers) {
        stream.respond({
          ':status': 200 + (String(headers[':path']).length % 5),
          server: `s${String(headers[':path']).length % 9}`,
        })
        stream.end()
      },
      async ask(session) {
        for (const { path, agent } of asked) await fetchOver(session, { ':path': path, 'user-agent': agent })
      },
    })
    const reading = readPieces(pieces)
    expect(reading.diagnostics).toEqual([])
    expect(reading.exchanges.map((e) => ({ path: e.target, agent: e.userAgent }))).toEqual(asked)
    expect(reading.exchanges.map((e) => [e.status, e.serverProduct])).toEqual(
      paths.map(({ length }) => [200 + (length % 5), `s${length % 9}`]),
    )
  })

  it('follows a table that changes its size on the way', async () => {
    const pieces = await record({
      onSession: (session) => void setImmediate(() => session.settings({ headerTableSize: 128 })),
      serve(stream) {
        stream.respond({ ':status': 200 })
        stream.end()
      },
      async ask(session) {
        for (let i = 0; i < 60; i++) {
          if (i === 20) session.settings({ headerTableSize: 0 })
          if (i === 40) session.settings({ headerTableSize: 16_384 })
          await fetchOver(session, { ':path': `/${i % 10}`, 'user-agent': `agent ${i % 3}`, 'x-long': 'l'.repeat(i) })
        }
      },
    })
    const { exchanges, diagnostics } = readPieces(pieces)
    expect(diagnostics).toEqual([])
    expect(exchanges.map((e) => `${e.target} ${e.userAgent}`)).toEqual(
      Array.from({ length: 60 }, (_, i) => `/${i % 10} agent ${i % 3}`),
    )
  })

  it('hears an extended CONNECT, which stays open', async () => {
    const pieces = await record({
      server: { settings: { enableConnectProtocol: true } },
      serve(stream) {
        stream.on('error', () => undefined)
        stream.respond({ ':status': 200 })
        stream.write('frames of a WebSocket')
      },
      async ask(session) {
        await new Promise((resolve) => session.once('remoteSettings', resolve))
        const stream = session.request({
          ':method': 'CONNECT',
          ':protocol': 'websocket',
          ':path': '/chat',
          ':scheme': 'http',
          ':authority': 'shop.example',
        })
        stream.on('error', () => undefined)
        await new Promise((resolve) => stream.once('data', resolve))
        setImmediate(() => session.destroy())
      },
    })
    expect(lines(readPieces(pieces))).toEqual(['1 CONNECT http://shop.example/chat 200 incomplete'])
  })

  it('says which side sent GOAWAY, and why', async () => {
    let goAway = (): void => undefined
    const pieces = await record({
      onSession: (session) => (goAway = () => session.goaway(11, 1)),
      serve(stream) {
        stream.respond({ ':status': 200 })
        stream.end()
      },
      async ask(session) {
        await fetchOver(session, { ':path': '/' })
        const told = new Promise((resolve) => session.once('goaway', resolve))
        goAway()
        await told
      },
    })
    expect(readPieces(pieces).fact.goaway).toMatchObject({ by: 'server', lastStream: 1, errorCode: 11 })
  })

  it('survives octets that were changed at random', async () => {
    const pieces = await record(everything)
    const totals: number[] = []
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, changes) => {
        const random = seeded(seed)
        const changed = pieces.map(({ end, data }) => ({ end, data: data.slice() }))
        for (let i = 0; i < changes; i++) {
          const piece = changed[random(changed.length)]
          if (piece === undefined || piece.data.length === 0) continue
          const at = random(2) === 0 ? random(Math.min(40, piece.data.length)) : random(piece.data.length)
          if (random(4) === 0) piece.data = octets(piece.data.subarray(0, at), piece.data.subarray(at + 1 + random(20))).slice()
          else piece.data[at] = random(256)
        }
        totals.push(readPieces(changed).exchanges.length)
      }),
      { numRuns: 150 },
    )
    expect(Math.max(...totals)).toBeLessThan(1000)
  })
})
