import { describe, expect, it } from 'vitest'
import { get, ok, unframed } from '../testing/http'
import { only, summary } from '../testing/read'
import { Talk, Wire } from '../testing/wire'

describe('the end of a connection', () => {
  it('is the first FIN, and each side’s FIN is kept', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.says(ok())
    const first = talk.server.fin()
    const second = talk.client.fin({ after: 40 })
    talk.server.acks()
    const { connection } = only(await talk.read())
    expect(connection.close).toMatchObject({ by: 'server', how: 'fin', packet: first })
    expect(connection.fin).toMatchObject({ client: { packet: second }, server: { packet: first } })
    expect(connection).toMatchObject({ reset: null, marks: [], last: { packet: second + 1 } })
  })

  it('a FIN may carry the last data', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.fin({}, unframed('all of it'))
    talk.client.fin()
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.exchanges[0]).toMatchObject({
      closeDelimited: true,
      complete: true,
      responseBytes: unframed('all of it').length,
    })
  })

  it('a FIN sent again is the same FIN', async () => {
    const talk = new Talk().opens()
    const first = talk.client.fin()
    talk.wire.again(first, 200)
    talk.wire.again(first, 400)
    const { connection } = only(await talk.read())
    expect(connection.fin).toMatchObject({ client: { packet: first }, server: null })
    expect(connection.bytes).toEqual({ client: 0, server: 0 })
  })

  it('a half-closed connection goes on in the other direction', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.client.fin()
    talk.server.saysInPieces(unframed('x'.repeat(1000)), 100, { after: 50 })
    talk.server.fin()
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection.close).toMatchObject({ by: 'client', how: 'fin' })
  })

  it('data before a FIN that comes too early in the file is still the stream’s', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    const body = talk.server.says(unframed('late'))
    const fin = talk.server.fin()
    talk.wire.moveBefore(fin, body)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.exchanges[0]!.complete).toBe(true)
    expect(found.connection.gaps).toBe(0)
  })

  it('a reset ends it for both; what it carries is a reason, not data', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    const reset = talk.server.rst({}, 'overloaded')
    const { connection, exchanges } = only(await talk.read())
    expect(connection).toMatchObject({
      close: { by: 'server', how: 'rst', packet: reset },
      reset: { by: 'server', packet: reset },
      bytes: { server: 0 },
    })
    expect(exchanges).toMatchObject([{ method: 'GET', status: null, complete: false }])
  })

  it('a reset after a FIN: the FIN closed it, and the reset is told', async () => {
    const talk = new Talk().opens()
    const fin = talk.client.fin()
    const reset = talk.server.rst()
    const { connection } = only(await talk.read())
    expect(connection.close).toMatchObject({ by: 'client', how: 'fin', packet: fin })
    expect(connection.reset).toMatchObject({ by: 'server', packet: reset })
  })

  it('a reset with FIN is a reset (RFC 9293 §3.10.7.4 looks at RST first)', async () => {
    const talk = new Talk().opens()
    const end = talk.server.sends({ flags: 'RFA' })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ close: { how: 'rst', by: 'server', packet: end }, fin: { server: null } })
  })

  it('open at the end of the capture is unfinished', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.says(ok())
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ close: null, fin: { client: null, server: null }, marks: ['unfinished'] })
  })
})

describe('the same four numbers again', () => {
  const again = { clientStart: 77_000, serverStart: 99_000 }

  it('with a new initial sequence number is a new connection', async () => {
    const wire = new Wire()
    for (const [i, options] of [{}, again].entries()) {
      const talk = wire.talk(options).opens()
      talk.client.says(get(`/${i}`))
      talk.server.says(ok())
      talk.closes()
    }
    const { connections } = await wire.read()
    expect(connections.map(summary)).toEqual([['GET /0 → 200'], ['GET /1 → 200']])
    expect(connections.map(({ connection }) => [connection.id, connection.first.packet, connection.packets.client])).toEqual([
      [0, 1, 5],
      [1, 9, 5],
    ])
  })

  it('without the first having been closed, all the same', async () => {
    const wire = new Wire()
    const first = wire.talk().opens()
    first.client.says(get('/0'))
    wire.talk(again).opens()
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => connection.marks)).toEqual([['unfinished'], ['unfinished']])
    expect(connections.map(summary)).toEqual([['GET /0 → ? …'], []])
  })

  it('after a connection seen from its middle', async () => {
    const wire = new Wire()
    const first = wire.talk()
    first.client.says(get('/0'))
    first.server.says(ok())
    const second = wire.talk(again).opens()
    second.client.says(get('/1'))
    second.server.says(ok())
    const { connections } = await wire.read()
    expect(connections.map(summary)).toEqual([['GET /0 → 200'], ['GET /1 → 200']])
    expect(connections[1]!.connection.marks).not.toContain('mid-stream')
  })

  it('stragglers of a closed connection belong to it', async () => {
    const wire = new Wire()
    const talk = wire.talk().opens().closes()
    talk.server.acks({ after: 1000 })
    wire.again(4, 10)
    const { connection } = only(await wire.read())
    expect(connection.packets).toEqual({ client: 5, server: 3 })
  })

  it('long after it closed, whatever comes is another connection', async () => {
    const wire = new Wire()
    wire.talk().opens().closes()
    const other = { ip: '10.0.0.3', port: 1024 }
    // Traffic of others lets time pass.
    wire.pause(60_000).talk({ client: other }).opens()
    wire.talk({ clientStart: 5_000_000 }).client.says(get('/late'))
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => connection.first.packet)).toEqual([1, 7, 10])
  })
})
