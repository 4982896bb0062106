/** "Expect: 100-continue" (RFC 9110 §10.1.1): content that is announced, and sent or not. */
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { identity } from '../../testing/certificate'
import { get, ok, request, response } from '../../testing/http'
import { line } from '../../testing/line'
import type { Piece } from '../../testing/line'
import { captured } from '../../testing/tls'
import { only, readBytes, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'

const put = (fields: Record<string, string> = { 'Content-Length': '1048576' }): string =>
  request('PUT', '/file', { Expect: '100-continue', ...fields })
const CONTINUE = response(100)
const REFUSED = response(417)
const CHUNKED = { 'Transfer-Encoding': 'chunked' }

/** A PUT, what the server says to it, what the client sends then, and an answer. */
async function after(first: string, answer: string, next: readonly string[], size = 100_000, last = ok()) {
  const talk = new Talk().opens()
  talk.client.says(first)
  if (answer !== '') talk.server.says(answer, { after: 20 })
  for (const text of next) talk.client.saysInPieces(text, size, { after: 10 })
  talk.server.says(last)
  return only(await talk.closes('server').read())
}

describe('content that was announced with "Expect: 100-continue"', () => {
  it('is sent when the server says so', async () => {
    const { exchanges } = await after(put({ 'Content-Length': '5' }), CONTINUE, ['hello'])
    expect(exchanges).toMatchObject([{ method: 'PUT', informational: [100], status: 200, complete: true }])
    expect(exchanges[0]?.requestBytes).toBe(put({ 'Content-Length': '5' }).length + 5)
  })

  it.each([
    ['of known length', put(), 417],
    ['in chunks', put(CHUNKED), 401],
    ['named in capitals, among others', put({ 'Content-Length': '9', Expect: 'x, 100-CONTINUE' }), 413],
  ])('%s is left out when it is refused, and the next request is read', async (_, first, status) => {
    const read = await after(first, response(status), [get('/next')])
    expect(summary(read)).toEqual([`PUT /file → ${status}`, 'GET /next → 200'])
    expect(read.exchanges[0]).toMatchObject({ requestBytes: first.length, requestPacket: 4 })
    // It was over with its head, not when the next began.
    expect(read.exchanges[0]?.requestEndAt).toBe(read.exchanges[0]?.requestAt)
  })

  it('many refusals on one connection lose no request', async () => {
    const talk = new Talk().opens()
    for (let i = 0; i < 25; i++) {
      talk.client.says(put())
      talk.server.says(REFUSED)
      talk.client.says(get(`/${i}`))
      talk.server.says(ok())
    }
    const read = only(await talk.read())
    expect(summary(read)).toEqual(Array.from({ length: 25 }, (_, i) => ['PUT /file → 417', `GET /${i} → 200`]).flat())
    expect(read.exchanges.every(({ complete }) => complete)).toBe(true)
  })

  it.each([1, 3, 7, 20])('a next request in segments of %i octets is read', async (size) => {
    for (const first of [put(), put(CHUNKED), put({ 'Content-Length': '5' })])
      expect(summary(await after(first, REFUSED, [get('/next')], size))).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })

  it.each([1, 4, 1000])('may be sent all the same, in segments of %i octets', async (size) => {
    for (const content of ['hello', 'GETTY', 'GET /', 'GET /\r\n', 'POST x y\n'])
      expect(
        summary(await after(put({ 'Content-Length': `${content.length}` }), REFUSED, [content, get('/next')], size)),
      ).toEqual(['PUT /file → 417', 'GET /next → 200'])
    expect(summary(await after(put(CHUNKED), REFUSED, ['c\r\nGET / HTTP/1\r\n0\r\n\r\n', get('/next')], size))).toEqual([
      'PUT /file → 417',
      'GET /next → 200',
    ])
  })

  it('that is itself a request is content where it fills what was announced, whatever the segments', async () => {
    for (const content of [get('/inner'), request('POST', '/inner', {}, 'abc')])
      for (const size of [1, 30, 100_000]) {
        const first = put({ 'Content-Length': `${content.length}` })
        const read = await after(first, REFUSED, [content, get('/next')], size)
        expect(summary(read)).toEqual(['PUT /file → 417', 'GET /next → 200'])
        expect(read.exchanges[0]?.requestBytes).toBe(first.length + content.length)
      }
  })

  it('that is itself a request, and longer or shorter than announced, is the next request', async () => {
    for (const by of [-1, 1, 500])
      expect(summary(await after(put({ 'Content-Length': `${get('/next').length + by}` }), REFUSED, [get('/next')]))).toEqual([
        'PUT /file → 417',
        'GET /next → 200',
      ])
  })

  it('is content, though it looks like a request, before the server said anything and after 100', async () => {
    const content = get('/inner')
    const first = put({ 'Content-Length': `${content.length * 2}` })
    for (const answer of ['', CONTINUE]) {
      const read = await after(first, answer, [content + content])
      expect(summary(read)).toEqual(['PUT /file → 200'])
    }
  })

  it('a method that is in no list is a request when its line is whole', async () => {
    expect(summary(await after(put(), REFUSED, [request('FROBNICATE', '/x')]))).toEqual([
      'PUT /file → 417',
      'FROBNICATE /x → 200',
    ])
  })

  it('the refusal may come later in the file than the next request', async () => {
    const talk = new Talk().opens()
    talk.client.says(put())
    const refusal = talk.server.says(REFUSED)
    const next = talk.client.says(get('/next'))
    talk.server.says(ok())
    talk.wire.moveBefore(next, refusal)
    expect(summary(only(await talk.read()))).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })

  it('the refusal may come earlier in the file than what it refuses', async () => {
    const talk = new Talk().opens()
    const first = talk.client.says(put())
    const refusal = talk.server.says(REFUSED)
    talk.client.says(get('/next'))
    talk.server.says(ok())
    talk.wire.moveBefore(refusal, first)
    expect(summary(only(await talk.read()))).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })

  it('an answer to the request before is none to this one', async () => {
    const talk = new Talk().opens()
    const content = get('/inner')
    talk.client.says(get('/first') + put({ 'Content-Length': `${content.length + 1}` }))
    talk.server.says(ok() + CONTINUE)
    talk.client.says(`${content}\n`)
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['GET /first → 200', 'PUT /file → 200'])
  })

  it('a request whose refusal ended the connection is whole; one that was told to go on and did not is not', async () => {
    const refused = await after(put(), '', [], 1, response(413, { Connection: 'close' }))
    expect(refused.exchanges).toMatchObject([{ status: 413, complete: true, requestBytes: put().length }])
    expect((await after(put(), CONTINUE, [])).exchanges).toMatchObject([{ status: 200, complete: false }])
  })

  it('a hole where content or a request was due costs no more than what lay in it', async () => {
    const talk = new Talk().opens()
    talk.client.says(put())
    talk.server.says(REFUSED)
    talk.client.says(get('/lost'), { lost: true })
    talk.server.says(response(404))
    talk.client.says(get('/next'), { after: 100 })
    talk.server.says(ok())
    const read = only(await talk.read())
    expect(read.exchanges.map((e) => [e.target, e.status]).sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual([
      ['/next', 200],
      [null, 404],
      ['/file', 417],
    ])
  })

  it('a next request that the snapshot length cut is one', async () => {
    const talk = new Talk().opens()
    talk.client.says(put())
    talk.server.says(REFUSED)
    talk.client.says(get('/next', { Cookie: 'x'.repeat(200) }), { keep: 100 })
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })

  it('a line without an end is content at last', async () => {
    const long = `GET /${'x'.repeat(200_000)}`
    const read = await after(put({ 'Content-Length': `${long.length}` }), REFUSED, [long, get('/next')], 1000)
    expect(summary(read)).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })
})

describe('the same in TLS, where most of what is content is not decrypted', () => {
  const EC = identity('ec', ['shop.example'])

  /** What each end says in turn, in records of its own. */
  async function inTls(turns: readonly (readonly ['client' | 'server', string])[]) {
    const pieces: Piece[] = []
    const keys: Buffer[] = []
    const [clientLine, serverLine] = line(pieces)
    const both = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' } as const
    const server = new TLSSocket(serverLine, { isServer: true, secureContext: createSecureContext({ ...EC, ...both }) })
    const client = connect({ socket: clientLine, rejectUnauthorized: false, ...both })
    client.on('keylog', (row: Buffer) => void keys.push(row))
    server.resume()
    client.resume()
    await new Promise((resolve) => client.once('secureConnect', resolve))
    for (const [by, text] of turns)
      await new Promise<void>((done) => (by === 'client' ? client : server).write(text, () => done()))
    client.destroy()
    server.destroy()
    return only(await readBytes(captured({ pieces }).file(), { keylog: Buffer.concat(keys) }))
  }

  it.each([
    ['left out', '', 0],
    ['sent', 'x'.repeat(90_000), 90_000],
    ['sent, beginning like a request', `${get('/inner')}${'x'.repeat(90_000 - get('/inner').length)}`, 0],
  ])('content %s', async (_, content, taken) => {
    const first = put({ 'Content-Length': '90000' })
    const read = await inTls([
      ['client', first],
      ['server', REFUSED],
      ...(content === '' ? [] : [['client', content] as const]),
      ['client', get('/next')],
      ['server', ok()],
    ])
    expect(read.exchanges[0]).toMatchObject({ method: 'PUT', status: 417, requestBytes: first.length + taken })
    expect(read.exchanges).toContainEqual(expect.objectContaining({ status: 200, complete: true }))
    if (!content.startsWith('GET')) expect(summary(read)).toEqual(['PUT /file → 417', 'GET /next → 200'])
  })

  it('content that is a whole request of the announced length', async () => {
    const content = request('POST', '/inner', {}, 'y'.repeat(30_000))
    const first = put({ 'Content-Length': `${content.length}` })
    const read = await inTls([
      ['client', first],
      ['server', REFUSED],
      ['client', content],
      ['client', get('/next')],
      ['server', ok()],
    ])
    expect(summary(read)).toEqual(['PUT /file → 417', 'GET /next → 200'])
    expect(read.exchanges[0]?.requestBytes).toBe(first.length + content.length)
  })
})
