import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { only, summary } from '../testing/read'
import { Talk } from '../testing/wire'

describe('packets captured twice', () => {
  it('are no retransmissions', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.says(ok())
    talk.closes()
    const { wire } = talk
    // A bridge and the interface below it: every packet again, 20 µs later.
    const twice = wire.packets.flatMap((p) => [p, { ...p, at: p.at + 20_000n }])
    wire.packets.splice(0, wire.packets.length, ...twice)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection).toMatchObject({
      retransmissions: 0,
      handshake: { complete: true, syn: { packet: 1 }, synAck: { packet: 3 }, ack: { packet: 5 } },
      gaps: 0,
      duplicates: 8,
      bytes: { client: get('/').length, server: ok().length },
    })
  })

  it('are told from packets sent again by what no sender repeats', async () => {
    const talk = new Talk().opens()
    const request = talk.client.says(get('/'))
    talk.wire.again(request, 2)
    talk.client.says(get('/'), { seq: talk.client.start + 1 })
    talk.server.says(ok())
    expect(only(await talk.read()).connection.retransmissions).toBe(1)
  })

  it('only count as copies within milliseconds', async () => {
    const talk = new Talk().opens()
    const request = talk.client.says(get('/'))
    talk.wire.again(request, 250)
    expect(only(await talk.read()).connection.retransmissions).toBe(1)
  })
})
