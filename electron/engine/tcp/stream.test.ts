/** The order of bytes: retransmission, overlap, reordering, gaps, wrap. Each case goes all the way to the exchanges. */
import { describe, expect, it } from 'vitest'
import { get, ok, response } from '../testing/http'
import { only, summary } from '../testing/read'
import { Talk } from '../testing/wire'

const REQUEST = get('/one')
const RESPONSE = ok('hello')

describe('segments', () => {
  it('in order are delivered as they come', async () => {
    const talk = new Talk().opens()
    talk.client.saysInPieces(REQUEST, 7)
    const last = talk.server.saysInPieces(RESPONSE, 5)
    const found = only(await talk.closes().read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection).toMatchObject({
      bytes: { client: REQUEST.length, server: RESPONSE.length },
      retransmissions: 0,
      gaps: 0,
      marks: [],
    })
    expect(found.exchanges[0]!.completeAt).toBe(Number(talk.wire.packets[last - 1]!.at - talk.wire.packets[0]!.at) + 1e6)
  })

  it('sent again count once', async () => {
    const talk = new Talk().opens()
    const request = talk.client.says(REQUEST)
    talk.wire.again(request, 200)
    const answer = talk.server.says(RESPONSE)
    talk.wire.again(answer, 200)
    talk.wire.again(answer, 200)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection).toMatchObject({ bytes: { client: REQUEST.length, server: RESPONSE.length }, retransmissions: 3 })
    expect(found.exchanges[0]!.requestPacket).toBe(request)
  })

  it('sent again in other sizes fit together', async () => {
    const talk = new Talk().opens()
    const start = talk.client.next
    talk.client.says(REQUEST.slice(0, 10))
    talk.client.says(REQUEST.slice(10, 20))
    talk.client.says(REQUEST.slice(0, 30), { seq: start })
    talk.client.says(REQUEST.slice(25), { seq: start + 25 })
    talk.server.says(RESPONSE)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection).toMatchObject({ bytes: { client: REQUEST.length }, gaps: 0 })
    expect(found.connection.retransmissions).toBe(2)
  })

  it('that overlap with other content: the first bytes win', async () => {
    const talk = new Talk().opens()
    const start = talk.client.next
    talk.client.says('GET /first HT')
    talk.client.says('GET /forgd HTTP/1.1\r\nHost: a\r\n\r\n', { seq: start })
    talk.server.says(RESPONSE)
    expect(only(await talk.read()).exchanges[0]).toMatchObject({ target: '/first', authority: 'a' })
  })

  it('that overlap behind a hole: the first bytes win there too', async () => {
    const talk = new Talk().opens()
    const start = talk.client.next
    const text = 'GET /0123456789 HTTP/1.1\r\nHost: a\r\n\r\n'
    talk.client.says(text.slice(8), { seq: start + 8 })
    // Begins earlier and comes later; and one inside what is there.
    talk.client.says('xxxxxxxx'.replace(/^xxx/, text.slice(5, 8)), { seq: start + 5 })
    talk.client.says('yyyy', { seq: start + 10 })
    talk.client.says(text.slice(0, 5), { seq: start })
    talk.server.says(RESPONSE)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /0123456789 → 200'])
  })

  it('out of order are put in order', async () => {
    const talk = new Talk().opens()
    const body = 'x'.repeat(5000)
    talk.client.says(REQUEST)
    const from = talk.wire.packets.length + 1
    talk.server.saysInPieces(ok(body), 1000)
    for (let i = 0; i < 5; i++) talk.wire.moveBefore(from + 5 - i, from + i)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection).toMatchObject({ gaps: 0, retransmissions: 0, bytes: { server: ok(body).length } })
  })

  it('lost and sent again after a time-out come where they belong', async () => {
    const talk = new Talk().opens()
    talk.client.says(REQUEST)
    const lostAt = talk.server.next
    const whole = ok('y'.repeat(3000))
    talk.server.says(whole.slice(0, 1000), { lost: true })
    talk.server.says(whole.slice(1000, 2000))
    talk.client.acks({ ack: lostAt })
    talk.server.says(whole.slice(2000))
    talk.client.acks({ ack: lostAt })
    const again = talk.server.says(whole.slice(0, 1000), { seq: lostAt, after: 400 })
    talk.client.acks()
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection.gaps).toBe(0)
    expect(found.exchanges[0]!.responsePacket).toBe(again)
    // Only now the client has what came before it.
    expect(found.exchanges[0]!.completeAt).toBe(Number(talk.wire.packets[again - 1]!.at - talk.wire.packets[0]!.at) + 1e6)
  })

  it('sequence numbers wrap', async () => {
    const talk = new Talk(undefined, { clientStart: 0xffff_ffff - 20, serverStart: 0xffff_fff0 }).opens()
    for (let i = 0; i < 5; i++) {
      talk.client.saysInPieces(get(`/${i}`), 9)
      talk.server.saysInPieces(ok(String(i).repeat(20)), 13)
    }
    const found = only(await talk.closes().read())
    expect(summary(found)).toEqual([0, 1, 2, 3, 4].map((i) => `GET /${i} → 200`))
    expect(found.connection).toMatchObject({ gaps: 0, retransmissions: 0, close: { by: 'client', how: 'fin' } })
  })

  it('more than 4 GiB in one direction wrap more than once', async () => {
    const talk = new Talk().opens()
    const size = 5 * 2 ** 30
    talk.client.says(get('/big'))
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`
    talk.server.says(head)
    // The capture keeps one octet of each segment that IPv4's length cannot state: 40 leaps of 128 MiB, acknowledged by the client.
    const leap = 2 ** 27
    for (let sent = 0; sent < size; sent += leap) {
      talk.server.next = (talk.server.next + leap - 1) >>> 0
      talk.server.says('z')
      talk.client.acks({ after: 100 })
    }
    talk.client.says(get('/after'))
    talk.server.says(ok())
    const { exchanges, connection } = only(await talk.read())
    expect(connection.gaps).toBe(40)
    expect(exchanges.map(({ target, status, responseBytes }) => [target, status, responseBytes])).toEqual([
      ['/big', 200, head.length + size],
      ['/after', 200, ok().length],
    ])
  })
})

describe('gaps', () => {
  it('inside a body of known length cost nothing but the bytes', async () => {
    const talk = new Talk().opens()
    const whole = ok('z'.repeat(4000))
    talk.client.says(REQUEST)
    talk.server.says(whole.slice(0, 1000))
    talk.server.says(whole.slice(1000, 3000), { lost: true })
    talk.server.says(whole.slice(3000))
    talk.client.acks()
    talk.client.says(get('/two'), { after: 100 })
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection.gaps).toBe(1)
    expect(found.connection.marks).toContain('gap')
    expect(found.connection.bytes.server).toBe(whole.length - 2000 + ok().length)
  })

  it('swallow a response: the next pair is found again, and the exchange is unfinished', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'))
    talk.server.says(ok(), { lost: true })
    talk.client.says(get('/two'), { after: 500 })
    talk.server.says(response(404))
    talk.client.says(get('/three'), { after: 500 })
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → ? …', 'GET /two → 404', 'GET /three → 200'])
    expect(found.connection.marks).toContain('gap')
  })

  it('swallow a request: its response keeps its place, and the next pair is right', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'), { lost: true })
    talk.server.says(response(201))
    talk.client.says(get('/two'), { after: 500 })
    talk.server.says(ok())
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['? ? → 201 …', 'GET /two → 200'])
  })

  it('take the end of a chunked body and the head after it', async () => {
    const talk = new Talk().opens()
    const chunked = (size: number): string =>
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n${'c'.repeat(size)}\r\n0\r\n\r\n`
    talk.client.says(get('/one'))
    const first = chunked(2000)
    talk.server.says(first.slice(0, 1000))
    talk.server.says(first.slice(1000), { lost: true })
    talk.client.acks({ after: 100 })
    talk.client.says(get('/two'), { after: 100 })
    talk.server.says(chunked(10))
    talk.client.acks({ after: 100 })
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200 …', 'GET /two → 200'])
  })

  it('at the very end are gaps too: the FIN says how much was sent', async () => {
    const talk = new Talk().opens()
    talk.client.says(REQUEST)
    const whole = 'HTTP/1.0 200 OK\r\n\r\n' + 'e'.repeat(2000)
    talk.server.says(whole.slice(0, 500))
    talk.server.says(whole.slice(500), { lost: true })
    talk.server.fin()
    talk.client.fin()
    const found = only(await talk.read())
    expect(found.connection.gaps).toBe(1)
    expect(found.connection.marks).toContain('gap')
    expect(found.exchanges[0]).toMatchObject({ status: 200, complete: false, completeAt: null })
  })

  it('are not made by a capture that begins with a keep-alive probe', async () => {
    const talk = new Talk()
    talk.client.keepAlive()
    talk.server.acks()
    talk.client.says(REQUEST, { after: 1000 })
    talk.server.says(RESPONSE)
    const found = only(await talk.read())
    expect(summary(found)).toEqual(['GET /one → 200'])
    expect(found.connection.gaps).toBe(0)
  })
})

