/** What TCP does besides carrying data: probes, closed windows, resets that end nothing, openings out of the ordinary. */
import { describe, expect, it } from 'vitest'
import { get, ok, unframed } from '../testing/http'
import { octets } from '../testing/octets'
import { codesOf, only, summary } from '../testing/read'
import { Talk, Wire } from '../testing/wire'

const ms = (milliseconds: number): number => milliseconds * 1e6
const windowScale = (shift: number) => octets(3, 3, shift)

describe('keep-alive probes', () => {
  it.each([false, true])('are counted by side, and are no HTTP keep-alive (with an octet: %s)', async (octet) => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.says(ok())
    for (let i = 0; i < 3; i++) {
      talk.client.keepAlive(octet, { after: 75_000 })
      talk.server.acks()
    }
    talk.server.keepAlive(octet, { after: 75_000 })
    talk.client.acks()
    const { connection, exchanges } = only(await talk.read())
    expect(connection.tcp!.keepAliveProbes).toEqual({ client: 3, server: 1 })
    expect(connection).toMatchObject({ retransmissions: 0, bytes: { client: get('/').length, server: ok().length } })
    expect(exchanges[0]!.request!.connection).toBeNull()
  })

  it('are counted from the first, where the capture begins with an acknowledgment', async () => {
    const talk = new Talk()
    talk.client.acks()
    for (let i = 0; i < 2; i++) {
      talk.client.keepAlive(false, { after: 75_000 })
      talk.server.acks()
    }
    expect(only(await talk.read()).connection.tcp!.keepAliveProbes).toEqual({ client: 2, server: 0 })
  })

  it('are none into a closed window: the same packet asks whether it has opened', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.acks({ window: 0 })
    for (let i = 0; i < 3; i++) {
      talk.client.keepAlive(false, { after: 200 })
      talk.server.acks({ window: 0 })
    }
    const { connection } = only(await talk.read())
    expect(connection.tcp).toMatchObject({ keepAliveProbes: { client: 0, server: 0 }, zeroWindows: { client: 0, server: 1 } })
  })
})

describe('a closed window', () => {
  it('is counted each time it closes, with the time until it opens', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    talk.server.says(ok('x'.repeat(1000)))
    talk.client.acks({ window: 0 })
    talk.client.acks({ window: 0, after: 100 })
    talk.client.acks({ window: 500, after: 200 })
    talk.client.acks({ window: 0, after: 50 })
    talk.client.acks({ window: 500, after: 30 })
    const { connection } = only(await talk.read())
    expect(connection.tcp).toMatchObject({
      zeroWindows: { client: 2, server: 0 },
      zeroWindowTime: { client: ms(330), server: 0 },
    })
  })

  it('at the end lasts until the last packet; a reset’s window says nothing', async () => {
    const talk = new Talk().opens()
    talk.server.acks({ window: 0 })
    talk.client.rst({ after: 400, window: 0 })
    const { connection } = only(await talk.read())
    expect(connection.tcp).toMatchObject({
      zeroWindows: { client: 0, server: 1 },
      zeroWindowTime: { client: 0, server: ms(400) },
    })
  })
})

