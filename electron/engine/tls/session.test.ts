/** Node's own TLS is listened to, and what we make of its octets is compared with what it says of itself. */
import { randomBytes, X509Certificate } from 'node:crypto'
import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { TlsFact } from '../../../shared/model/facts'
import { identity } from '../testing/certificate'
import { only, readBytes, summary } from '../testing/read'
import { captured, recordTls } from '../testing/tls'
import type { TlsSession } from '../testing/tls'

const NAMES = ['shop.example', 'www.shop.example']
const RSA = identity('rsa', NAMES)
const EC = identity('ec', NAMES)
const REQUESTS = ['/5', '/40000', '/0', '/70000']
const READ = REQUESTS.map((target) => `GET ${target} → 200`)

const blind = async (session: TlsSession): Promise<TlsFact | null> =>
  only(await readBytes(captured(session).file())).connection.tls
const withKeys = (session: TlsSession, size?: number): ReturnType<typeof readBytes> =>
  readBytes(captured(session, size).file(), { keylog: session.keylog })

const tls12 = (ciphers: string, more: SecureContextOptions = {}): SecureContextOptions => ({
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
  ciphers,
  ...more,
})
const tls13 = (ciphers: string): SecureContextOptions => ({ minVersion: 'TLSv1.3', ciphers })
const old = (version: 'TLSv1' | 'TLSv1.1', cipher: string): SecureContextOptions => ({
  minVersion: version,
  maxVersion: version,
  ciphers: `${cipher}:@SECLEVEL=0`,
})

describe('the certificate made for these tests', () => {
  it.each([RSA, EC])('is one', ({ der }) => {
    const read = new X509Certificate(der)
    expect(read.subject).toBe('CN=shop.example')
    expect(read.subjectAltName).toBe('DNS:shop.example, DNS:www.shop.example')
  })
})

describe.each([
  ['TLS 1.2', tls12('ECDHE-RSA-AES128-GCM-SHA256')],
  ['TLS 1.3', tls13('TLS_AES_128_GCM_SHA256')],
] as const)('the end of %s', (_, both) => {
  it.each([true, false])('is told of who sent close_notify first, with keys and without (the server: %s)', async (serverEnds) => {
    const session = await recordTls({ identity: RSA, both, requests: REQUESTS, serverEnds })
    const by = serverEnds ? 'server' : 'client'
    const seen = [await blind(session), only(await withKeys(session)).connection.tls]
    for (const tls of seen) expect(tls).toMatchObject({ closeNotify: { [by]: true }, closedBy: { by } })
    expect(seen[0]!.closedBy).toEqual(seen[1]!.closedBy)
  })
})

describe('TLS 1.2', () => {
  it.each([
    ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'AES128-SHA', 'AES256-SHA', 'AES128-SHA256', 'AES256-SHA256'].map((c) => ({
      c,
      id: RSA,
    })),
    ...['AES128-CCM', 'AES256-CCM', 'AES128-CCM8', 'AES256-CCM8'].flatMap((c) => [
      { c, id: RSA },
      { c: `ECDHE-ECDSA-${c}`, id: EC },
    ]),
    ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map((c) => ({ c: `DHE-RSA-${c}`, id: RSA })),
    ...[
      'AES128-GCM-SHA256',
      'AES256-GCM-SHA384',
      'CHACHA20-POLY1305',
      'AES128-SHA',
      'AES256-SHA',
      'AES128-SHA256',
      'AES256-SHA384',
    ].flatMap((c) => [
      { c: `ECDHE-RSA-${c}`, id: RSA },
      { c: `ECDHE-ECDSA-${c}`, id: EC },
    ]),
  ])('$c is read with its keys', async ({ c, id }) => {
    // CCM's short tags are below OpenSSL's usual level.
    const session = await recordTls({
      identity: id,
      both: tls12(c.endsWith('CCM8') ? `${c}:@SECLEVEL=0` : c),
      requests: REQUESTS,
    })
    expect(session.cipher).toBe(c)
    const read = only(await withKeys(session))
    expect(summary(read)).toEqual(READ)
    expect(read.connection).toMatchObject({
      application: 'http/1',
      tls: { version: 'TLS 1.2', decrypted: true, kind: 'full', roundTrips: 2 },
    })
    expect(read.exchanges.every(({ scheme }) => scheme === 'https')).toBe(true)
  })

  it.each(['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA384'])('%s is read with the MAC inside too', async (c) => {
    const both = tls12(c, { secureOptions: constants.SSL_OP_NO_ENCRYPT_THEN_MAC })
    expect(summary(only(await withKeys(await recordTls({ identity: RSA, both, requests: REQUESTS }))))).toEqual(READ)
  })

  it('goes on being read after a renegotiation, and is one session without keys', async () => {
    const session = await recordTls({
      identity: RSA,
      both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
      requests: REQUESTS,
      renegotiates: 2,
    })
    expect(session.keylog.toString().match(/CLIENT_RANDOM/g)?.length).toBe(2)
    const read = only(await withKeys(session))
    expect(summary(read)).toEqual(READ)
    expect(read.connection.tls).toMatchObject({ kind: 'full', roundTrips: 2, certificateNames: NAMES })
    const seen = await blind(session)
    expect(seen).toMatchObject({ kind: 'full', roundTrips: 2, setup: read.connection.tls?.setup })
    // With the keys of the first handshake alone, what they protect is read.
    const [first] = session.keylog.toString().split('\n')
    expect(summary(only(await readBytes(captured(session).file(), { keylog: Buffer.from(first ?? '') }))).slice(0, 2)).toEqual(
      READ.slice(0, 2),
    )
  })

  it('tells without keys what the handshake says', async () => {
    const session = await recordTls({
      identity: RSA,
      both: tls12('ECDHE-RSA-AES128-GCM-SHA256'),
      alpn: ['http/1.1'],
      requests: REQUESTS,
    })
    expect(await blind(session)).toMatchObject({
      version: 'TLS 1.2',
      sni: 'shop.example',
      alpn: 'http/1.1',
      kind: 'full',
      roundTrips: 2,
      decrypted: false,
      certificateNames: NAMES,
      estimatedTurns: REQUESTS.length,
      closeNotify: { client: true },
    })
  })

  it('knows a resumed session by its ticket, with keys and without', async () => {
    const script = { identity: RSA, both: tls12('ECDHE-RSA-AES128-GCM-SHA256'), requests: REQUESTS, ticketKeys: randomBytes(48) }
    const first = await recordTls(script)
    const second = await recordTls({ ...script, client: { session: first.ticket ?? undefined } })
    expect([first.reused, second.reused]).toEqual([false, true])
    expect(await blind(first)).toMatchObject({ kind: 'full' })
    expect(await blind(second)).toMatchObject({ kind: 'resumed', roundTrips: 1 })
    expect(summary(only(await withKeys(second)))).toEqual(READ)
  })
})