describe('packets cut by the snapshot length', () => {
  it('that keep the heads lose nothing but bodies', async () => {
    const talk = new Talk().opens()
    for (const target of ['/one', '/two']) {
      talk.client.says(get(target))
      talk.server.says(ok('b'.repeat(1000)), { keep: 60 })
    }
    const found = only(await talk.closes().read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({ marks: ['truncated'], gaps: 0, bytes: { server: 2 * ok('b'.repeat(1000)).length } })
  })

  it('inside heads still tell method, target and status', async () => {
    const talk = new Talk().opens()
    const long = { Cookie: 'c'.repeat(500) }
    for (const target of ['/one', '/two']) {
      talk.client.says(get(target, long), { keep: 80 })
      talk.server.says(response(200, { 'Content-Type': 'text/html', 'X-Filler': 'f'.repeat(500) }, 'hi'), { keep: 50 })
    }
    const found = only(await talk.closes().read())
    expect(found.exchanges.map((e) => [e.method, e.target, e.status])).toEqual([
      ['GET', '/one', 200],
      ['GET', '/two', 200],
    ])
    expect(found.connection.marks).toContain('truncated')
  })

  it('inside a request line still tell method and target, once its version begins', async () => {
    const talk = new Talk().opens()
    for (const target of ['/one', '/two']) {
      talk.client.says(get(target), { keep: 15 })
      talk.server.says(RESPONSE)
    }
    const found = only(await talk.closes().read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.exchanges.map(({ version }) => version)).toEqual(['HTTP/1.1', 'HTTP/1.1'])
  })

  it('to nothing but headers leave a connection without exchanges', async () => {
    const talk = new Talk().opens()
    talk.client.says(REQUEST, { keep: 0 })
    talk.server.says(RESPONSE, { keep: 0 })
    const found = only(await talk.closes().read())
    expect(found.exchanges).toEqual([])
    expect(found.connection).toMatchObject({ bytes: { client: REQUEST.length, server: RESPONSE.length }, marks: ['truncated'] })
  })
})

describe('keep-alive probes', () => {
  it.each([false, true])('are neither data nor retransmissions (with an octet: %s)', async (octet) => {
    const talk = new Talk().opens()
    talk.client.says(REQUEST)
    talk.server.says(RESPONSE)
    for (let i = 0; i < 5; i++) {
      talk.client.keepAlive(octet, { after: 75_000 })
      talk.server.acks()
      talk.server.keepAlive(octet, { after: 75_000 })
      talk.client.acks()
    }
    talk.client.says(get('/two'))
    talk.server.says(RESPONSE)
    const found = only(await talk.closes().read())
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({ retransmissions: 0, gaps: 0, marks: [] })
  })
})
