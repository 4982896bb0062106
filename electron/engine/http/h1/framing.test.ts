/** Where messages end (RFC 9112 §6, §7). */
import { describe, expect, it } from 'vitest'
import { get, ok, request, response, unframed } from '../../testing/http'
import { only, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'
import type { CollectedConnection } from '../../testing/collect'

type Line = readonly ['client' | 'server', string]
const says = (side: Line[0], text: string): Line => [side, text]

/** Both sides say their lines in turn, and the client closes, unless told otherwise. */
async function conversation(
  lines: readonly Line[],
  end: 'client' | 'server' | 'reset' | 'open' = 'client',
): Promise<CollectedConnection> {
  const talk = new Talk().opens()
  for (const [side, text] of lines) talk[side].says(text)
  if (end === 'reset') talk.server.rst()
  else if (end !== 'open') talk.closes(end)
  return only(await talk.read())
}

const chunks = (...parts: readonly string[]): string => parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')
const chunked = (body: string, fields = {}): string => response(200, { 'Transfer-Encoding': 'chunked', ...fields }) + body
const NEXT = [says('client', get('/next')), says('server', ok())] as const

describe('responses end', () => {
  it.each([
    { by: 'Content-Length', text: response(200, {}, 'x'.repeat(100)) },
    { by: 'a Content-Length of 0', text: response(200, { 'Content-Length': '0' }) },
    { by: 'the same Content-Length twice', text: response(200, { 'Content-Length': '3, 3' }, 'abc') },
    { by: 'a Content-Length with leading zeros', text: response(200, { 'content-length': '0003' }, 'abc') },
    { by: 'a Content-Length with a plus sign', text: response(200, { 'Content-Length': '+3' }, 'abc') },
    {
      by: 'Content-Length, whatever “identity” says',
      text: response(200, { 'Transfer-Encoding': 'identity', 'Content-Length': '3' }) + 'abc',
    },
    { by: 'the last chunk', text: chunked(`${chunks('hello', 'w'.repeat(300))}0\r\n\r\n`) },
    { by: 'the last chunk, sizes in capitals', text: chunked(`1A\r\n${'a'.repeat(26)}\r\n0\r\n\r\n`) },
    { by: 'chunks with extensions', text: chunked(`5;name=value;q="a;b"\r\nhello\r\n5 ; x\r\nworld\r\n0;last\r\n\r\n`) },
    { by: 'chunks with zeros in front and many of them', text: chunked(`00000005\r\nhello\r\n000\r\n\r\n`) },
    { by: 'trailers', text: chunked(`${chunks('hello')}0\r\nExpires: never\r\nX-Checksum: 1\r\n\r\n`) },
    { by: 'chunks that hold what looks like a message', text: chunked(`${chunks('\r\n\r\nHTTP/1.1 500 No\r\n\r\n')}0\r\n\r\n`) },
    { by: 'chunks although there is a Content-Length', text: chunked(`${chunks('hello')}0\r\n\r\n`, { 'Content-Length': '3' }) },
    {
      by: 'chunks after another coding',
      text: response(200, { 'Transfer-Encoding': 'gzip, chunked' }) + `${chunks('zipped')}0\r\n\r\n`,
    },
    {
      by: 'chunks, named in two fields',
      text: response(200, { 'Transfer-Encoding': 'gzip', 'transfer-encoding': 'Chunked' }) + '0\r\n\r\n',
    },
  ])('by $by', async ({ text }) => {
    for (const lines of [
      [says('client', get('/')), says('server', text), ...NEXT],
      [says('client', get('/')), ...Array.from(text, (octet) => says('server', octet)), ...NEXT],
    ]) {
      const found = await conversation(lines)
      expect(summary(found)).toEqual(['GET / → 200', 'GET /next → 200'])
      expect(found.exchanges[0]).toMatchObject({ responseBytes: text.length, closeDelimited: false })
    }
  })

  it('with the close, where nothing else says so', async () => {
    const found = await conversation(
      [says('client', get('/', {}, 'HTTP/1.0')), says('server', unframed('a')), says('server', 'b')],
      'server',
    )
    expect(found.exchanges).toMatchObject([{ closeDelimited: true, complete: true, responseBytes: unframed('ab').length }])
  })

  it('with the close, in a stream that SHOUTcast answers with “ICY”', async () => {
    const { exchanges } = await conversation(
      [says('client', get('/stream')), says('server', 'ICY 200 OK\r\nicy-name: x\r\n\r\nmusic')],
      'server',
    )
    expect(exchanges).toMatchObject([{ target: '/stream', status: 200, responseVersion: 'HTTP/1.0', closeDelimited: true }])
  })

  it('with the close, where the last transfer coding is not chunked (RFC 9112 §6.3, rule 4)', async () => {
    const text = response(200, { 'Transfer-Encoding': 'chunked, gzip', 'Content-Length': '2' }) + 'anything'
    const found = await conversation([says('client', get('/')), says('server', text)], 'server')
    expect(found.exchanges).toMatchObject([{ closeDelimited: true, complete: true, responseBytes: text.length }])
  })

  it.each([
    { how: 'a reset', end: 'reset' as const },
    { how: 'the end of the capture', end: 'open' as const },
  ])('never, when $how breaks it off', async ({ end }) => {
    for (const text of [unframed('half'), response(200, { 'Content-Length': '100' }, 'half'), chunked(chunks('half'))]) {
      const found = await conversation([says('client', get('/')), says('server', text)], end)
      expect(found.exchanges).toMatchObject([{ status: 200, complete: false, completeAt: null, responseBytes: text.length }])
    }
  })

  it('never, when the close comes before the Content-Length is reached', async () => {
    const found = await conversation(
      [says('client', get('/')), says('server', response(200, { 'Content-Length': '100' }, 'half'))],
      'server',
    )
    expect(found.exchanges).toMatchObject([{ status: 200, complete: false, completeAt: null, closeDelimited: false }])
  })

  it.each([
    { name: 'to HEAD', method: 'HEAD', text: response(200, { 'Content-Length': '5000' }) },
    { name: 'to HEAD, chunked', method: 'HEAD', text: response(200, { 'Transfer-Encoding': 'chunked' }) },
    { name: 'to HEAD, without any length', method: 'HEAD', text: 'HTTP/1.1 200 OK\r\n\r\n' },
    { name: '204', method: 'DELETE', text: response(204) },
    { name: '304', method: 'GET', text: response(304, { 'Content-Length': '5000' }) },
  ])('at their head: $name', async ({ method, text }) => {
    const found = await conversation([says('client', request(method, '/')), says('server', text), ...NEXT])
    expect(found.exchanges.map((e) => [e.method, e.complete, e.responseBytes])).toEqual([
      [method, true, text.length],
      ['GET', true, ok().length],
    ])
    expect(found.exchanges[0]!.closeDelimited).toBe(false)
  })

  it('with different Content-Lengths nowhere that can be relied on: the next message is found by its looks', async () => {
    for (const lengths of [
      ['5', '9'],
      ['9', '5'],
      ['5, 9', '5'],
    ] as const) {
      const bad = response(200, { 'Content-Length': lengths[0], 'content-length': lengths[1] }) + 'hello'
      const found = await conversation([says('client', get('/')), says('server', bad), ...NEXT])
      expect(summary(found)).toEqual(['GET / → 200 …', 'GET /next → 200'])
    }
  })

  it('wherever a chunk size is not one: the next message is found by its looks', async () => {
    const found = await conversation([says('client', get('/')), says('server', chunked('oops\r\n')), ...NEXT])
    expect(summary(found)).toEqual(['GET / → 200 …', 'GET /next → 200'])
  })
})

describe('requests end', () => {
  it.each([
    { by: 'their head', text: request('POST', '/') },
    { by: 'Content-Length', text: request('POST', '/', {}, 'a=1&b=2') },
    { by: 'the last chunk', text: request('POST', '/', { 'Transfer-Encoding': 'chunked' }) + `${chunks('hello')}0\r\n\r\n` },
    { by: 'a body that looks like a request', text: request('POST', '/', {}, get('/inner')) },
  ])('by $by', async ({ text }) => {
    for (const lines of [[says('client', text)], Array.from(text, (octet) => says('client', octet))]) {
      const found = await conversation([...lines, says('server', ok()), ...NEXT])
      expect(summary(found)).toEqual(['POST / → 200', 'GET /next → 200'])
      expect(found.exchanges[0]!.requestBytes).toBe(text.length)
    }
  })

  it('are over when they are over: the response may come before', async () => {
    const talk = new Talk().opens()
    const whole = request('POST', '/', {}, 'x'.repeat(100))
    talk.client.says(whole.slice(0, -50))
    talk.server.says(response(413))
    talk.client.says(whole.slice(-50), { after: 10 })
    const { exchanges } = only(await talk.read())
    expect(exchanges).toMatchObject([{ status: 413, complete: true, requestBytes: whole.length }])
    expect(exchanges[0]!.requestEndAt).toBeGreaterThan(exchanges[0]!.completeAt!)
  })
})

describe('interim and switching responses', () => {
  it('1xx come before the final one, any number of them', async () => {
    const head = request('POST', '/', { Expect: '100-continue', 'Content-Length': '5' })
    const found = await conversation([
      says('client', head),
      says('server', response(100)),
      says('client', 'hello'),
      says('server', response(103, { Link: '</a.css>' }) + response(102)),
      says('server', response(201, { 'Content-Length': '0' })),
      ...NEXT,
    ])
    expect(found.exchanges.map(({ status, informational }) => [status, informational])).toEqual([
      [201, [100, 103, 102]],
      [200, []],
    ])
  })

  it('101 ends HTTP: what follows is another protocol', async () => {
    const found = await conversation([
      says('client', get('/chat', { Connection: 'Upgrade', Upgrade: 'websocket' })),
      says('server', response(101, { Connection: 'upgrade', Upgrade: 'WebSocket' })),
      says('client', get('/not-a-request')),
      says('server', ok('not a response')),
    ])
    expect(found.connection.application).toBe('websocket')
    expect(summary(found)).toEqual(['GET /chat → 101'])
  })

  it('an upgrade that is not taken goes on as HTTP/1', async () => {
    const found = await conversation([
      says('client', get('/', { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' })),
      says('server', ok()),
      ...NEXT,
    ])
    expect(found.connection.application).toBe('http/1')
    expect(found.exchanges).toHaveLength(2)
  })

  it('CONNECT that succeeds is a tunnel; one that fails is an exchange like any other', async () => {
    const connect = 'CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n'
    const found = await conversation([
      says('client', connect),
      says('server', response(407, {}, 'who are you?')),
      says('client', connect),
      says('server', 'HTTP/1.1 200 Connection established\r\n\r\n'),
      says('client', '\0\x01\x02 a protocol of its own'),
      says('server', '\0\x03\x04 and its answer'),
    ])
    expect(found.connection.application).toBe('tunnel')
    expect(found.exchanges.map((e) => [e.method, e.authority, e.status, e.complete])).toEqual([
      ['CONNECT', 'shop.example:443', 407, true],
      ['CONNECT', 'shop.example:443', 200, true],
    ])
  })
})
