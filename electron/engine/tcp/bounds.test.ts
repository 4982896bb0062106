/** Nothing that a capture can hold makes memory grow without end, nor time grow with its square. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { raw, vlan } from '../testing/links'
import { captureOf, only, summary } from '../testing/read'
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
