/** Start lines and fields (RFC 9112 §2 to §5). */
import { describe, expect, it } from 'vitest'
import { get, ok, request, response } from '../../testing/http'
import { codesOf, only, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'
import type { CollectedConnection } from '../../testing/collect'

async function exchanged(ask: string, answer = ok()): Promise<CollectedConnection> {
  const talk = new Talk().opens()
  talk.client.says(ask)
  talk.server.says(answer)
  talk.client.says(get('/next'))
  talk.server.says(ok())
  return only(await talk.closes().read())
}
const first = async (ask: string, answer?: string) => (await exchanged(ask, answer)).exchanges[0]!

describe('heads', () => {
  it('split at every octet give the same exchanges', async () => {
    const ask = request('POST', '/split?a=b', { 'User-Agent': 'test/1', Connection: 'keep-alive' }, 'body')
    const answer = response(200, { Server: 'unit', 'Keep-Alive': 'timeout=5, max=99', Connection: 'Keep-Alive' }, 'hello')
    const { exchanges: whole } = await exchanged(ask, answer)
    const told = ({
      requestBytes,
      responseBytes,
      target,
      status,
      request: r,
      response: s,
      advertised,
      userAgent,
      serverProduct,
    }: (typeof whole)[number]) => ({ requestBytes, responseBytes, target, status, r, s, advertised, userAgent, serverProduct })
    for (let at = 1; at < Math.max(ask.length, answer.length); at++) {
      const talk = new Talk().opens()
      for (const part of [ask.slice(0, at), ask.slice(at)]) if (part !== '') talk.client.says(part)
      for (const part of [answer.slice(0, at), answer.slice(at)]) if (part !== '') talk.server.says(part)
      talk.client.says(get('/next'))
      talk.server.says(ok())
      const { exchanges } = only(await talk.closes().read())
      expect(exchanges.map(told), `split at ${at}`).toEqual(whole.map(told))
    }
  })

  it('begin at their first octet and end in the packet of their last', async () => {
    const talk = new Talk().opens()
    const ask = get('/')
    talk.client.says(ask.slice(0, 5))
    const asked = talk.client.says(ask.slice(5), { after: 7 })
    const answer = ok('hello')
    talk.server.says(answer.slice(0, 5), { after: 20 })
    const answered = talk.server.says(answer.slice(5, -3), { after: 7 })
    talk.server.says(answer.slice(-3), { after: 7 })
    expect(only(await talk.read()).exchanges[0]).toMatchObject({
      requestPacket: asked,
      requestAt: 23e6,
      requestEndAt: 30e6,
      responsePacket: answered,
      responseAt: 50e6,
      completeAt: 64e6,
    })
  })

  it('may have bare line feeds, and empty lines before them', async () => {
    const found = await exchanged(
      '\r\n\r\nGET /lf HTTP/1.1\nHost: a\nConnection: close\n\n',
      'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
    )
    expect(summary(found)).toEqual(['GET /lf → 200', 'GET /next → 200'])
    expect(found.exchanges[0]).toMatchObject({
      authority: 'a',
      request: { connection: 'close' },
      responseBytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'.length,
    })
    expect(found.exchanges[0]!.requestBytes).toBe('GET /lf HTTP/1.1\nHost: a\nConnection: close\n\n'.length)
  })

  it('may fold a field over lines (RFC 9112 §5.2)', async () => {
    const folded = 'GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: one\r\n two\r\n\tthree\r\nConnection: close,\r\n  keep-alive\r\n\r\n'
    const exchange = await first(folded)
    expect(exchange.userAgent).toBe('one two three')
    expect(exchange.request).toEqual({ connection: 'close, keep-alive', keepsAlive: false })
  })

  it('name fields in any case, with any white space around the value', async () => {
    const exchange = await first(
      'GET / HTTP/1.1\r\nhOsT:a.example\r\nUSER-AGENT: \t spaced \t \r\n\r\n',
      'HTTP/1.1 200 OK\r\nCONTENT-LENGTH:0\r\nserver:\tx\r\n\r\n',
    )
    expect(exchange).toMatchObject({ authority: 'a.example', userAgent: 'spaced', serverProduct: 'x', complete: true })
  })

  it('keep octets that are not ASCII, and lines without a colon hurt nobody', async () => {
    const exchange = await first('GET /caf\xe9 HTTP/1.1\r\nthis is no field\r\nHost: a\r\n: nameless\r\n\r\n')
    expect(exchange).toMatchObject({ target: '/caf\xe9', authority: 'a' })
  })

  it('need no reason phrase', async () => {
    expect((await first(get('/'), 'HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n')).status).toBe(404)
    expect((await first(get('/'), 'HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n')).status).toBe(404)
  })

  it('may have a status code below 100: a final answer, whose body counts (RFC 9110 §15)', async () => {
    const found = await exchanged(get('/'), 'HTTP/1.1 099 Odd\r\nContent-Length: 3\r\n\r\nabc')
    expect(summary(found)).toEqual(['GET / → 99', 'GET /next → 200'])
    expect(found.exchanges[0]).toMatchObject({ status: 99, informational: [], complete: true })
    const none = await exchanged(get('/'), 'HTTP/1.1 000 None\r\nContent-Length: 3\r\n\r\nabc')
    expect(none.exchanges.map(({ status }) => status)).not.toContain(0)
    expect(none.exchanges.filter((e) => e.complete && e.status === null)).toEqual([])
  })

  it('end no line with a CR alone: it stands for a space (RFC 9112 §2.2)', async () => {
    expect(await first('GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: one\rX-Not: a field\r\n\r\n')).toMatchObject({
      authority: 'a.test',
      userAgent: 'one X-Not: a field',
    })
  })

  it('take methods that nobody has heard of', async () => {
    expect(summary(await exchanged(request('BREW', '/pot')))).toEqual(['BREW /pot → 200', 'GET /next → 200'])
    expect((await first(request('M-SEARCH', '*'))).method).toBe('M-SEARCH')
  })

  it('longer than any server takes are given up, with a diagnostic', async () => {
    const talk = new Talk().opens()
    talk.client.saysInPieces(`GET / HTTP/1.1\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(400)}`, 1400)
    talk.client.says('\r\n')
    talk.client.says(get('/next'))
    talk.server.says(ok())
    const read = await talk.read()
    expect(codesOf(read)).toEqual(['head-too-long'])
    expect(only(read).exchanges.map(({ target }) => target)).toContain('/next')
  })

  it('as long as servers do take are read', async () => {
    const target = `/${'t'.repeat(8000)}`
    const talk = new Talk().opens()
    talk.client.saysInPieces(get(target, { Cookie: 'c'.repeat(50_000) }), 1400)
    talk.server.says(ok())
    expect(only(await talk.read()).exchanges[0]).toMatchObject({ target, status: 200, complete: true })
  })
})

describe('the authority', () => {
  it.each([
    { name: 'is the Host field', ask: get('/', { Host: 'Shop.Example:8080' }), authority: 'Shop.Example:8080' },
    { name: 'is nothing without one', ask: 'GET / HTTP/1.0\r\n\r\n', authority: null },
    {
      name: 'is in an absolute target where there is no Host',
      ask: 'GET http://user@a.example:81/x?y HTTP/1.0\r\n\r\n',
      authority: 'a.example:81',
    },
    {
      name: 'of CONNECT is its target',
      ask: 'CONNECT a.example:443 HTTP/1.1\r\nHost: proxy.example\r\n\r\n',
      authority: 'a.example:443',
    },
    { name: 'of an asterisk is Host', ask: 'OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n', authority: 'a.example' },
    {
      name: 'of an absolute target overrules Host (RFC 9112 §3.2.2)',
      ask: 'GET http://b.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n',
      authority: 'b.example',
    },
  ])('$name', async ({ ask, authority }) => {
    expect((await first(ask, ask.startsWith('CONNECT') ? response(403) : ok())).authority).toBe(authority)
  })
})

describe('other fields', () => {
  it('tell of proxies and products', async () => {
    const exchange = await first(
      get('/', { Via: '1.1 a', via: '1.0 b', Forwarded: 'for=x' }),
      ok('', { Server: 'nginx/1.29', Via: '1.1 varnish' }),
    )
    expect(exchange).toMatchObject({
      requestVia: '1.1 a, 1.0 b',
      responseVia: '1.1 varnish',
      forwarded: true,
      serverProduct: 'nginx/1.29',
    })
    expect(await first(get('/', { 'X-Forwarded-For': '1.2.3.4' }))).toMatchObject({ forwarded: true })
    expect(await first(get('/'))).toMatchObject({ forwarded: false, requestVia: null, userAgent: null })
  })
})

describe('what is no HTTP', () => {
  it.each([
    { name: 'TLS', text: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' },
    { name: 'SSH', text: 'SSH-2.0-OpenSSH_9.6\r\n' },
    { name: 'SMTP', text: '220 mail.example ESMTP\r\n' },
    { name: 'zeros', text: '\0'.repeat(500) },
  ])('$name makes no exchange', async ({ text }) => {
    const talk = new Talk().opens()
    for (let i = 0; i < 3; i++) {
      talk.server.says(text)
      talk.client.says(text)
    }
    const found = only(await talk.closes().read())
    expect(found.exchanges).toEqual([])
    expect(found.connection.application).not.toBe('http/1')
  })
})
