/** Frames made by hand: what the capture lacks, what no good peer sends, and bounds. */
import { describe, expect, it } from 'vitest'
import { frame, Http2Reader } from '../../testing/http2'
import { octets, u16, u32, zeros } from '../../testing/octets'
import { Flag, FrameType, INITIAL_FRAME_SIZE } from './frame'
import { PREFACE } from './preface'
import { likeFrames } from './resync'

const { headers, data, settings, rstStream, goaway, continuation, pushPromise, priority, windowUpdate, ping, altSvc, origin } =
  FrameType
const SETTINGS = frame(settings, 0, 0)
const END_BOTH = Flag.endStream | Flag.endHeaders

const text = (value: string): Uint8Array => octets(value.length, value)
/** :method GET, :scheme https, :path by literal, :authority by literal with indexing, then from the table. */
const get = (path: string, authority: Uint8Array = octets(0x41, text('shop.example'))): Uint8Array =>
  octets(0x82, 0x87, 0x04, text(path), authority)
const STATUS_200 = octets(0x88)
const STATUS_103 = octets(0x08, text('103'))
const INDEX_62 = octets(0xbe)

const begun = (): Http2Reader => new Http2Reader().data(0, octets(PREFACE, SETTINGS)).data(1, SETTINGS)
const codes = (reader: Http2Reader): string[] => reader.finish().diagnostics.map(({ code }) => code)
const targets = (reader: Http2Reader): (string | null)[] => reader.finish().exchanges.map(({ target }) => target)

