/** HTTP/0.9 (RFC 1945 §4.1, §6): a line asks, bytes answer, the close ends. */
import { describe, expect, it } from 'vitest'
import { get, response } from '../../testing/http'
import { only, summary } from '../../testing/read'
import type { CollectedConnection } from '../../testing/collect'
import { Talk } from '../../testing/wire'

const PAGE = '<html>\n<p>hello\n</html>\n'

async function said(request: string | readonly string[], ...responses: readonly string[]): Promise<CollectedConnection> {
  const talk = new Talk().opens()
  for (const piece of typeof request === 'string' ? [request] : request) talk.client.says(piece)
  for (const piece of responses) talk.server.says(piece)
  return only(await talk.closes('server').read())
}

describe('HTTP/0.9', () => {
  it.each([
    ['a bare line feed', 'GET /page\n'],
    ['CR and LF', 'GET /page\r\n'],
    ['pieces', ['GE', 'T /pa', 'ge\r', '\n']],
  ])('a request of one line is answered by what comes until the close: %s', async (_, request) => {
    const found = await said(request, PAGE, 'more')
    expect(summary(found)).toEqual(['GET /page → ?'])
    expect(found.connection.application).toBe('http/1')
    const [exchange] = found.exchanges
    expect(exchange).toMatchObject({
      version: 'HTTP/0.9',
      responseVersion: 'HTTP/0.9',
      status: null,
      requestPacket: 3 + (typeof request === 'string' ? 1 : request.length),
      responseBytes: PAGE.length + 4,
      complete: true,
      closeDelimited: true,
      request: { keepsAlive: false },
      response: { keepsAlive: false },
    })
    expect(exchange?.completeAt).toBeGreaterThan(exchange?.responseAt ?? Infinity)
  })

  it('a server may answer it in HTTP/1, as one that refuses it does', async () => {
    expect(summary(await said('GET /page\n', response(400)))).toEqual(['GET /page → 400'])
  })

  it.each([
    ['another method', 'POST /page\n'],
    ['no target', 'GET \n'],
    ['a target that is none', 'GET key\r\n'],
    ['more than one line', 'GET /page\nGET /other\n'],
  ])('is not: %s', async (_, request) => {
    expect((await said(request, PAGE)).exchanges).toEqual([])
  })

  it('a head whose rest is missing is no request of HTTP/0.9', async () => {
    expect((await said(get('/').slice(0, -2), PAGE)).exchanges).toEqual([])
  })
})

it('a method that nobody has heard of, without a version, is believed where Host follows', async () => {
  expect(summary(await said('CCM_POST /HTTP/1.1\r\nHost: www.example\r\n\r\n', response(400)))).toEqual([
    'CCM_POST /HTTP/1.1 → 400',
  ])
  expect((await said('EHLO client\r\nMAIL FROM:<a@b>\r\n\r\n', '250 ok\r\n')).exchanges).toEqual([])
})
