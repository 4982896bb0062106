import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { octets, u16 } from '../testing/octets'
import { only, summary } from '../testing/read'
import { Talk } from '../testing/wire'

const ms = (milliseconds: number): number => milliseconds * 1e6

describe('the handshake', () => {
  it('SYN, SYN/ACK 20 ms later, ACK 1 ms later: 21 ms', async () => {
    const { connection } = only(await new Talk().opens(20).read())
    expect(connection).toMatchObject({
      client: { ip: '10.0.0.2', port: 49_152 },
      server: { ip: '10.0.0.1', port: 80 },
      sidesKnownBy: 'syn',
      packets: { client: 2, server: 1 },
      bytes: { client: 0, server: 0 },
      handshake: {
        complete: true,
        syn: { count: 1, packet: 1, at: ms(1) },
        synAck: { count: 1, packet: 2, at: ms(21) },
        ack: { packet: 3, at: ms(22) },
        rtt: ms(21),
        fastOpen: false,
      },
      application: null,
      close: null,
      marks: ['unfinished'],
    })
  })

  it('a SYN sent again: the round trip counts from the last before the SYN/ACK', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.client.syn({ after: 1000 })
    talk.client.syn({ after: 2000 })
    talk.server.synAck({ after: 30 })
    talk.client.acks()
    const { connection } = only(await talk.read())
    expect(connection.handshake).toMatchObject({ complete: true, syn: { count: 3, packet: 1, at: ms(1) }, rtt: ms(31) })
    expect(connection.retransmissions).toBe(0)
  })

  it('a SYN that arrives after its SYN/ACK does not shorten the round trip', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.synAck({ after: 20 })
    talk.client.syn({ after: 5 })
    talk.client.acks({ after: 5 })
    expect(only(await talk.read()).connection.handshake).toMatchObject({ syn: { count: 2 }, rtt: ms(30) })
  })

  it('a SYN/ACK sent again is counted, and the first one stands', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.synAck({ after: 20 })
    talk.server.synAck({ after: 1000 })
    talk.client.acks({ after: 20 })
    expect(only(await talk.read()).connection.handshake).toMatchObject({
      synAck: { count: 2, packet: 2, at: ms(21) },
      rtt: ms(1040),
    })
  })

  it('a SYN/ACK before its SYN in the file', async () => {
    const talk = new Talk().opens(20)
    talk.wire.moveBefore(2, 1)
    talk.client.says(get('/'))
    talk.server.says(ok())
    const { connection, exchanges } = only(await talk.read())
    expect(connection).toMatchObject({
      client: { port: 49_152 },
      sidesKnownBy: 'syn',
      handshake: { complete: true, syn: { packet: 2 }, synAck: { packet: 1 }, rtt: ms(21) },
    })
    expect(connection.marks).not.toContain('mid-stream')
    expect(exchanges).toHaveLength(1)
  })

  it('the first request acknowledges the SYN/ACK as well as a bare ACK does', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.synAck({ after: 20 })
    talk.client.says(get('/'))
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(found.connection.handshake).toMatchObject({ complete: true, ack: { packet: 3 }, rtt: ms(21) })
    expect(summary(found)).toEqual(['GET / → 200'])
  })

  it('data in the SYN that the SYN/ACK acknowledges is fast open', async () => {
    const talk = new Talk()
    talk.client.syn({ options: octets(34, 10, 1, 2, 3, 4, 5, 6, 7, 8) }, get('/early'))
    talk.server.synAck({ after: 20 })
    talk.server.says(ok())
    talk.client.acks()
    const found = only(await talk.read())
    expect(found.connection.handshake).toMatchObject({ complete: true, fastOpen: true })
    expect(summary(found)).toEqual(['GET /early → 200'])
    expect(found.exchanges[0]!.requestPacket).toBe(1)
  })

  it('data in the SYN that is not acknowledged is sent again, and is no fast open', async () => {
    const talk = new Talk()
    const request = get('/early')
    talk.client.syn({}, request)
    talk.server.synAck({ after: 20, ack: talk.client.start + 1 })
    talk.client.says(request, { seq: talk.client.start + 1 })
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(found.connection.handshake).toMatchObject({ complete: true, fastOpen: false })
    expect(summary(found)).toEqual(['GET /early → 200'])
    expect(found.connection.bytes.client).toBe(request.length)
  })

  it('both sides open at once (RFC 9293 §3.5, figure 7): one connection, and it works', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.syn({ after: 1 })
    talk.client.synAck({ after: 10 })
    talk.server.synAck({ after: 1 })
    talk.client.says(get('/'))
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(found.connection.client.port).toBe(49_152)
    expect(found.connection.handshake!.complete).toBe(true)
    expect(found.connection.gaps).toBe(0)
    expect(summary(found)).toEqual(['GET / → 200'])
  })

  it('refused: SYN, RST', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.rst({ seq: 0, after: 5 })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({
      handshake: { complete: false, synAck: null, ack: null, rtt: null },
      close: { by: 'server', how: 'rst', packet: 2 },
      reset: { by: 'server', packet: 2 },
      application: null,
    })
  })

  it('unanswered SYNs are one connection that never was', async () => {
    const talk = new Talk()
    for (const after of [1, 1000, 2000, 4000]) talk.client.syn({ after })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ handshake: { complete: false, syn: { count: 4 } }, packets: { client: 4, server: 0 } })
  })

  it('a SYN/ACK that acknowledges another SYN is not this handshake’s', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.synAck({ ack: 999_999, after: 10 })
    talk.client.sends({ flags: 'R', seq: 999_999 })
    const { connection } = only(await talk.read())
    expect(connection.handshake).toMatchObject({ complete: false, synAck: null })
  })

  it('an ECN-setup SYN opens a connection like any other', async () => {
    const talk = new Talk()
    talk.client.syn({ options: octets(2, 4, u16(1460)) })
    // ECE and CWR on the SYN, ECE on the SYN/ACK (RFC 3168 §6.1.1).
    talk.wire.packets[0]!.data[14 + 20 + 13]! |= 0xc0
    talk.server.synAck()
    talk.wire.packets[1]!.data[14 + 20 + 13]! |= 0x40
    talk.client.acks()
    expect(only(await talk.read()).connection.handshake!.complete).toBe(true)
  })
})