describe('a reset', () => {
  /** Opened with window scales, one exchange, everything acknowledged: the client's window is 500 octets, scaled by 2. */
  const settled = (): Talk => {
    const talk = new Talk()
    talk.client.syn({ options: windowScale(1) })
    talk.server.synAck({ options: windowScale(7) })
    talk.client.acks({ window: 500 })
    talk.client.says(get('/one'), { window: 500 })
    talk.server.says(ok())
    talk.client.acks({ window: 500 })
    return talk
  }

  /** A reset by somebody else in the server's name, so far from where the server stands. */
  const forge = ({ server }: Talk, distance: number): number => {
    const { next } = server
    const packet = server.rst({ seq: next + distance })
    server.next = next
    return packet
  }

  it.each([
    ['behind the window', 1001],
    ['far away', 0x4000_0000],
    ['before what was acknowledged', -1],
  ])('%s ends nothing, and is told', async (_, distance) => {
    const talk = settled()
    const forged = forge(talk, distance)
    talk.client.says(get('/two'), { window: 500 })
    talk.server.says(ok())
    const closed = talk.client.fin()
    talk.server.fin()
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({
      reset: null,
      close: { how: 'fin', by: 'client', packet: closed },
      gaps: 0,
      marks: [],
    })
    expect(found.connection.tcp).toMatchObject({ ignoredResets: 1, ignoredReset: { by: 'server', packet: forged } })
  })

  it('outside the window leaves the connection open at the end of the capture', async () => {
    const talk = settled()
    talk.server.rst({ seq: talk.server.next + 100_000 })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ reset: null, close: null, marks: ['unfinished'] })
  })

  it.each([
    ['at its beginning', 0],
    ['at its end', 1000],
  ])('in the window, %s, ends it', async (_, distance) => {
    const talk = settled()
    const reset = talk.server.rst({ seq: talk.server.next + distance })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ reset: { packet: reset }, close: { by: 'server', how: 'rst' } })
    expect(connection.tcp!.ignoredResets).toBe(0)
  })

  it('is measured by the unscaled window where one side has no scale', async () => {
    const talk = new Talk()
    talk.client.syn({ options: windowScale(7) })
    talk.server.synAck()
    talk.client.acks({ window: 500 })
    talk.server.rst({ seq: talk.server.next + 501 })
    expect(only(await talk.read()).connection).toMatchObject({ reset: null, close: null })
  })

  it('in the window after which data is acknowledged all the same has ended nothing', async () => {
    const talk = settled()
    const forged = forge(talk, 3)
    talk.client.says(get('/two'), { window: 500 })
    talk.server.says(ok())
    talk.client.acks({ window: 500 })
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({
      reset: null,
      close: null,
      tcp: { ignoredResets: 1, ignoredReset: { packet: forged } },
    })
  })

  it('stays the end when what was under way still arrives and is acknowledged', async () => {
    const talk = settled()
    const next = talk.server.next
    talk.server.says(ok('a'))
    const reset = talk.server.rst()
    talk.client.acks({ window: 500 })
    expect(talk.server.next).toBeGreaterThan(next)
    expect(only(await talk.read()).connection).toMatchObject({ reset: { packet: reset }, close: { how: 'rst' } })
  })

  it('that does not acknowledge the SYN does not refuse it', async () => {
    const talk = new Talk()
    talk.client.syn()
    const forged = talk.server.rst({ seq: 7, ack: talk.client.start })
    talk.server.synAck({ after: 20 })
    talk.client.acks()
    talk.client.says(get('/'))
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection).toMatchObject({
      handshake: { complete: true },
      reset: null,
      gaps: 0,
      tcp: { ignoredResets: 1, ignoredReset: { packet: forged } },
    })
  })

  it('is believed where the capture shows no window: one direction only', async () => {
    const talk = new Talk()
    for (let i = 0; i < 3; i++) talk.server.says(ok())
    const reset = talk.server.rst({ seq: talk.server.next + 1_000_000 })
    expect(only(await talk.read()).connection.reset).toMatchObject({ packet: reset })
  })
})

describe('a FIN', () => {
  it('before data that was acknowledged is forged', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'))
    talk.server.says(ok())
    talk.client.acks()
    talk.server.fin({ seq: talk.server.start + 1 })
    talk.client.says(get('/two'))
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({ close: null, fin: { server: null } })
  })

  it('in whose place data comes was none', async () => {
    const talk = new Talk().opens()
    const next = talk.client.next
    talk.client.fin()
    talk.client.says(get('/'), { seq: next })
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection).toMatchObject({ close: null, gaps: 0 })
  })

  it('is followed by no data: what lies behind it is counted and left out', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    const fin = talk.client.fin()
    talk.client.says(get('/never'))
    talk.client.says(get('/again'))
    talk.server.says(unframed('one'))
    talk.server.fin()
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection).toMatchObject({
      close: { by: 'client', how: 'fin', packet: fin },
      bytes: { client: get('/').length },
      gaps: 0,
      tcp: { dataAfterFin: { client: 2, server: 0 } },
    })
  })
})

