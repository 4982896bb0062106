/** What a connection carries is told by its first bytes, also inside tunnels and behind prefixes. */
import { describe, expect, it } from 'vitest'
import type { Application } from '../../../shared/model/facts'
import { identity } from '../testing/certificate'
import { get, ok, response } from '../testing/http'
import { octets } from '../testing/octets'
import { only, readBytes, summary } from '../testing/read'
import { recordTls } from '../testing/tls'
import { Talk, Wire } from '../testing/wire'

const EC = identity('ec', ['shop.example'])
const session = recordTls({ identity: EC, requests: ['/5', '/3000'], both: { minVersion: 'TLSv1.3' } })
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'))

/** The TLS session goes on where the talk stands. */
async function speaksTls(talk: Talk): Promise<void> {
  for (const { end, data } of (await session).pieces) (end === 0 ? talk.client : talk.server).saysInPieces(data, 1400)
}

const open = (): Talk => new Talk(new Wire(), { server: { ip: '10.0.0.1', port: 1080 } }).opens()
const TLS_READ = ['GET /5 → 200', 'GET /3000 → 200']

async function readTls(talk: Talk, before: readonly string[] = []): Promise<void> {
  await speaksTls(talk)
  const file = talk.closes().wire.file()
  const blind = only(await readBytes(file))
  expect(blind.connection).toMatchObject({ application: 'tls', tls: { sni: 'shop.example', version: 'TLS 1.3', roundTrips: 1 } })
  expect(summary(blind)).toEqual(before)
  const read = only(await readBytes(file, { keylog: (await session).keylog }))
  expect(summary(read)).toEqual([...before, ...TLS_READ])
  expect(read.exchanges.map(({ ordinal }) => ordinal)).toEqual(read.exchanges.map((_, i) => i))
  expect(read.connection.application).toBe('http/1')
}

describe('tunnels', () => {
  it('CONNECT: TLS inside is read as TLS', async () => {
    const talk = open()
    talk.client.says('CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n')
    talk.server.says('HTTP/1.1 200 Connection established\r\n\r\n')
    await readTls(talk, ['CONNECT shop.example:443 → 200'])
  })

  it('CONNECT that is refused is no tunnel', async () => {
    const talk = open()
    talk.client.says('CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n')
    talk.server.says(response(407, {}, 'no'))
    talk.client.says(get('/after'))
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['CONNECT shop.example:443 → 407', 'GET /after → 200'])
  })

  it('SOCKS 5 with a name and a password', async () => {
    const talk = open()
    talk.client.says(hex('05 02 00 02'))
    talk.server.says(hex('05 02'))
    talk.client.says(octets(hex('01 04'), 'user', hex('04'), 'word'))
    talk.server.says(hex('01 00'))
    talk.client.says(octets(hex('05 01 00 03 0c'), 'shop.example', hex('01bb')))
    talk.server.says(hex('05 00 00 01 0a000001 1234'))
    await readTls(talk)
  })

  it.each([
    ['4', hex('04 01 01bb 0a000001'), 'me\0'],
    ['4A', hex('04 01 01bb 00000001'), 'me\0shop.example\0'],
  ])('SOCKS %s', async (_, fixed, texts) => {
    const talk = open()
    talk.client.says(octets(fixed, texts))
    talk.server.says(hex('00 5a 01bb 0a000001'))
    await readTls(talk)
  })

  it('HTTP/1 inside SOCKS is read too', async () => {
    const talk = open()
    talk.client.says(hex('05 01 00'))
    talk.server.says(hex('05 00'))
    talk.client.says(hex('05 01 00 01 0a000001 0050'))
    talk.server.says(hex('05 00 00 04 00000000000000000000000000000001 0050'))
    talk.client.says(get('/a'))
    talk.server.says(ok())
    const read = only(await talk.read())
    expect(summary(read)).toEqual(['GET /a → 200'])
    expect(read.connection.application).toBe('http/1')
  })

  it.each<[string, string, Application]>([
    ['websocket', 'websocket', 'websocket'],
    ['something unknown', 'chat/2', 'tunnel'],
  ])('an upgrade to %s is not read on', async (_, protocol, application) => {
    const talk = open()
    talk.client.says(get('/ws', { Upgrade: protocol, Connection: 'upgrade' }))
    talk.server.says(response(101, { Upgrade: protocol, Connection: 'upgrade' }))
    talk.client.says(hex('8185 01020304 00000000'))
    talk.server.says(hex('8105 48656c6c6f'))
    const read = only(await talk.read())
    expect(read.connection).toMatchObject({ application, exchangeCount: 1 })
  })
})