describe('frames', () => {
  it('takes off padding and priority', () => {
    const padded = octets(3, u32(0), 15, get('/a'), 0, 0, 0)
    const { exchanges } = begun()
      .data(0, frame(headers, END_BOTH | Flag.padded | Flag.priority, 1, padded))
      .data(1, frame(headers, Flag.endHeaders | Flag.padded, 1, octets(2, STATUS_200, 9, 9)))
      .data(1, frame(data, Flag.endStream | Flag.padded, 1, octets(4, 'body', zeros(4))))
      .finish()
    expect(exchanges).toMatchObject([{ target: '/a', authority: 'shop.example', scheme: 'https', status: 200, complete: true }])
    expect(exchanges[0]).toMatchObject({
      requestBytes: padded.length,
      responseBytes: 4 + 9,
      requestPacket: 3,
      responsePacket: 4,
      completeAt: 5e6,
    })
  })

  it('says in which packet a header block over several CONTINUATION frames ended', () => {
    const block = get('/long')
    const { exchanges } = begun()
      .data(0, frame(headers, Flag.endStream, 1, block.subarray(0, 3)))
      .data(0, frame(continuation, 0, 1, block.subarray(3, 4)))
      .data(0, frame(continuation, 0, 1))
      .data(0, frame(continuation, Flag.endHeaders, 1, block.subarray(4)))
      .finish()
    expect(exchanges).toMatchObject([
      { target: '/long', requestPacket: 6, requestAt: 3e6, requestBytes: block.length, status: null, complete: false },
    ])
  })

  it('passes over priorities, pings, windows and types it does not know', () => {
    const noise = octets(
      frame(priority, 0, 5, zeros(5)),
      frame(ping, 0, 0, zeros(8)),
      frame(windowUpdate, 0, 0, u32(1)),
      frame(0xbe, 0xff, 9, zeros(70_000)),
    )
    expect(targets(begun().data(0, octets(noise, frame(headers, END_BOTH, 1, get('/')), noise)))).toEqual(['/'])
  })

  it('keeps the response to a stream that the client reset while it was on its way', () => {
    const { exchanges } = begun()
      .data(0, frame(headers, END_BOTH, 1, get('/slow')))
      .data(0, frame(rstStream, 0, 1, u32(8)))
      .data(1, frame(headers, Flag.endHeaders, 1, STATUS_200))
      .data(1, frame(data, 0, 1, zeros(100)))
      .finish()
    expect(exchanges).toMatchObject([{ status: 200, complete: false, completeAt: null, responseBytes: 101 }])
  })

  it('tells informational responses from the final one, and takes what follows for trailers', () => {
    const { exchanges } = begun()
      .data(0, frame(headers, END_BOTH, 1, get('/')))
      .data(1, frame(headers, Flag.endHeaders, 1, STATUS_103))
      .data(1, frame(headers, Flag.endHeaders, 1, STATUS_200))
      .data(1, frame(headers, END_BOTH, 1, octets(0x00, text('x'), text('y'))))
      .finish()
    expect(exchanges).toMatchObject([
      { informational: [103], status: 200, responseAt: 5e6, responsePacket: 5, completeAt: 6e6, complete: true },
    ])
  })

  it('takes a plain CONNECT’s authority for its target', () => {
    const connect = octets(0x02, text('CONNECT'), 0x01, text('db.example:5432'))
    expect(targets(begun().data(0, frame(headers, Flag.endHeaders, 1, connect)))).toEqual(['db.example:5432'])
  })

  it('counts a promised stream whose push never came', () => {
    const promise = octets(u32(2), get('/style.css'))
    const { exchanges } = begun()
      .data(0, frame(headers, END_BOTH, 1, get('/')))
      .data(1, frame(pushPromise, Flag.endHeaders, 1, promise))
      .data(0, frame(rstStream, 0, 2, u32(8)))
      .finish()
    expect(exchanges).toMatchObject([
      { stream: 1, target: '/' },
      { stream: 2, target: '/style.css', requestPacket: 4, requestBytes: promise.length, status: null, complete: false },
    ])
  })

  it('notes limits, GOAWAY, ORIGIN and ALTSVC', () => {
    const { fact } = begun()
      .data(1, frame(settings, 0, 0, octets(u16(3), u32(100), u16(3), u32(128))))
      .data(0, frame(settings, 0, 0, octets(u16(3), u32(7))))
      .data(1, frame(origin, 0, 0, octets(u16(17), 'https://a.example', u16(17), 'https://b.example', u16(9), 'cut')))
      .data(1, frame(altSvc, 0, 0, octets(u16(9), 'https://a', 'h3=":443"')))
      .data(1, frame(goaway, 0, 0, octets(u32(0x7fff_ffff), u32(0))))
      .data(1, frame(goaway, 0, 0, octets(u32(41), u32(0), 'bye')))
      .data(0, frame(goaway, 0, 0, octets(u32(0), u32(0))))
      .finish()
    expect(fact).toEqual({
      maxConcurrentStreams: 128,
      goaway: { by: 'server', lastStream: 41, errorCode: 0, packet: 7, at: 7e6 },
      origins: ['https://a.example', 'https://b.example'],
      alternatives: ['h3=":443"'],
    })
  })
})

describe('an upgrade from HTTP/1.1', () => {
  it('answers the HTTP/1.1 request on stream 1', () => {
    const head = {
      kind: 'request',
      method: 'GET',
      target: '/up',
      version: 'HTTP/1.1',
      host: 'shop.example',
      userAgent: 'curl/8',
      via: null,
      forwarded: false,
      marks: 0,
      authentication: 0,
      forwarding: null,
      expectsContinue: false,
    } as const
    const request = {
      ordinal: 4,
      packet: 9,
      at: 8,
      endAt: 10,
      bytes: 120,
      whole: true,
      head: {
        ...head,
        connection: null,
        proxyConnection: null,
        contentLength: -1,
        conflictingLength: false,
        transferEncoding: null,
        server: null,
        keepAlive: null,
        upgrade: 'h2c',
      } as const,
    }
    const reader = new Http2Reader(0, { upgraded: () => request })
    reader.adopted = 1
    const { exchanges } = reader
      .data(1, octets(SETTINGS, frame(headers, END_BOTH, 1, STATUS_200)))
      .data(0, octets(PREFACE, SETTINGS, frame(headers, END_BOTH, 3, get('/next'))))
      .finish()
    expect(exchanges).toMatchObject([
      { stream: 3, target: '/next', ordinal: 0 },
      {
        stream: 1,
        ordinal: 4,
        method: 'GET',
        target: '/up',
        authority: 'shop.example',
        requestPacket: 9,
        requestBytes: 120,
        informational: [101],
        status: 200,
        complete: true,
      },
    ])
  })
})