describe('TLS 1.0 and 1.1', () => {
  it.each([
    ['TLSv1', 'TLS 1.0', 'AES128-SHA'],
    ['TLSv1', 'TLS 1.0', 'ECDHE-RSA-AES256-SHA'],
    ['TLSv1.1', 'TLS 1.1', 'AES128-SHA'],
    ['TLSv1.1', 'TLS 1.1', 'ECDHE-RSA-AES256-SHA'],
  ] as const)('%s %s %s is read with its keys', async (version, name, cipher) => {
    const read = only(await withKeys(await recordTls({ identity: RSA, both: old(version, cipher), requests: REQUESTS })))
    expect(summary(read)).toEqual(READ)
    expect(read.connection.tls?.version).toBe(name)
  })
})

describe('TLS 1.3', () => {
  const suites = [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
  ]

  it.each(suites)('%s is read with its keys, resumed and not', async (suite) => {
    const script = {
      identity: EC,
      both: tls13(suite.includes('CCM_8') ? `${suite}:AES128-GCM-SHA256:@SECLEVEL=0` : suite),
      alpn: ['http/1.1'],
      requests: REQUESTS,
      ticketKeys: randomBytes(48),
    }
    const first = await recordTls(script)
    const second = await recordTls({ ...script, client: { session: first.ticket ?? undefined } })
    expect([first.cipher, first.reused, second.reused]).toEqual([suite, false, true])
    for (const [session, kind] of [
      [first, 'full'],
      [second, 'resumed'],
    ] as const) {
      const read = only(await withKeys(session))
      expect(summary(read)).toEqual(READ)
      expect(read.connection).toMatchObject({
        application: 'http/1',
        tls: {
          version: 'TLS 1.3',
          sni: 'shop.example',
          alpn: 'http/1.1',
          kind,
          roundTrips: 1,
          decrypted: true,
          closeNotify: { client: true },
        },
      })
      const seen = await blind(session)
      expect(seen).toMatchObject({
        version: 'TLS 1.3',
        sni: 'shop.example',
        alpn: null,
        kind,
        roundTrips: 1,
        decrypted: false,
        estimatedTurns: REQUESTS.length,
      })
      expect(seen?.setup).toBe(read.connection.tls?.setup)
    }
  })

  it('shows the names of an encrypted certificate only with keys', async () => {
    const session = await recordTls({ identity: EC, both: tls13(suites[0] ?? ''), requests: ['/1'] })
    expect(await blind(session)).not.toHaveProperty('certificateNames')
    expect(only(await withKeys(session)).connection.tls?.certificateNames).toEqual(NAMES)
  })

  it('counts the round trip that a HelloRetryRequest costs', async () => {
    // The client offers a share for X25519 only; the server takes nothing but P-384.
    const session = await recordTls({
      identity: EC,
      both: { minVersion: 'TLSv1.3' },
      client: { ecdhCurve: 'X25519:P-384' },
      requests: REQUESTS,
      server: { ecdhCurve: 'P-384' },
    })
    expect(await blind(session)).toMatchObject({ helloRetry: true, roundTrips: 2, kind: 'full' })
    expect(summary(only(await withKeys(session)))).toEqual(READ)
  })

  it.each([1, 3, 7, 64, 20_000])('is read the same from segments of %i octets', async (size) => {
    const session = await recordTls({ identity: EC, requests: ['/5', '/300'] })
    expect(summary(only(await withKeys(session, size)))).toEqual(['GET /5 → 200', 'GET /300 → 200'])
  })

  it('is not read with the keys of another session, nor with a key log that is none', async () => {
    const session = await recordTls({ identity: EC, requests: REQUESTS })
    const other = await recordTls({ identity: EC, requests: REQUESTS })
    const wrong = Buffer.from(session.keylog.toString().replace(/[0-9a-f]{2}(?=\n)/g, (hex) => (hex === '00' ? '01' : '00')))
    for (const keylog of [other.keylog, wrong, Buffer.from('no key log'), randomBytes(5000)]) {
      const read = only(await readBytes(captured(session).file(), { keylog }))
      expect(read.exchanges).toEqual([])
      expect(read.connection).toMatchObject({ application: 'tls', tls: { decrypted: false, kind: 'full' } })
    }
  })
})