describe('who is the client', () => {
  it('whoever sent the request, where no SYN was seen', async () => {
    const talk = new Talk(undefined, { client: { ip: '10.0.0.2', port: 80 }, server: { ip: '10.0.0.1', port: 49_152 } })
    talk.client.says(get('/'))
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(found.connection).toMatchObject({
      client: { ip: '10.0.0.2', port: 80 },
      sidesKnownBy: 'request',
      handshake: { syn: null },
    })
    expect(found.connection.marks).toContain('mid-stream')
  })

  it('whoever received the response, where only that was seen', async () => {
    const talk = new Talk(undefined, { client: { ip: '10.0.0.2', port: 80 }, server: { ip: '10.0.0.1', port: 49_152 } })
    for (let i = 0; i < 3; i++) talk.server.says(ok())
    const found = only(await talk.read())
    expect(found.connection).toMatchObject({ client: { ip: '10.0.0.2', port: 80 }, sidesKnownBy: 'request' })
    expect(found.connection.marks).toEqual(['mid-stream', 'one-sided', 'unfinished'])
  })

  it('the higher port, where nothing was said', async () => {
    const talk = new Talk()
    talk.server.acks()
    talk.client.acks()
    expect(only(await talk.read()).connection).toMatchObject({ client: { port: 49_152 }, sidesKnownBy: 'port' })
  })

  it('with the SYN/ACK alone, whoever it goes to', async () => {
    const talk = new Talk()
    talk.server.synAck()
    talk.client.acks()
    expect(only(await talk.read()).connection).toMatchObject({
      client: { port: 49_152 },
      sidesKnownBy: 'syn',
      handshake: { complete: false, syn: null, rtt: null, synAck: { packet: 1 } },
    })
  })
})