describe('what the capture lacks', () => {
  it('inside DATA does no harm', () => {
    const body = frame(data, Flag.endStream, 1, zeros(5000))
    const reader = begun()
      .data(0, frame(headers, END_BOTH, 1, get('/')))
      .data(1, octets(frame(headers, Flag.endHeaders, 1, STATUS_200), body.subarray(0, 1000)))
      .missing(1, 3000)
      .data(1, body.subarray(4000))
    const { exchanges, diagnostics } = reader.finish()
    expect(exchanges).toMatchObject([{ status: 200, complete: true, responseBytes: 5001 }])
    expect(diagnostics).toEqual([])
  })

  it('between frames: frames are found again, and fields from before are not known', () => {
    const lostPing = frame(ping, 0, 0, zeros(8))
    const { exchanges, diagnostics } = begun()
      .data(0, frame(headers, END_BOTH, 1, get('/1')))
      .missing(0, lostPing.length + 40)
      .data(
        0,
        octets(
          'the rest of some frame',
          frame(headers, END_BOTH, 5, get('/5', INDEX_62)),
          frame(headers, END_BOTH, 7, get('/7')),
        ),
      )
      .data(0, frame(headers, END_BOTH, 9, get('/9', INDEX_62)))
      .finish()
    expect(exchanges.map((e) => [e.stream, e.target, e.authority])).toEqual([
      [1, '/1', 'shop.example'],
      [5, '/5', null],
      [7, '/7', 'shop.example'],
      [9, '/9', 'shop.example'],
    ])
    expect(diagnostics.map(({ code }) => code)).toEqual(['h2-frames-lost', 'hpack-unknown-fields'])
    expect(diagnostics[1]?.message).toContain('where the capture has nothing')
  })

  it('inside a header block: the stream still counts', () => {
    const block = frame(headers, END_BOTH, 1, get('/unknown'))
    const { exchanges } = begun()
      .data(0, block.subarray(0, 12))
      .missing(0, block.length - 12)
      .data(0, frame(headers, END_BOTH, 3, get('/3')))
      .data(1, octets(frame(headers, END_BOTH, 1, STATUS_200), frame(headers, END_BOTH, 3, STATUS_200)))
      .finish()
    expect(exchanges).toMatchObject([
      { stream: 1, method: null, target: null, status: 200, complete: true },
      { stream: 3, target: '/3', status: 200, complete: true },
    ])
  })

  it('at the beginning: streams are counted, and it is said what cannot be known', () => {
    const reader = new Http2Reader()
      .data(0, frame(headers, END_BOTH, 15, octets(0x82, INDEX_62, 0x04, text('/late'))))
      .data(1, octets(frame(headers, Flag.endHeaders, 13, octets(0xc1)), frame(data, Flag.endStream, 13, zeros(10))))
      .data(1, frame(headers, END_BOTH, 15, STATUS_200))
    const { exchanges, diagnostics, client } = reader.finish()
    expect(client).toBe(0)
    expect(exchanges.map((e) => [e.stream, e.method, e.target, e.status])).toEqual([
      [15, 'GET', '/late', 200],
      [13, null, null, null],
    ])
    expect(diagnostics.map(({ code }) => code)).toEqual(['hpack-unknown-fields'])
  })

  it('at the beginning, inside a body: frames are found, and what the body belonged to is no exchange', () => {
    const reader = new Http2Reader(0)
      .data(1, zeros(1400))
      .data(1, octets(zeros(333), frame(headers, END_BOTH, 7, STATUS_200), frame(data, 0, 3, zeros(20))))
    expect(reader.finish().exchanges).toMatchObject([{ stream: 7, status: 200, method: null }])
  })

  it('takes trailers of a stream from before the capture for what they are', () => {
    const trailers = octets(0x00, text('grpc-status'), text('0'))
    expect(new Http2Reader(0).data(1, frame(headers, END_BOTH, 7, trailers)).finish().exchanges).toEqual([])
  })
})