describe('TLS after words in another protocol', () => {
  const server = (text: string | Uint8Array) => ({ by: 'server' as const, text })
  const client = (text: string | Uint8Array) => ({ by: 'client' as const, text })

  it.each([
    {
      name: 'SMTP (RFC 3207)',
      said: [
        server('220 mail.example ESMTP\r\n'),
        client('EHLO client.example\r\n'),
        server('250-mail.example\r\n250 STARTTLS\r\n'),
        client('STARTTLS\r\n'),
        server('220 Go ahead\r\n'),
      ],
    },
    { name: 'IMAP (RFC 2595)', said: [server('* OK ready\r\n'), client('a1 STARTTLS\r\n'), server('a1 OK begin\r\n')] },
    { name: 'PostgreSQL', said: [client(hex('00000008 04d2162f')), server('S')] },
    {
      name: 'MySQL',
      said: [
        server(octets(hex('4a000000 0a'), '8.0.36', hex('00 0b000000'))),
        client(hex('20000001 85aeff00 00000001 2d000000')),
      ],
    },
    { name: 'LDAP (RFC 4511 §4.14)', said: [client(hex('301d02010177188016')), server(hex('300c02010178070a010004000400'))] },
  ])('$name', async ({ said }) => {
    const talk = open()
    for (const { by, text } of said) talk[by].says(text)
    await readTls(talk)
  })

  it('is not where HTTP was spoken, nor from bytes that are no ClientHello', async () => {
    const talk = open()
    talk.client.says(get('/'))
    talk.server.says(ok())
    await speaksTls(talk)
    expect(only(await talk.closes().read()).connection).toMatchObject({ application: 'http/1', tls: null })
    const other = open()
    other.client.says('hello\r\n')
    other.server.says('hello\r\n')
    other.client.says(hex('16 03 01 00 40 02 00 00 3c 03 03'))
    other.server.says('bye\r\n')
    expect(only(await other.closes().read()).connection).toMatchObject({ application: 'unknown', tls: null })
  })
})

describe('the PROXY protocol', () => {
  const V1 = 'PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\n'
  const V2 = hex('0d0a0d0a000d0a515549540a 21 11 000c c0000201 c6336401 dc04 01bb')

  it.each([
    ['version 1', octets(V1)],
    ['version 2', V2],
  ])('%s before TLS', async (_, prefix) => {
    const talk = open()
    talk.client.says(prefix)
    await readTls(talk)
  })

  it.each([
    ['version 1', octets(V1)],
    ['version 2', V2],
  ])('%s before HTTP/1, in the same segment and octet by octet', async (_, prefix) => {
    for (const size of [1, 3, 1400]) {
      const talk = open()
      talk.client.saysInPieces(octets(prefix, get('/a')), size)
      talk.server.saysInPieces(ok(), size)
      const read = only(await talk.read())
      expect(summary(read)).toEqual(['GET /a → 200'])
      expect(read.exchanges[0]?.requestBytes).toBe(get('/a').length)
    }
  })

  it('a header without an end is no header', async () => {
    const talk = open()
    talk.client.says(`PROXY ${'x'.repeat(300)}\r\n`)
    talk.client.says(get('/a'))
    talk.server.says(ok())
    expect(summary(only(await talk.read()))).toEqual(['GET /a → 200'])
  })
})

