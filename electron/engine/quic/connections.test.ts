import { describe, expect, it } from 'vitest'
import type { ConnectionFact } from '../../../shared/model/facts'
import { octets, u16, u32, zeros } from '../testing/octets'
import { ethernet } from '../testing/links'
import { ip, udp } from '../testing/packets'
import { Wire } from '../testing/wire'
import { InitialKeys } from './initial-keys'
import { CLIENT, SERVER } from './role'
import { crypto, QuicTalk, serverHello, varint } from '../testing/quic'
import { VERSION_2 } from './version'

async function factsOf(wire: Wire): Promise<ConnectionFact[]> {
  return (await wire.read()).connections.map(({ connection }) => connection)
}

async function factOf(talk: QuicTalk): Promise<ConnectionFact> {
  const facts = await factsOf(talk.wire)
  expect(facts).toHaveLength(1)
  return facts[0]!
}

describe('a connection seen without keys', () => {
  it('shows who asked for what, and what opening it cost', async () => {
    const talk = new QuicTalk().opens(20)
    talk.client('1-rtt', zeros(40))
    talk.server('1-rtt', zeros(900))
    const fact = await factOf(talk)
    expect(fact).toMatchObject({
      transport: 'quic',
      client: { ip: '10.0.0.2', port: 50_000 },
      server: { ip: '10.0.0.1', port: 443 },
      sidesKnownBy: 'syn',
      first: { packet: 1 },
      last: { packet: 5 },
      packets: { client: 3, server: 2 },
      handshake: null,
      setupTime: 20e6,
      rtt: 20e6,
      application: 'h3',
      close: null,
      marks: ['unfinished'],
      exchangeCount: 0,
      tls: {
        version: 'TLS 1.3',
        sni: 'quic.test',
        alpn: 'h3',
        kind: 'full',
        helloRetry: false,
        roundTrips: 1,
        decrypted: false,
        setup: 20e6,
      },
    })
  })

  it('with several protocols offered, which was chosen is not known', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello({ alpn: ['h3', 'hq-interop'] })))
    talk.answers()
    expect(await factOf(talk)).toMatchObject({ application: 'unknown', tls: { alpn: null } })
  })

  it('reads a ClientHello whose pieces come in any order, over several packets', async () => {
    const talk = new QuicTalk()
    const hello = talk.hello()
    const piece = (from: number, to?: number): Uint8Array => crypto(hello.subarray(from, to), from)
    talk.client('initial', piece(60), piece(20, 40))
    talk.client('initial', piece(0, 20), piece(30, 61))
    expect(await factOf(talk)).toMatchObject({ tls: { sni: 'quic.test', alpn: null, version: null, kind: 'unknown' } })
  })

  it('a Retry costs one more round trip', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello()))
    // Drafts before 25 have no tag to make; version 1's is tried with the example of RFC 9001 and with a capture of quiche.
    const retryId = octets('retried!')
    talk.initial = new InitialKeys(retryId)
    talk.destination[CLIENT] = retryId
    talk.wire.pause(30)
    talk.client('initial', crypto(talk.hello()))
    talk.answers(20)
    // The capture lacks the Retry itself: it is one connection all the same.
    expect(await factOf(talk)).toMatchObject({ tls: { sni: 'quic.test', kind: 'full' }, packets: { client: 3, server: 1 } })
  })

  it('version negotiation costs one more round trip', async () => {
    const talk = new QuicTalk(new Wire(), { version: VERSION_2 })
    talk.client('initial', crypto(talk.hello()))
    const { clientId, destination } = talk.options
    talk.sends(SERVER, [octets(0x80, u32(0), clientId.length, clientId, destination.length, destination, u32(1))], { after: 20 })
    const again = new QuicTalk(talk.wire, { destination: octets('another1') }).opens(20)
    again.client('1-rtt', zeros(20))
    expect(await factOf(talk)).toMatchObject({ rtt: 21e6, setupTime: 41e6, tls: { roundTrips: 2, version: 'TLS 1.3' } })
  })

  it('0-RTT that a resumed server is taken to have accepted costs none', async () => {
    const talk = new QuicTalk()
    const initial = talk.packet(CLIENT, 'initial', crypto(talk.hello({ earlyData: true })))
    talk.sends(CLIENT, [initial, talk.packet(CLIENT, '0-rtt', zeros(50))])
    talk.answers(20, { resumed: true })
    talk.client('1-rtt', zeros(20))
    expect(await factOf(talk)).toMatchObject({ setupTime: 0, tls: { kind: 'early-data', roundTrips: 0, setup: 20e6 } })
  })

  it('0-RTT to a server that did not resume costs the full round trip', async () => {
    const talk = new QuicTalk()
    const early = talk.packet(CLIENT, '0-rtt', zeros(50))
    // Before its Initial, as the network may deliver it.
    talk.sends(CLIENT, [early])
    talk.opens(20)
    talk.client('1-rtt', zeros(20))
    expect(await factOf(talk)).toMatchObject({ tls: { kind: 'full', roundTrips: 1 } })
  })

  it('a CONNECTION_CLOSE in the handshake is read', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello()))
    const packet = talk.server('initial', octets(0x1c, varint(0x178), varint(6), varint(0)))
    expect(await factOf(talk)).toMatchObject({ close: { by: 'server', how: 'rst', packet }, marks: [] })
  })

  it('a capture that begins after the Initial says so, and takes the lower port for the server', async () => {
    const talk = new QuicTalk()
    talk.destination[CLIENT] = talk.options.serverId
    talk.server('handshake', zeros(100))
    talk.client('1-rtt', zeros(40))
    expect(await factOf(talk)).toMatchObject({
      client: { port: 50_000 },
      sidesKnownBy: 'port',
      marks: ['mid-stream', 'unfinished'],
      tls: null,
    })
  })

  it('packets cut by the snapshot length still count', async () => {
    const talk = new QuicTalk()
    const initial = talk.packet(CLIENT, 'initial', crypto(talk.hello()), zeros(1000))
    talk.sends(CLIENT, [initial], {}, initial.length - 60)
    expect(await factOf(talk)).toMatchObject({ bytes: { client: initial.length }, tls: null, marks: ['truncated', 'unfinished'] })
  })
})

