/** Nothing that a capture can hold makes memory grow without end, nor time grow with its square. */
import { describe, expect, it } from 'vitest'
import type { FactSink } from '../../../shared/model/facts'
import { readCapture } from '../pipeline'
import { get, ok } from '../testing/http'
import { raw, vlan } from '../testing/links'
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
