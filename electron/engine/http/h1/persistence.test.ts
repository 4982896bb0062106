/** Does the connection stay open? RFC 9112 §9.3, and the Keep-Alive field that was never standardised again. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../../testing/http'
import { only } from '../../testing/read'
import { Talk } from '../../testing/wire'
import { keepAliveOf, persistenceOf } from './head'

describe('RFC 9112 §9.3', () => {
  it.each([
    ['HTTP/1.1', null, true],
    ['HTTP/1.1', 'keep-alive', true],
    ['HTTP/1.1', 'close', false],
    ['HTTP/1.1', 'Close', false],
    ['HTTP/1.1', 'keep-alive, close', false],
    ['HTTP/1.1', 'close, TE', false],
    ['HTTP/1.1', 'Upgrade', true],
    ['HTTP/1.1', 'closed', true],
    ['HTTP/1.1', 'x-close', true],
    ['HTTP/1.1', '', true],
    ['HTTP/1.1', ' , ,close ,', false],
    ['HTTP/1.2', null, true],
    ['HTTP/1.0', null, false],
    ['HTTP/1.0', 'keep-alive', true],
    ['HTTP/1.0', 'Keep-Alive', true],
    ['HTTP/1.0', 'KEEP-ALIVE, Foo', true],
    ['HTTP/1.0', 'close', false],
    ['HTTP/1.0', 'keep-alive, close', false],
    ['HTTP/1.0', 'TE', false],
    ['HTTP/0.9', null, false],
    ['HTTP/0.9', 'keep-alive', false],
  ])('%s with Connection: %s persists: %s', (version, connection, keepsAlive) => {
    expect(persistenceOf(version, connection)).toEqual({ connection, keepsAlive })
  })

  it('several Connection fields are one list', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/', { Connection: 'TE', connection: 'close' }))
    talk.server.says(ok('', { Connection: 'keep-alive' }))
    expect(only(await talk.read()).exchanges[0]).toMatchObject({
      request: { connection: 'TE, close', keepsAlive: false },
      response: { connection: 'keep-alive', keepsAlive: true },
    })
  })

  it('a long Connection field is cut where it is shown, not where it is understood', () => {
    const long = `${'x'.repeat(300)}, close`
    expect(persistenceOf('HTTP/1.1', long)).toEqual({ connection: 'x'.repeat(200), keepsAlive: false })
  })
})

describe('Proxy-Connection (RFC 9112 §C.2.2)', () => {
  const spoken = async (target: string, asked: Record<string, string>, answered: Record<string, string>) => {
    const talk = new Talk().opens()
    talk.client.says(get(target, asked, 'HTTP/1.0'))
    talk.server.says(ok('', answered))
    return only(await talk.read()).exchanges[0]
  }

  it('counts towards a proxy, where there is no Connection field', async () => {
    const keep = { 'Proxy-Connection': 'keep-alive' }
    expect(await spoken('http://shop.example/', keep, { 'Proxy-Connection': 'close' })).toMatchObject({
      request: { connection: 'keep-alive', keepsAlive: true },
      response: { connection: 'close', keepsAlive: false },
    })
    expect(await spoken('http://shop.example/', { ...keep, Connection: 'close' }, {})).toMatchObject({
      request: { connection: 'close', keepsAlive: false },
      response: { connection: null, keepsAlive: true },
    })
  })

  it('means nothing to a server', async () => {
    expect(await spoken('/', { 'Proxy-Connection': 'keep-alive' }, { 'Proxy-Connection': 'close' })).toMatchObject({
      request: { connection: null, keepsAlive: false },
      response: { connection: null, keepsAlive: true },
    })
  })
})

describe('Keep-Alive', () => {
  it.each([
    ['timeout=5, max=100', { timeout: 5, max: 100 }],
    ['timeout=5', { timeout: 5, max: null }],
    ['max=99', { timeout: null, max: 99 }],
    ['max=99,timeout=15', { timeout: 15, max: 99 }],
    ['Timeout = 5 , MAX = 100', { timeout: 5, max: 100 }],
    ['timeout="30"', { timeout: 30, max: null }],
    ['timeout=0', { timeout: 0, max: null }],
    ['', { timeout: null, max: null }],
    ['300', { timeout: null, max: null }],
    ['timeout=abc', { timeout: null, max: null }],
    ['xtimeout=5', { timeout: null, max: null }],
    ['timeout=-1', { timeout: null, max: null }],
  ])('%s', (text, advertised) => {
    expect(keepAliveOf(text)).toEqual(advertised)
  })

  it('absent is not the same as empty', () => {
    expect(keepAliveOf(null)).toBeNull()
  })
})
