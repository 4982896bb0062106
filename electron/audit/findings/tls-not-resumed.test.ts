import { describe, expect, it } from 'vitest'
import type { TlsFact } from '../../../shared/model/facts'
import { found } from '../testing/found'
import { tls, tls12 } from '../testing/tls'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** One connection after the other, each closed by its client. */
function oneByOne(setups: readonly TlsFact[]): Traffic {
  const t = traffic()
  for (const [i, setup] of setups.entries())
    t.connection({ at: i * 2, port: 443, overrides: { tls: setup } })
      .exchange({ at: i * 2 + 0.1, host: 'www.a.test', overrides: { scheme: 'https' } })
      .clientCloses(i * 2 + 0.2)
  return t
}

it('full TLS 1.2 handshakes of a client that had a session cost a round trip each', async () => {
  const [finding] = await found(oneByOne([tls12(), tls12(), tls12(), tls12('resumed')]), 'tls-not-resumed')
  expect(finding).toMatchObject({
    severity: 'warning',
    origin: 'https://www.a.test',
    connections: [1, 2],
    // Three, two of which come after another: at 20 ms each.
    impact: { kind: 'shorter', handshakes: 2, roundTrips: 2, seconds: 0.04, share: 0 },
    remedies: [{ product: 'The server', title: 'Let TLS sessions be resumed' }],
  })
  expect(finding?.evidence).toEqual([
    expect.stringContaining('1 other was resumed'),
    expect.stringMatching(/^2 of these connections were avoidable/),
  ])
})

it('connections opened together have no session yet', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++)
    t.connection({ at: i / 1000, port: 443, overrides: { tls: tls12() } }).exchange({ at: 0.1, takes: 2, host: 'www.a.test' })
  expect(await found(t, 'tls-not-resumed')).toEqual([])
})

it('TLS 1.3 costs no round trip, and the finding says so', async () => {
  const [finding] = await found(oneByOne(Array<TlsFact>(7).fill(tls())), 'tls-not-resumed')
  expect(finding).toMatchObject({ severity: 'info', impact: { handshakes: 6, roundTrips: 0, seconds: 0 } })
  expect(finding?.why).toContain('no time on the network')
  expect(await found(oneByOne(Array<TlsFact>(5).fill(tls())), 'tls-not-resumed')).toEqual([])
})

it('is silent where most sessions are resumed', async () => {
  const resumed = Array<TlsFact>(4).fill(tls12('resumed'))
  expect(await found(oneByOne([tls12(), ...resumed, tls12()]), 'tls-not-resumed')).toEqual([])
  expect(await found(oneByOne([tls12(), ...resumed]), 'tls-resumption-works')).toMatchObject([
    { severity: 'good', evidence: [expect.stringMatching(/^4 handshakes of 4 /)] },
  ])
})

it('another name, or another client, has no session', async () => {
  const t = traffic()
  for (const [i, client] of ['10.0.0.2', '10.0.0.3', '10.0.0.4'].entries())
    t.connection({ at: i * 2, client, port: 443, overrides: { tls: tls12() } }).exchange({ at: i * 2 + 0.1, host: 'www.a.test' })
  t.connection({ at: 9, port: 443, overrides: { tls: { ...tls12(), sni: 'b.test' } } }).exchange({ at: 9.1, host: 'b.test' })
  expect(await found(t, 'tls-not-resumed')).toEqual([])
})