describe('which connection a datagram belongs to', () => {
  it('a client whose port changed under way (RFC 9000 §9.3.2) stays one connection', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', zeros(40))
    talk.addresses[CLIENT] = { ip: '10.9.9.9', port: 61_000 }
    talk.client('1-rtt', zeros(40))
    talk.server('1-rtt', zeros(40))
    expect(await factOf(talk)).toMatchObject({ client: { ip: '10.0.0.2', port: 50_000 }, packets: { client: 4, server: 2 } })
  })

  it('two connections from one socket are told apart by their ids', async () => {
    const wire = new Wire()
    const one = new QuicTalk(wire, { seed: 1 })
    const two = new QuicTalk(wire, {
      seed: 2,
      clientId: octets('dddd'),
      serverId: octets('tttttttt'),
      destination: octets('original2'),
    })
    one.opens()
    two.client('initial', crypto(two.hello({ sni: 'two.test' })))
    two.answers()
    for (let i = 0; i < 3; i++) one.server('1-rtt', zeros(40))
    two.client('1-rtt', zeros(40))
    const facts = await factsOf(wire)
    expect(facts.map(({ tls, packets }) => [tls?.sni, packets])).toEqual([
      ['quic.test', { client: 2, server: 4 }],
      ['two.test', { client: 3, server: 1 }],
    ])
  })

  it('the same ports used again, with ids of no length, make a new connection', async () => {
    const wire = new Wire()
    const none = zeros(0)
    new QuicTalk(wire, { clientId: none }).opens()
    new QuicTalk(wire, { clientId: none, seed: 2, destination: octets('again!!!'), serverId: octets('tttttttt') }).opens()
    expect((await factsOf(wire)).map(({ packets }) => packets)).toEqual([
      { client: 2, server: 1 },
      { client: 2, server: 1 },
    ])
  })

  it('a datagram captured twice counts once', async () => {
    const talk = new QuicTalk().opens()
    const number = talk.client('1-rtt', zeros(40))
    const { bytes } = await factOf(talk)
    talk.wire.again(number, 0)
    expect(await factOf(talk)).toMatchObject({ duplicates: 1, bytes, packets: { client: 4 } })
  })

  it('TCP and QUIC share their numbering', async () => {
    const wire = new Wire()
    wire.talk().opens()
    new QuicTalk(wire).opens()
    wire.talk({ client: { ip: '10.0.0.2', port: 50_001 } }).opens()
    expect((await factsOf(wire)).map(({ id, transport }) => [id, transport])).toEqual([
      [0, 'tcp'],
      [1, 'quic'],
      [2, 'tcp'],
    ])
  })

  it('other UDP is no connection', async () => {
    const wire = new Wire()
    for (const payload of [
      octets('hello'),
      octets(0xc0, u32(0x0a0a0a0a), zeros(1200)),
      octets(0xc3, u32(1), 8, zeros(8), 0, 0, u16(0x4010)),
      zeros(0),
    ])
      wire.put(ip('10.0.0.2', '10.0.0.1', 17, udp(4000, 443, payload)), { link: ethernet })
    expect(await factsOf(wire)).toEqual([])
  })
})

it('a server’s hello alone, in a one-sided capture, is a connection of which little is known', async () => {
  const talk = new QuicTalk()
  for (let i = 0; i < 3; i++) talk.server('initial', crypto(serverHello(0x1301)))
  expect(await factOf(talk)).toMatchObject({
    tls: null,
    packets: { client: 0, server: 3 },
    marks: ['mid-stream', 'one-sided', 'unfinished'],
  })
})