describe('what no good peer sends', () => {
  it('a flood of CONTINUATION frames is cut off, and the connection goes on', () => {
    const reader = begun().data(0, frame(headers, Flag.endStream, 1, get('/')))
    for (let i = 0; i < 5000; i++) reader.data(0, frame(continuation, 0, 1, zeros(100)))
    reader.data(0, octets(frame(continuation, Flag.endHeaders, 1), frame(headers, END_BOTH, 3, get('/3'))))
    const { exchanges, diagnostics } = reader.finish()
    expect(exchanges.map((e) => e.target)).toEqual([null, '/3'])
    expect(diagnostics.map(({ code }) => code)).toEqual(['h2-headers-too-long', 'hpack-unknown-fields'])
    expect(diagnostics[1]?.message).toContain('could not be read')
  })

  it('a header list made long by references is not taken to its end', () => {
    const value = 'x'.repeat(4000)
    const literal = octets(0x40, text('via'), 0x7f, 0xa1, 0x1e, value)
    const reader = begun().data(
      0,
      frame(headers, END_BOTH, 1, octets(get('/', zeros(0)), literal, new Uint8Array(12_000).fill(0xbe))),
    )
    const { exchanges, diagnostics } = reader.finish()
    expect(exchanges[0]?.requestVia).toHaveLength(2000)
    expect(diagnostics.map(({ code }) => code)).toEqual(['h2-headers-too-long'])
  })

  it('a block that is no HPACK is told, and the stream counted', () => {
    const reader = begun().data(0, frame(headers, END_BOTH, 1, octets(0x82, 0x80)))
    const { exchanges, diagnostics } = reader.finish()
    expect(exchanges).toMatchObject([{ method: 'GET', target: null }])
    expect(diagnostics.map(({ code }) => code)).toEqual(['hpack-broken', 'hpack-unknown-fields'])
    expect(diagnostics[1]?.message).toContain('could not be read')
  })

  it('padding longer than the frame', () => {
    expect(codes(begun().data(0, frame(headers, END_BOTH | Flag.padded, 1, octets(200, 0x82))))).toEqual([
      'hpack-broken',
      'hpack-unknown-fields',
    ])
  })

  it('another frame inside a header block', () => {
    const { exchanges } = begun()
      .data(
        0,
        octets(
          frame(headers, 0, 1, get('/')),
          frame(ping, 0, 0, zeros(8)),
          frame(continuation, Flag.endHeaders, 1),
          frame(headers, END_BOTH, 3, get('/3')),
        ),
      )
      .finish()
    expect(exchanges.map((e) => e.target)).toEqual([null, '/3'])
  })

  it('more streams than anyone may open: the oldest are given up', () => {
    const reader = begun()
    for (let id = 1; id < 30_001; id += 2) reader.data(0, frame(headers, END_BOTH, id, [0x82]))
    expect(reader.given).toHaveLength(5000)
    expect(reader.finish().exchanges).toHaveLength(15_000)
  })

  it('noise: after some mebibytes without a frame the direction is given up', () => {
    const reader = new Http2Reader(0)
    for (let i = 0; i < 80; i++) reader.data(0, new Uint8Array(65_536).fill(0x55))
    expect(codes(reader)).toEqual(['h2-given-up'])
  })
})

describe('recognising', () => {
  it('knows whole frames of a capture that begins late', () => {
    const frames = octets(frame(windowUpdate, 0, 0, u32(1)), frame(ping, Flag.ack, 0, zeros(8)))
    expect(likeFrames(frames, 0, frames.length, INITIAL_FRAME_SIZE)).toBe(true)
    expect(likeFrames(zeros(100), 0, 100, INITIAL_FRAME_SIZE)).toBe(false)
    expect(likeFrames(octets('GET / HTTP/1.1\r\n\r\n'), 0, 18, INITIAL_FRAME_SIZE)).toBe(false)
  })
})