describe('an opening', () => {
  it('of three packets', async () => {
    expect(only(await new Talk().opens().read()).connection.tcp!.opening).toBe('three-way')
  })

  it('that was not seen whole', async () => {
    const talk = new Talk()
    talk.client.syn()
    expect(only(await talk.read()).connection.tcp!.opening).toBeNull()
  })

  it('by both at once (RFC 9293 §3.5, figure 7)', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.syn({ after: 1 })
    talk.client.synAck({ after: 10 })
    talk.server.synAck({ after: 1 })
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ client: { port: 49_152 }, tcp: { opening: 'simultaneous' } })
  })

  it.each([false, true])(
    'split in two: the server answers with a SYN of its own (an ACK before it: %s)',
    async (acknowledges) => {
      const talk = new Talk()
      talk.client.syn()
      if (acknowledges) talk.server.acks({ seq: 2000 })
      talk.server.syn({ after: 1 })
      talk.client.synAck({ after: 10 })
      talk.server.acks()
      talk.client.says(get('/'))
      talk.server.says(ok())
      const found = only(await talk.read())
      expect(found.connection).toMatchObject({
        client: { port: 49_152 },
        sidesKnownBy: 'syn',
        gaps: 0,
        marks: ['unfinished'],
        tcp: { opening: 'split' },
      })
      expect(summary(found)).toEqual(['GET / → 200'])
    },
  )

  it('the other way round, long after an unanswered SYN, is another connection', async () => {
    const wire = new Wire()
    const talk = wire.talk()
    talk.client.syn()
    talk.server.syn({ after: 120_000 })
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => connection.client.port)).toEqual([49_152, 80])
  })
})

describe('ports used again', () => {
  it('name the connection before; after a wrap of all ports, too', async () => {
    const wire = new Wire()
    const first = wire.talk().opens().closes()
    expect(first.client.address.port).toBe(49_152)
    // All other ports of Linux's range go by, a millisecond each.
    for (let port = 32_768; port < 60_999; port += 97)
      wire
        .talk({ client: { ip: '10.0.0.2', port } })
        .opens(1)
        .closes()
    const again = wire.talk({ clientStart: 900_000, serverStart: 700_000 }).opens()
    again.client.says(get('/'))
    again.server.says(ok())
    const { connections } = await wire.read()
    const reused = connections.filter(({ connection }) => connection.client.port === 49_152)
    expect(reused.map(({ connection }) => connection.tcp!.samePortsAs)).toEqual([null, 0])
    expect(reused.map(summary)).toEqual([[], ['GET / → 200']])
  })

  it('in TIME-WAIT open a connection of their own, and late packets of the old one do not', async () => {
    const wire = new Wire()
    const first = wire.talk().opens().closes()
    // The last ACK was lost: the FIN comes again, 40 s later.
    first.server.fin({ after: 40_000, seq: first.server.next - 1 })
    first.client.acks()
    wire.talk({ clientStart: 900_000, serverStart: 700_000 }).opens()
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => connection.packets)).toEqual([
      { client: 5, server: 3 },
      { client: 2, server: 1 },
    ])
    expect(connections[1]!.connection).toMatchObject({ tcp: { samePortsAs: 0 }, handshake: { complete: true } })
  })
})

describe('overlapping segments', () => {
  it('are counted, and said', async () => {
    const talk = new Talk().opens()
    const start = talk.client.next
    talk.client.says('GET /first HT')
    const overlap = talk.client.says('GET /forgd HTTP/1.1\r\nHost: a\r\n\r\n', { seq: start })
    talk.server.says(ok())
    const read = await talk.read()
    expect(only(read).connection.tcp!.overlaps).toBe(1)
    expect(read.summary.diagnostics).toMatchObject([{ severity: 'info', code: 'overlapping-segments', packet: overlap }])
  })

  it('are not what is sent again whole', async () => {
    const talk = new Talk().opens()
    talk.wire.again(talk.client.says(get('/')), 300)
    talk.server.says(ok())
    const read = await talk.read()
    expect(only(read).connection).toMatchObject({ retransmissions: 1, tcp: { overlaps: 0 } })
    expect(codesOf(read)).toEqual([])
  })
})

describe('the client’s last bytes', () => {
  it('are counted each time they are sent again, and what was sent again before is not', async () => {
    const talk = new Talk().opens()
    const first = talk.client.says(get('/'))
    talk.wire.again(first, 200)
    talk.server.says(ok())
    talk.client.acks()
    const last = talk.client.says(get('/'), { after: 1000 })
    for (const after of [200, 400, 800]) talk.wire.again(last, after)
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ retransmissions: 4, tcp: { clientLastResent: 3 } })
  })

  it('that came through are not mentioned', async () => {
    const talk = new Talk().opens()
    talk.wire.again(talk.client.says(get('/')), 200)
    talk.client.says(get('/'))
    const { connection } = only(await talk.read())
    expect(connection.tcp).not.toHaveProperty('clientLastResent')
  })
})
