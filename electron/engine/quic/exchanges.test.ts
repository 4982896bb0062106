import { describe, expect, it } from 'vitest'
import type { ExchangeFact } from '../../../shared/model/facts'
import { readCapture } from '../pipeline'
import { bytesSource, collect } from '../testing/collect'
import type { Collected } from '../testing/collect'
import { octets, u16, u32, zeros } from '../testing/octets'
import { CLIENT, SERVER } from './role'
import {
  ack,
  crypto,
  encryptedExtensions,
  finished,
  frame,
  newConnectionId,
  QuicTalk,
  serverHello,
  stream,
} from '../testing/quic'
import { VERSION_2 } from './version'

const DATA = 0
const HEADERS = 1

/** GET https://quic.test PATH in the static table's fields and literals (RFC 9204 §4.5). */
const get = (path: string): Uint8Array =>
  frame(HEADERS, octets(0, 0, 0xc0 | 17, 0xc0 | 23, 0x50, 9, 'quic.test', 0x51, path.length, path))
const STATUS_200 = frame(HEADERS, octets(0, 0, 0xc0 | 25))
const answer = (length: number): Uint8Array => octets(STATUS_200, frame(DATA, zeros(length)))

function read(talk: QuicTalk, keylog = talk.keylog): Promise<Collected> {
  return collect((sink) => readCapture(bytesSource('talk.pcap', talk.wire.file()), sink, { keylog }))
}

const brief = (e: ExchangeFact): string => [e.stream, e.method, e.target, e.status, e.complete].map(String).join(' ')

async function exchangesOf(talk: QuicTalk): Promise<string[]> {
  const { connections } = await read(talk)
  expect(connections).toHaveLength(1)
  return connections[0]!.exchanges.map(brief)
}