it('the products that the traffic shows say how, the server before the client', async () => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i * 2, port: 443, overrides: { tls: tls12() } })
      .exchange({
        at: i * 2 + 0.1,
        host: 'www.a.test',
        product: 'nginx/1.22.1',
        agent: 'Go-http-client/1.1',
        overrides: { scheme: 'https' },
      })
      .clientCloses(i * 2 + 0.2)
  const [finding] = await found(t, 'tls-not-resumed')
  expect(finding?.remedies).toMatchObject([
    {
      id: 'nginx/resume-tls',
      seen: 'Server: nginx/1.22.1',
      snippet: expect.stringContaining('ssl_session_cache shared:SSL:10m;') as string,
      where: expect.stringContaining('Restart nginx daily') as string,
      verify: expect.stringContaining('openssl s_client -connect www.a.test:443') as string,
    },
    { id: 'go/keep-tls-sessions', snippet: expect.stringContaining('NewLRUClientSessionCache') as string },
  ])
  expect(finding?.remedies[0]?.verify).toContain("'tcp port 443'")
  expect(finding?.remedies[0]?.verify).toContain('this finding must be gone')
})

it('the check is of the version that the handshakes had', async () => {
  const verify = async (setup: TlsFact): Promise<string | undefined> =>
    (await found(oneByOne(Array<TlsFact>(7).fill(setup)), 'tls-not-resumed'))[0]?.remedies[0]?.verify
  const in13 = await verify(tls())
  // `-reconnect` leaves before the tickets of TLS 1.3 come: it never resumes.
  expect(in13).not.toMatch(/-tls1_2|-reconnect/)
  expect(in13).toContain('-connect www.a.test:443 -tls1_3 -sess_out session.pem, then')
  expect(in13).toContain('-connect www.a.test:443 -tls1_3 -sess_in session.pem')
  expect(await verify(tls12())).toContain('-tls1_2 -reconnect')
})

describe('what other traffic of the address shows, where the keys are missing', () => {
  const secret = { ...tls12(), decrypted: false }
  /** Three connections without their keys, and one in the clear. */
  const beside = (
    clear: { port?: number; server?: string; host?: string; product: string | null },
    certificateNames?: string[],
  ) => {
    const t = traffic()
    const overrides = { tls: { ...secret, ...(certificateNames === undefined ? {} : { certificateNames }) } }
    for (let i = 0; i < 3; i++) t.connection({ at: i * 2, port: 443, overrides }).clientCloses(i * 2 + 0.2)
    const { host = 'www.a.test', product, ...where } = clear
    t.connection({ at: 9, ...where }).exchange({ at: 9.1, host, product })
    return t
  }
  const shown = async (t: Traffic) => {
    const [finding] = await found(t, 'tls-not-resumed')
    expect(finding?.impact).toMatchObject({ handshakes: 2 })
    return finding?.remedies.map(({ id, seen }) => [id, seen])
  }

  it('a redirect at port 80 names the server, and it is called an inference', async () => {
    expect(await shown(beside({ product: 'nginx/1.22.1' }))).toEqual([
      ['nginx/resume-tls', 'Server: nginx/1.22.1, on other connections of the same address (port 80); here it is inferred'],
    ])
  })

  it.each<[string, Parameters<typeof beside>[0]]>([
    ['nor a program at another port and by another name', { port: 3000, host: 'other.test', product: 'nginx/1.22.1' }],
    ['nor another address', { server: '10.0.0.9', product: 'nginx/1.22.1' }],
    ['nor one that does not say', { product: null }],
  ])('%s', async (_, clear) => expect(await shown(beside(clear))).toEqual([['server/resume-tls', undefined]]))

  it('two that differ prove nothing', async () => {
    const t = beside({ product: 'nginx/1.22.1' })
    t.connection({ at: 12 }).exchange({ at: 12.1, host: 'b.test', product: 'Apache/2.4.65' })
    expect(await shown(t)).toEqual([['server/resume-tls', undefined]])
  })

  it('a certificate that only one product serves names it', async () => {
    const t = beside({ product: null }, ['TRAEFIK DEFAULT CERT', 'a1b2.traefik.default'])
    const [finding] = await found(t, 'tls-old-version')
    expect(finding?.remedies[0]).toMatchObject({ id: 'traefik/use-tls-1.3', seen: 'certificate: TRAEFIK DEFAULT CERT' })
  })
})