describe('first bytes', () => {
  it('HTTP/1 octet by octet', async () => {
    for (const method of ['PUT', 'POST', 'PROPFIND', 'GET']) {
      const talk = open()
      talk.client.saysInPieces(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, 1)
      talk.server.saysInPieces(ok(), 1)
      expect(summary(only(await talk.read()))).toEqual([`${method} / → 200`])
    }
  })

  it('a ClientHello of SSL 2.0 does not stop what follows', async () => {
    const talk = open()
    // Version 3.1, one cipher spec, no session id, a challenge of 16 octets.
    talk.client.says(hex('801c 01 0301 0003 0000 0010 00002f 000102030405060708090a0b0c0d0e0f'))
    talk.server.says(
      hex('16 0301 002a 02 000026 0301 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 00 002f 00'),
    )
    talk.server.says(hex('15 0301 0002 0228'))
    const read = only(await talk.read())
    expect(read.connection).toMatchObject({
      application: 'tls',
      tls: { version: 'TLS 1.0', kind: 'full', roundTrips: 1, fatalAlert: { by: 'server', description: 40 } },
    })
  })

  it('a server that speaks TLS where the client spoke something else is not believed', async () => {
    const talk = open()
    talk.client.says(get('/a'))
    talk.server.says(hex('16 0303 0004 0e000000'))
    expect(only(await talk.read()).connection.application).toBe('http/1')
  })

  it('a server of HTTP/2 alone says so first: a request of HTTP/1 to it is one all the same', async () => {
    const talk = open()
    talk.server.says(hex('00 00 06 04 00 00000000 0003 00000064'))
    talk.client.says(get('/one', { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' }))
    talk.server.says(hex('00 00 08 07 00 00000000 00000000 00000001'))
    const found = only(await talk.closes('server').read())
    expect(summary(found)).toEqual(['GET /one → ? …'])
    expect(found.connection).toMatchObject({ application: 'http/1', http2: null })
  })

  it('nor does a request of HTTP/1 take back streams of HTTP/2 that were seen', async () => {
    const talk = open()
    // HEADERS with :status 200 on stream 1, whole: the capture begins in the middle.
    talk.server.says(hex('00 00 06 04 00 00000000 0003 00000064 00 00 01 01 05 00000001 88'))
    talk.client.says(get('/one'))
    const { connection, exchanges } = only(await talk.closes('server').read())
    expect([connection.application, connection.exchangeCount, exchanges.length]).toEqual(['h2', 1, 1])
  })

  it('bytes that are none of them leave the connection unknown', async () => {
    const talk = open()
    talk.client.says('EHLO shop.example\r\n')
    talk.server.says(hex('00010203 04050607 08090a0b'))
    expect(only(await talk.read()).connection).toMatchObject({ application: 'unknown', tls: null, exchangeCount: 0 })
  })
})

describe('protocols that go over to TLS', () => {
  it('SMTP by STARTTLS (RFC 3207)', async () => {
    const talk = open()
    talk.server.says('220 mail.example ESMTP\r\n')
    talk.client.says('EHLO client.example\r\n')
    talk.server.says('250-mail.example\r\n250 STARTTLS\r\n')
    talk.client.says('STARTTLS\r\n')
    talk.server.says('220 Go ahead\r\n')
    await readTls(talk)
  })

  it('PostgreSQL by its SSLRequest', async () => {
    const talk = open()
    talk.client.says(hex('00000008 04d2162f'))
    talk.server.says('S')
    await readTls(talk)
  })

  it('not HTTP, which has no such thing in the middle', async () => {
    const talk = open()
    talk.client.says(get('/'))
    talk.server.says(ok())
    await speaksTls(talk)
    const found = only(await talk.read())
    expect(found.connection).toMatchObject({ tls: null, application: 'http/1' })
    expect(summary(found)).toEqual(['GET / → 200'])
  })
})