describe('with the key log', () => {
  it('requests and responses of HTTP/3 appear', async () => {
    const talk = new QuicTalk().opens()
    const asked = talk.client('1-rtt', stream(0, get('/a'), 0, true))
    const answered = talk.server('1-rtt', stream(0, answer(700), 0, true))
    const { connections } = await read(talk)
    expect(connections[0]).toMatchObject({
      connection: { exchangeCount: 1, application: 'h3', tls: { alpn: 'h3', decrypted: true } },
    })
    expect(connections[0]!.exchanges[0]).toMatchObject({
      stream: 0,
      ordinal: 0,
      version: 'HTTP/3',
      responseVersion: 'HTTP/3',
      method: 'GET',
      authority: 'quic.test',
      target: '/a',
      scheme: 'https',
      requestPacket: asked,
      status: 200,
      responsePacket: answered,
      responseBytes: 3 + 700,
      complete: true,
    })
  })

  it.each([
    ['AES-256-GCM', { suite: 0x1302 }],
    ['ChaCha20-Poly1305', { suite: 0x1303 }],
    ['version 2', { version: VERSION_2 }],
    ['connection ids without length', { clientId: zeros(0), serverId: zeros(0) }],
  ])('%s', async (_, options) => {
    const talk = new QuicTalk(undefined, options).opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    talk.server('1-rtt', stream(0, answer(700), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a 200 true'])
  })

  it('key updates are followed, packets that cross them are not lost', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/before'), 0, true))
    const late = talk.packet(SERVER, '1-rtt', stream(0, answer(9), 0, true))
    talk.updatesKeys(CLIENT).updatesKeys(SERVER)
    talk.client('1-rtt', stream(4, get('/between'), 0, true))
    talk.server('1-rtt', stream(4, answer(9), 0, true))
    talk.sends(SERVER, [late])
    talk.updatesKeys(CLIENT)
    talk.client('1-rtt', stream(8, get('/after'), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /before 200 true', '4 GET /between 200 true', '8 GET /after null false'])
  })

  it('streams are put in order, whatever the order of their packets, and repeated bytes count once', async () => {
    const talk = new QuicTalk().opens()
    const request = get('/a')
    const response = answer(700)
    talk.client('1-rtt', stream(0, request.subarray(5), 5, true))
    talk.client('1-rtt', stream(0, request.subarray(0, 8), 0))
    talk.server('1-rtt', stream(0, response.subarray(300), 300, true), stream(0, response.subarray(0, 4), 0))
    talk.server('1-rtt', stream(0, response.subarray(2, 310), 2))
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges.map(brief)).toEqual(['0 GET /a 200 true'])
    expect(connections[0]!.exchanges[0]).toMatchObject({ responseBytes: 703 })
  })

  it('informational responses come before the final one', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    talk.server('1-rtt', stream(0, octets(frame(HEADERS, octets(0, 0, 0xc0 | 24)), answer(1)), 0, true))
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges[0]).toMatchObject({ informational: [103], status: 200, complete: true })
  })

  it('a header section waits for the insertions it refers to (RFC 9204 §2.1.2)', async () => {
    const talk = new QuicTalk().opens()
    // The server allows a table of 220 octets.
    talk.server('1-rtt', stream(3, octets(0, frame(4, octets(1, 0x40, 220)))))
    const section = octets(0x03, 0x81, 0x10, 0x11, 0xc0 | 17)
    const asked = talk.client('1-rtt', stream(0, frame(HEADERS, section), 0, true))
    talk.client('1-rtt', stream(6, octets(2, 0x3f, 0xbd, 0x01, 0xc0, 0x0f, 'www.example.com', 0xc1, 0x0c, '/sample/path')))
    talk.server('1-rtt', stream(0, answer(5), 0, true))
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges).toMatchObject([
      { method: 'GET', authority: 'www.example.com', target: '/sample/path', requestPacket: asked, status: 200, complete: true },
    ])
  })

  it('what refers to insertions that the capture lacks is not known; the exchange counts all the same', async () => {
    const talk = new QuicTalk().opens()
    talk.server('1-rtt', stream(3, octets(0, frame(4, octets(1, 0x40, 220)))))
    talk.client('1-rtt', stream(0, frame(HEADERS, octets(0x03, 0x81, 0x10, 0x11, 0xc0 | 17)), 0, true))
    talk.server('1-rtt', stream(0, answer(5), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET null 200 true'])
  })

  it.each([
    ['the promise comes first', false],
    ['the push comes first', true],
  ])('a pushed response is an exchange with the request that was promised: %s', async (_, pushFirst) => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    // PUSH_PROMISE: the push's number, then the request (RFC 9114 §7.2.5).
    const promised = get('/style').subarray(3)
    const promise = (): number => talk.server('1-rtt', stream(0, octets(frame(5, octets(7, promised)), answer(5)), 0, true))
    // Server-initiated, one way: its type, the push's number, a response.
    const push = (): number => talk.server('1-rtt', stream(15, octets(1, 7, answer(300)), 0, true))
    if (pushFirst) push()
    const packet = promise()
    if (!pushFirst) push()
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges.map(brief).sort()).toEqual(['0 GET /a 200 true', '15 GET /style 200 true'].sort())
    expect(connections[0]!.exchanges.find((e) => e.stream === 15)).toMatchObject({ requestPacket: packet })
  })

  it('a reset stream is not complete', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    talk.server('1-rtt', octets(4, 0, u16(0x4000 | 0x10c), 0))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a null false'])
  })

  it('early data is read where the server took it, and only its repetition where not', async () => {
    const ask = (talk: QuicTalk, resumed: boolean): void => {
      talk.client('initial', crypto(talk.hello({ earlyData: true })))
      talk.client('0-rtt', stream(0, get('/early'), 0, true))
      talk.answers(20, { resumed, earlyData: resumed })
      if (!resumed) talk.client('1-rtt', stream(0, get('/early'), 0, true))
      talk.server('1-rtt', stream(0, answer(5), 0, true))
    }
    const taken = new QuicTalk()
    ask(taken, true)
    const refused = new QuicTalk()
    ask(refused, false)
    expect((await read(taken)).connections[0]).toMatchObject({
      connection: { tls: { kind: 'early-data', roundTrips: 0 } },
      exchanges: [{ target: '/early', requestPacket: 2, complete: true }],
    })
    expect((await read(refused)).connections[0]).toMatchObject({
      connection: { tls: { kind: 'full', roundTrips: 1 } },
      exchanges: [{ target: '/early', requestPacket: 5, complete: true }],
    })
  })

  it('1-RTT packets that overtook the handshake are read once there are keys', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello()))
    const first = [
      talk.packet(SERVER, 'initial', crypto(serverHello(0x1301))),
      talk.packet(SERVER, 'handshake', crypto(encryptedExtensions('h3'))),
    ]
    const settings = talk.packet(SERVER, '1-rtt', stream(3, octets(0, frame(4, octets(1, 0x40, 220)))))
    talk.destination[CLIENT] = talk.options.serverId
    const client = [
      talk.packet(CLIENT, 'handshake', crypto(finished())),
      talk.packet(CLIENT, '1-rtt', stream(0, get('/a'), 0, true)),
    ]
    talk.sends(SERVER, [settings])
    talk.sends(SERVER, first)
    talk.sends(CLIENT, client)
    talk.server('1-rtt', stream(0, answer(5), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a 200 true'])
  })

  it.each([
    ['without', zeros(0)],
    ['with', octets('ssssssss')],
  ])('a packet behind another whose fixed bit is greased (RFC 9287), to an id %s length, is no padding', async (_, serverId) => {
    const talk = new QuicTalk(undefined, { serverId })
    talk.client('initial', crypto(talk.hello()))
    talk.answers()
    talk.greased = true
    const request = talk.packet(CLIENT, '1-rtt', stream(0, get('/a'), 0, true))
    talk.sends(CLIENT, [talk.packet(CLIENT, 'handshake', crypto(finished())), request])
    talk.sends(CLIENT, [talk.packet(CLIENT, 'handshake', crypto(finished())), zeros(300)])
    talk.server('1-rtt', stream(0, answer(700), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a 200 true'])
  })

  it('numbers of packets that do not begin at 0 are known from what the other side acknowledges', async () => {
    const talk = new QuicTalk().opens()
    const first = 5_000_000_000
    talk.numbers[CLIENT] = first
    talk.packet(CLIENT, '1-rtt', stream(2, octets(0, 4, 0)))
    talk.server('1-rtt', ack(first))
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    talk.server('1-rtt', stream(0, answer(700), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a 200 true'])
  })

  describe('a capture that lacks a packet of the handshake', () => {
    const asks = (talk: QuicTalk): QuicTalk => {
      talk.client('1-rtt', stream(0, get('/a'), 0, true))
      talk.server('1-rtt', stream(0, answer(700), 0, true))
      return talk
    }
    const other = new QuicTalk(undefined, { seed: 2 }).keylog

    it.each([0x1301, 0x1302, 0x1303])('the server’s hello: the suite (%i) is found by trying', async (suite) => {
      const talk = new QuicTalk(undefined, { suite })
      talk.client('initial', crypto(talk.hello()))
      talk.destination[CLIENT] = talk.options.serverId
      talk.server('handshake', crypto(encryptedExtensions('h3')))
      expect(await exchangesOf(asks(talk))).toEqual(['0 GET /a 200 true'])
    })

    it('the client’s hello: the session is found by trying those of the log', async () => {
      const talk = new QuicTalk()
      talk.destination[CLIENT] = talk.options.serverId
      talk.packet(CLIENT, 'initial', crypto(talk.hello()))
      talk.answers()
      const { connections } = await read(asks(talk), octets(other, talk.keylog))
      expect(connections).toHaveLength(1)
      expect(connections[0]).toMatchObject({
        connection: { application: 'h3', tls: { version: 'TLS 1.3', sni: null, alpn: 'h3', decrypted: true } },
      })
      expect(connections[0]!.exchanges.map(brief)).toEqual(['0 GET /a 200 true'])
      expect((await read(talk, other)).connections[0]!.exchanges).toEqual([])
    })

    it.each([
      ['with', octets('cccc')],
      ['without', zeros(0)],
    ])('that has the server’s answer before the client’s hello, of a client %s an id', async (_, clientId) => {
      const talk = new QuicTalk(undefined, { clientId })
      const hello = talk.packet(CLIENT, 'initial', crypto(talk.hello()))
      talk.destination[CLIENT] = talk.options.serverId
      talk.server('initial', crypto(serverHello(talk.options.suite)))
      talk.sends(CLIENT, [hello])
      talk.server('handshake', crypto(encryptedExtensions('h3')))
      const { connections } = await read(asks(talk))
      expect(connections).toHaveLength(1)
      expect(connections[0]).toMatchObject({ connection: { tls: { version: 'TLS 1.3', sni: 'quic.test' } } })
      expect(connections[0]!.exchanges.map(brief)).toEqual(['0 GET /a 200 true'])
    })
  })

  it('a client that moves to other addresses with an id it was given stays one connection', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    talk.server('1-rtt', stream(0, answer(5), 0, true), newConnectionId(octets('newid---')))
    talk.addresses[CLIENT] = { ip: '192.0.2.7', port: 12_345 }
    talk.destination[CLIENT] = octets('newid---')
    talk.client('1-rtt', stream(4, get('/b'), 0, true))
    talk.server('1-rtt', stream(4, answer(5), 0, true))
    expect(await exchangesOf(talk)).toEqual(['0 GET /a 200 true', '4 GET /b 200 true'])
  })

  it('packets that the sender’s card cut apart, captured before that, are cut apart here', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    const response = answer(3000)
    // Each packet as long as the others, the last shorter: UDP_SEGMENT.
    const part = (from: number, to: number): Uint8Array =>
      talk.packet(SERVER, '1-rtt', stream(0, response.subarray(from, to), from, to === response.length))
    const packets = [part(0, 1300), part(1300, 2600), part(2600, response.length)]
    expect(packets[0]!.length).toBe(packets[1]!.length)
    talk.sends(SERVER, packets)
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges).toMatchObject([{ status: 200, responseBytes: 3003, complete: true }])
  })

  it('so they are behind packets of an ordinary length that do not open', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    const response = answer(3000)
    const part = (from: number, to: number): Uint8Array =>
      talk.packet(SERVER, '1-rtt', stream(0, response.subarray(from, to), from, to === response.length))
    for (let i = 0; i < 20; i++) {
      const damaged = talk.packet(SERVER, '1-rtt', zeros(1300))
      damaged[200]! ^= 1
      talk.sends(SERVER, [damaged])
    }
    talk.sends(SERVER, [part(0, 1300), part(1300, 2600), part(2600, response.length)])
    const { connections } = await read(talk)
    expect(connections[0]!.exchanges).toMatchObject([{ status: 200, responseBytes: 3003, complete: true }])
  })

  it('so are those whose first datagram begins with packets of the handshake', async () => {
    const talk = new QuicTalk()
    const asked = talk.packet(CLIENT, '1-rtt', stream(0, get('/a'), 0, true))
    const answers = [stream(0, answer(3), 0, true), stream(4, answer(4), 0, true)].map((data) => octets(data, zeros(400)))
    talk.client('initial', crypto(talk.hello()))
    talk.destination[CLIENT] = talk.options.serverId
    const first = [
      talk.packet(SERVER, 'initial', crypto(serverHello(talk.options.suite))),
      talk.packet(SERVER, 'handshake', crypto(encryptedExtensions('h3')), zeros(618)),
      talk.packet(SERVER, '1-rtt', answers[0]!),
    ]
    expect(octets(...first).length).toBe(1232)
    talk.sends(SERVER, [...first, talk.packet(SERVER, '1-rtt', answers[1]!)])
    talk.sends(CLIENT, [talk.packet(CLIENT, 'handshake', crypto(finished())), asked])
    expect((await exchangesOf(talk)).sort()).toEqual(['0 GET /a 200 true', '4 null null 200 false'])
  })

  it('CONNECTION_CLOSE with H3_NO_ERROR is an orderly end', async () => {
    const talk = new QuicTalk().opens()
    const packet = talk.client('1-rtt', octets(0x1d, u16(0x4100), 0))
    expect((await read(talk)).connections[0]!.connection).toMatchObject({
      close: { by: 'client', how: 'fin', packet },
      marks: [],
    })
  })

  it('secrets of another connection open nothing', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', stream(0, get('/a'), 0, true))
    const { connections } = await read(talk, new QuicTalk(undefined, { seed: 9 }).keylog)
    expect(connections[0]).toMatchObject({ connection: { exchangeCount: 0, tls: { decrypted: false, sni: 'quic.test' } } })
  })

  it('secrets that were tried for a connection without its ClientHello, and did not fit, count for nothing', async () => {
    const talk = new QuicTalk().opens()
    const other = { client: { ip: '10.0.0.3', port: 50_001 }, clientId: octets('dddd'), serverId: octets('tttttttt'), seed: 2 }
    const headless = new QuicTalk(talk.wire, other)
    headless.answers(20)
    headless.client('1-rtt', stream(0, get('/a'), 0, true))
    const codes = async (keylog: Uint8Array): Promise<string[]> =>
      (await read(talk, keylog)).summary.diagnostics.map(({ code }) => code).filter((code) => code.startsWith('key-log'))
    expect(await codes(new QuicTalk(undefined, { seed: 9 }).keylog)).toEqual(['key-log-unmatched'])
    expect(await codes(headless.keylog)).toEqual([])
    expect(await codes(talk.keylog)).toEqual([])
  })

  it('what is not HTTP/3 has no exchanges', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello({ alpn: ['doq'] })))
    talk.answers(20, { alpn: 'doq' })
    talk.client('1-rtt', stream(0, octets(u32(17), 'query'), 0, true))
    expect((await read(talk)).connections[0]).toMatchObject({
      connection: { application: 'unknown', tls: { alpn: 'doq', decrypted: true } },
      exchanges: [],
    })
  })
})
