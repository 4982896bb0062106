/** Nothing that a capture can hold makes memory grow without end, nor time grow with its square. */
import { describe, expect, it } from 'vitest'
import type { FactSink } from '../../../shared/model/facts'
import { readCapture } from '../pipeline'
import { get, ok } from '../testing/http'
import { raw, vlan } from '../testing/links'
import { octets, u16, u32, zeros } from '../testing/octets'
import { bytesSource } from '../testing/collect'
import { captureOf, codesOf, only, readBytes, summary } from '../testing/read'
import { Wire } from '../testing/wire'

const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`

describe('bounds', () => {
  it('bytes that wait behind a hole: a few megabytes, then the hole is given up', async () => {
    const wire = new Wire(raw, 101)
    const talk = wire.talk().opens()
    talk.client.says(get('/'))
    talk.server.says('', { lost: true })
    talk.server.next += 100
    const piece = 'x'.repeat(60_000)
    for (let i = 0; i < 200; i++) talk.server.says(piece, { after: 0.01 })
    talk.server.says(ok())
    talk.client.acks({ ack: 0 })
    const { connection } = only(await wire.read())
    expect(connection.gaps).toBe(1)
    expect(connection.bytes.server).toBe(200 * 60_000 + ok().length)
  })

  it('segments that wait behind a hole: a few thousand, in whatever order, in no time', async () => {
    const wire = new Wire(raw, 101)
    const talk = wire.talk().opens()
    const start = talk.server.next
    // Every other octet, from the far end: each leaves a hole of its own.
    for (let i = 20_000; i > 0; i--) talk.server.says('x', { seq: start + 2 * i, after: 0.0001 })
    const began = performance.now()
    const { connection } = only(await wire.read())
    expect(connection.gaps).toBeGreaterThan(1000)
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('connections: thousands that are closed leave as they go', async () => {
    const wire = new Wire(raw, 101)
    const count = 3000
    for (let i = 0; i < count; i++) {
      const talk = wire.talk({ client: { ip: address(i), port: 1024 + (i % 60_000) }, clientStart: i * 7 }).opens(1)
      talk.client.says(get('/'))
      talk.server.says(ok(''))
      talk.closes()
    }
    const { connections } = await wire.read()
    expect(connections).toHaveLength(count)
    expect(connections.every((c) => summary(c).join() === 'GET / → 200')).toBe(true)
  })

  it('connections: beyond the most that are followed the quietest is told of at once, and begins anew where it goes on', async () => {
    const wire = new Wire(raw, 101)
    const talks = [0, 1, 2, 3].map((i) => wire.talk({ client: { ip: address(i), port: 2000 } }))
    for (const talk of talks.slice(0, 3)) {
      talk.opens(1).client.says(get('/early'))
      talk.server.says(ok())
    }
    // The first speaks again: now the second is the quietest, and the fourth takes its place.
    talks[0]!.client.says(get('/again'))
    talks[0]!.server.says(ok())
    talks[3]!.opens(1)
    talks[1]!.client.says(get('/late'))
    talks[1]!.server.says(ok())
    const read = await readBytes(wire.file(), { mostConnections: 3 })
    expect(codesOf(read)).toEqual(['too-many-connections'])
    const seen = read.connections.map((c) => [c.connection.client.ip, summary(c), c.connection.marks])
    expect(seen).toEqual([
      [address(0), ['GET /early → 200', 'GET /again → 200'], ['unfinished']],
      [address(1), ['GET /early → 200'], ['unfinished']],
      [address(2), ['GET /early → 200'], ['unfinished']],
      [address(3), [], ['unfinished']],
      // Its beginning is gone: the connection is known from its requests, and counts as one that was open before.
      [address(1), ['GET /late → 200'], ['mid-stream', 'unfinished']],
    ])
  })

  it('connections that are given up go to the sink while the capture is still read', async () => {
    const wire = new Wire(raw, 101)
    for (let i = 0; i < 50; i++)
      wire
        .talk({ client: { ip: address(i), port: 2000 } })
        .opens(1)
        .client.says(get(`/${i}`))
    const order: string[] = []
    const sink: FactSink = {
      connection: ({ id }) => order.push(`connection ${id}`),
      exchange: ({ connection }) => order.push(`exchange ${connection}`),
      diagnostic: () => undefined,
    }
    await readCapture(bytesSource('many.pcap', wire.file()), sink, { mostConnections: 10 })
    expect(order.slice(0, 6)).toEqual(['exchange 0', 'connection 0', 'exchange 1', 'connection 1', 'exchange 2', 'connection 2'])
    expect(order).toHaveLength(100)
  })

  it('bytes that wait behind holes of many connections: tens of megabytes in all, then holes are given up', async () => {
    const wire = new Wire(raw, 101)
    const piece = 'x'.repeat(60_000)
    const talks = Array.from({ length: 40 }, (_, i) => wire.talk({ client: { ip: address(i), port: 2000 } }).opens(1))
    for (const { client, server } of talks) {
      client.says(get('/'))
      server.says('', { lost: true })
      server.next += 1
    }
    // 2.4 MB each, which no bound of one connection minds, and 96 MB in all.
    for (let i = 0; i < 40; i++) for (const { server } of talks) server.says(piece, { after: 0.001 })
    // Only then the lost octets come again.
    for (const { server } of talks) server.says('y', { seq: server.start + 1, after: 0.001 })
    const read = await wire.read()
    expect(read.summary.diagnostics.filter(({ code }) => code === 'too-much-held-back')).toHaveLength(1)
    const gaps = read.connections.map(({ connection }) => connection.gaps)
    expect(gaps.filter((n) => n === 1).length).toBeGreaterThan(5)
    expect(gaps.filter((n) => n === 0).length).toBeGreaterThan(5)
    for (const { connection } of read.connections) expect(connection.bytes.server).toBe(40 * 60_000 + 1 - connection.gaps)
  })

  it('message heads that are not whole, of many connections', async () => {
    const wire = new Wire(raw, 101)
    const long = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(50_000)}`
    const talks = Array.from({ length: 900 }, (_, i) => wire.talk({ client: { ip: address(i), port: 2000 } }).opens(1))
    for (const { client } of talks) client.says(long.slice(0, 25_000), { after: 0.001 })
    for (const { client } of talks) client.says(long.slice(25_000), { after: 0.001 })
    for (const { client, server } of talks) {
      client.says('\r\n\r\n', { after: 0.001 })
      server.says(ok(), { after: 0.001 })
      client.says(get('/next'), { after: 0.001 })
      server.says(ok(), { after: 0.001 })
    }
    const read = await wire.read()
    expect(read.summary.diagnostics.filter(({ code }) => code === 'too-much-held-back')).toHaveLength(1)
    const seen = new Map<string, number>()
    for (const c of read.connections) seen.set(summary(c).join(), (seen.get(summary(c).join()) ?? 0) + 1)
    // Whole, or marked for the request that was given up: never one paired with another's response.
    expect([...seen.keys()].sort()).toEqual(['? ? → 200 …,GET /next → 200', 'GET / → 200,GET /next → 200'])
    for (const count of seen.values()) expect(count).toBeGreaterThan(100)
  })

  it('TLS records and handshake messages that are not whole, of many connections', async () => {
    const wire = new Wire(raw, 101)
    // A handshake record of 16 KiB, and in it a message of 20,000 octets: neither is ever whole.
    const begun = octets(22, [3, 3], u16(16_384), 11, [0, 0x4e, 0x20], zeros(16_000))
    const talks = Array.from({ length: 4500 }, (_, i) => wire.talk({ client: { ip: address(i), port: 2000 } }).opens(1))
    for (const { server } of talks) server.says(begun, { after: 0.001 })
    const read = await wire.read()
    expect(read.summary.diagnostics.filter(({ code }) => code === 'too-much-held-back')).toHaveLength(1)
    expect(read.connections).toHaveLength(4500)
  })

  it('tables of header fields, of many connections', async () => {
    const wire = new Wire(raw, 101)
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
    const settings = octets([0, 0, 0, 4, 0], zeros(4))
    const field = octets(0x40, 1, 0x78, [0x7f, 0xa1, 0x1e], 'v'.repeat(4000))
    const request = octets(0x82, 0x84, 0x86, 0x01, 1, 0x61)
    // A table of 1 MiB (RFC 7541 §6.3), and a header block that fills 16 KB of it with each request.
    const block = (n: number): Uint8Array => octets(n === 0 ? [0x3f, 0xe1, 0xff, 0x3f] : [], request, field, field, field, field)
    const talks = Array.from({ length: 80 }, (_, i) => wire.talk({ client: { ip: address(i), port: 2000 } }).opens(1))
    for (const { client } of talks) client.says(octets(preface, settings), { after: 0.001 })
    for (let n = 0; n < 60; n++)
      for (const { client } of talks) {
        const payload = block(n)
        client.says(octets([0, payload.length >> 8, payload.length & 255, 1, 5], u32(2 * n + 1), payload), { after: 0.001 })
      }
    const read = await wire.read()
    expect(read.summary.diagnostics.filter(({ code }) => code === 'too-much-held-back')).toHaveLength(1)
    expect(read.summary.diagnostics.filter(({ code }) => code === 'hpack-broken')).toEqual([])
    expect(read.connections.map(({ exchanges }) => exchanges.length)).toEqual(talks.map(() => 60))
    expect(new Set(read.connections.flatMap(({ exchanges }) => exchanges.map(({ authority }) => authority)))).toEqual(
      new Set(['a']),
    )
  })

  it('connections alike but for their VLAN: a few hundred, then the quietest leave', async () => {
    const wire = new Wire(raw, 1)
    const link = (i: number) => vlan([1 + (i % 4000), 1 + Math.floor(i / 4000)])
    const count = 20_000
    for (let i = 0; i < count; i++) wire.talk().client.syn({ link: link(i), after: 0.001 })
    const began = performance.now()
    const read = await wire.read()
    expect(performance.now() - began).toBeLessThan(10_000)
    expect(read.connections).toHaveLength(count)
    expect(codesOf(read)).toContain('too-many-paths')
  })

  it('paths: as many as there are VLANs in VLANs', async () => {
    const wire = new Wire(raw, 1)
    const links = Array.from({ length: 3000 }, (_, i) => vlan([1 + (i % 4000), i >> 4]))
    for (const link of links) wire.talk().client.syn({ link, after: 0 })
    const began = performance.now()
    const read = await wire.read()
    expect(captureOf(read).packets).toBe(3000)
    expect(read.connections.length).toBeGreaterThan(100)
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('requests in a pipeline that nobody answers', async () => {
    const wire = new Wire(raw, 101)
    const talk = wire.talk().opens()
    const batch = get('/').repeat(1000)
    for (let i = 0; i < 15; i++) talk.client.says(batch)
    const { connection, exchanges } = only(await wire.read())
    expect(connection.exchangeCount).toBe(15_000)
    expect(exchanges.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 15_000 }, (_, i) => i))
  })
})
