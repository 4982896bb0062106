/** HTTP/2 inside TCP: how connections come to it, segments that are lost or late, and captures that begin late. */
import { beforeAll, describe, expect, it } from 'vitest'
import { get, ok } from '../../testing/http'
import { fetchOver, frame, recordSession } from '../../testing/http2'
import type { Piece } from '../../testing/http2'
import { octets, zeros } from '../../testing/octets'
import { codesOf, only, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'
import { Flag, FrameType } from './frame'
import { PREFACE } from './preface'

const SETTINGS = frame(FrameType.settings, 0, 0)
const END_BOTH = Flag.endStream | Flag.endHeaders
const STATUS_200 = [0x88]

let session: readonly Piece[] = []
const TARGETS = Array.from({ length: 12 }, (_, i) => `/page/${i}`)

beforeAll(async () => {
  session = await recordSession({
    serve(stream, headers) {
      stream.respond({ ':status': 200, server: `s ${headers[':path']}` })
      stream.end('x'.repeat(3000))
    },
    async ask(client) {
      for (const path of TARGETS) await fetchOver(client, { ':path': path, 'user-agent': 'test/1' })
    },
  })
})

const sideOf = ({ end }: Piece): 'client' | 'server' => (end === 0 ? 'client' : 'server')

describe('a connection comes to HTTP/2', () => {
  it('by prior knowledge', async () => {
    const talk = new Talk().opens()
    for (const piece of session) talk[sideOf(piece)].saysInPieces(piece.data, 500)
    const { connection, exchanges } = only(await talk.closes().read())
    expect(exchanges.map(({ target, status, complete }) => [target, status, complete])).toEqual(
      TARGETS.map((path) => [path, 200, true]),
    )
    expect(exchanges.map(({ ordinal, stream }) => [ordinal, stream])).toEqual(TARGETS.map((_, i) => [i, 2 * i + 1]))
    expect(connection).toMatchObject({
      application: 'h2',
      exchangeCount: TARGETS.length,
      sidesKnownBy: 'syn',
      http2: { goaway: { by: 'client' } },
    })
  })

  it('by an upgrade, after another HTTP/1.1 exchange: stream 1 answers the request', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/before'))
    talk.server.says(ok())
    const asked = talk.client.says(
      get('/up', { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABk', 'User-Agent': 'curl/8' }),
    )
    talk.server.says(octets('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n', SETTINGS))
    const answered = talk.server.says(frame(FrameType.headers, Flag.endHeaders, 1, STATUS_200))
    talk.client.says(octets(PREFACE, SETTINGS))
    talk.server.says(frame(FrameType.data, Flag.endStream, 1, zeros(10)))
    talk.client.says(frame(FrameType.headers, END_BOTH, 3, [0x82, 0x86, 0x84, 0x01, 1, 0x61]))
    talk.server.says(frame(FrameType.headers, END_BOTH, 3, STATUS_200))
    const read = await talk.closes().read()
    const { connection, exchanges } = only(read)
    expect(summary(only(read))).toEqual(['GET /before → 200', 'GET /up → 200', 'GET / → 200'])
    expect(exchanges.map(({ stream, version, responseVersion }) => [stream, version, responseVersion])).toEqual([
      [null, 'HTTP/1.1', 'HTTP/1.1'],
      [1, 'HTTP/2', 'HTTP/2'],
      [3, 'HTTP/2', 'HTTP/2'],
    ])
    expect(exchanges[1]).toMatchObject({
      requestPacket: asked,
      responsePacket: answered,
      informational: [101],
      authority: 'shop.example',
      userAgent: 'curl/8',
    })
    expect(connection.application).toBe('h2')
  })

  it('by an upgrade after which nothing was captured: the request still counts', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/up', { Connection: 'Upgrade', Upgrade: 'h2c' }))
    talk.server.says('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
    expect(summary(only(await talk.read()))).toEqual(['GET /up → 101'])
  })

  it('before the capture began', async () => {
    // Without the preface, both SETTINGS and the first pages.
    const late = session.slice(Math.floor(session.length / 2))
    const talk = new Talk()
    for (const piece of late) talk[sideOf(piece)].says(piece.data)
    const read = await talk.closes().read()
    const { connection, exchanges } = only(read)
    expect(connection).toMatchObject({ application: 'h2', http2: { maxConcurrentStreams: null } })
    expect(connection.marks).toContain('mid-stream')
    expect(exchanges.length).toBeGreaterThanOrEqual(5)
    expect(exchanges.at(-1)).toMatchObject({ target: TARGETS.at(-1), status: 200, authority: null, complete: true })
    expect(codesOf(read)).toContain('hpack-unknown-fields')
  })
})

describe('segments', () => {
  it('that come in another order give the same exchanges', async () => {
    const talk = new Talk().opens()
    for (const piece of session) {
      const first = talk[sideOf(piece)].says(piece.data.subarray(0, 11))
      if (piece.data.length <= 11) continue
      const second = talk[sideOf(piece)].says(piece.data.subarray(11))
      talk.wire.moveBefore(second, first)
    }
    const { exchanges } = only(await talk.closes().read())
    expect(exchanges.map(({ target, complete }) => [target, complete])).toEqual(TARGETS.map((path) => [path, true]))
  })

  it('that the capture lacks cost only what was in them', async () => {
    const talk = new Talk().opens()
    const data = session.filter(({ end, data: { length } }) => end === 0 && length > 9)
    const lost = data[6]
    for (const piece of session) talk[sideOf(piece)].says(piece.data, { lost: piece === lost, after: 60 })
    const read = await talk.closes().read()
    const { connection, exchanges } = only(read)
    expect(connection.marks).toContain('gap')
    // Every response was seen, and so was every other request.
    expect(exchanges.filter(({ status }) => status === 200)).toHaveLength(TARGETS.length)
    expect(exchanges.filter(({ requestPacket }) => requestPacket !== null).length).toBeGreaterThanOrEqual(TARGETS.length - 1)
  })
})
