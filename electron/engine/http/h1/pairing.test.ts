/** Which response answers which request. */
import { describe, expect, it } from 'vitest'
import { get, ok, request, response } from '../../testing/http'
import { only, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'

describe('requests and responses', () => {
  it('alternate on a connection that is used again', async () => {
    const talk = new Talk().opens()
    for (let i = 0; i < 10; i++) {
      talk.client.says(get(`/${i}`), { after: 100 })
      talk.server.says(response(200 + i), { after: 30 })
    }
    const { exchanges, connection } = only(await talk.read())
    expect(exchanges.map((e) => [e.ordinal, e.target, e.status])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i, `/${i}`, 200 + i]),
    )
    expect(connection.exchangeCount).toBe(10)
    expect(exchanges.map((e) => e.responseAt! - e.requestAt!)).toEqual(new Array(10).fill(30e6))
  })

  it('sent in a pipeline are answered in order', async () => {
    const talk = new Talk().opens()
    const heads = [request('HEAD', '/0'), get('/1'), request('POST', '/2', {}, 'abc'), get('/3')]
    talk.client.says(heads.join(''))
    talk.server.says(response(200, { 'Content-Length': '99' }) + ok('one') + response(204) + response(404, {}, 'gone'))
    const { exchanges } = only(await talk.read())
    expect(exchanges.map((e) => `${e.method} ${e.target} ${e.status} ${e.complete}`)).toEqual([
      'HEAD /0 200 true',
      'GET /1 200 true',
      'POST /2 204 true',
      'GET /3 404 true',
    ])
    expect(new Set(exchanges.map((e) => e.requestPacket))).toEqual(new Set([4]))
  })

  it('a request without a response is an exchange without one', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/'))
    const { exchanges } = only(await talk.closes('server').read())
    expect(exchanges).toMatchObject([
      {
        method: 'GET',
        status: null,
        responsePacket: null,
        responseAt: null,
        completeAt: null,
        response: null,
        complete: false,
        requestBytes: get('/').length,
      },
    ])
  })

  it('responses without requests are exchanges too, where one direction is missing', async () => {
    const talk = new Talk()
    for (const status of [200, 404]) talk.server.says(response(status))
    talk.server.fin()
    const found = only(await talk.read())
    expect(found.exchanges).toMatchObject([
      { method: null, target: null, status: 200, request: null, version: 'HTTP/1.1', complete: false },
      { method: null, status: 404 },
    ])
    expect(found.connection.marks).toContain('one-sided')
  })

  it('requests alone are exchanges too, where the other direction is missing', async () => {
    const talk = new Talk()
    talk.client.syn()
    for (let i = 0; i < 3; i++) talk.client.says(get(`/${i}`))
    expect(summary(only(await talk.read()))).toEqual(['GET /0 → ? …', 'GET /1 → ? …', 'GET /2 → ? …'])
  })

  it('a response that comes before its request in the file is its answer all the same', async () => {
    const talk = new Talk().opens()
    const ask = talk.client.says(get('/'))
    const answer = talk.server.says(ok())
    talk.wire.moveBefore(answer, ask)
    talk.client.says(get('/next'), { after: 100 })
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['GET / → 200', 'GET /next → 200'])
  })

  it('a capture that begins within a response finds the next exchange', async () => {
    const talk = new Talk()
    talk.server.says('…the rest of a body\r\n')
    talk.client.acks()
    talk.client.says(get('/next'))
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['GET /next → 200'])
  })

  it('a lost request in a pipeline: the answer that the server sent before it had the next one is not the next one’s', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/lost'), { lost: true })
    const received = talk.client.next
    talk.client.says(get('/two'))
    talk.server.acks({ ack: received, after: 60 })
    talk.server.says(response(201), { ack: received })
    talk.server.says(ok())
    const { exchanges } = only(await talk.read())
    // Ordinals follow what was seen first: here a request, then a response of another exchange.
    expect(exchanges.map((e) => [e.target, e.status])).toEqual([
      ['/two', 200],
      [null, 201],
    ])
  })

  it('several requests lost in one gap do not shift the later ones', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/0'))
    talk.server.says(response(200))
    for (const status of [201, 202]) {
      talk.client.says(get('/lost'), { lost: true, after: 100 })
      talk.server.says(response(status))
      talk.client.acks()
    }
    for (let i = 1; i < 4; i++) {
      talk.client.says(get(`/${i}`), { after: 100 })
      talk.server.says(response(400 + i))
      talk.client.acks()
    }
    const found = only(await talk.read())
    expect(found.exchanges.map((e) => [e.target, e.status])).toEqual([
      ['/0', 200],
      [null, 201],
      [null, 202],
      ['/1', 401],
      ['/2', 402],
      ['/3', 403],
    ])
  })
})
