import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { tls } from '../testing/tls'
import { traffic } from '../testing/traffic'

const EMPTY = { bytes: { client: 0, server: 0 } } as never

it('a connection beside those that carried requests, closed without one', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03 })
  t.connection({ at: 0.001, overrides: EMPTY }).clientCloses(20)
  expect(await found(t, 'connections-unused')).toMatchObject([
    {
      severity: 'info',
      connections: [1],
      origin: '10.0.0.1:80',
      impact: { kind: 'unused', handshakes: 1, roundTrips: 1, seconds: 0.02, share: 0 },
    },
  ])
})

it('TLS that was set up and carried no request', async () => {
  const t = traffic()
  const setup = tls({ decrypted: false })
  t.connection({ at: 0, port: 443, overrides: { tls: { ...setup, estimatedTurns: 3 } } })
  t.connection({ at: 0.01, port: 443, overrides: { tls: { ...setup, estimatedTurns: 0 } } }).clientCloses(20)
  expect(await found(t, 'connections-unused')).toMatchObject([{ connections: [1], impact: { handshakes: 1, roundTrips: 2 } }])
})

it('health checks and scans of clients that send no request are none, nor what may yet be used', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03 })
  t.connection({ at: 1, client: '10.0.0.9', overrides: EMPTY }).clientCloses(1.1)
  t.connection({ at: 59, overrides: EMPTY })
  expect(await found(t, 'connections-unused')).toEqual([])
})

it('a browser’s are told of the page’s hints, for the host that was asked', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03, host: 'www.a.test', agent: 'Mozilla/5.0 (X11; Linux x86_64)' })
  t.connection({ at: 0.01, overrides: EMPTY }).clientCloses(20)
  const [finding] = await found(t, 'connections-unused')
  expect(finding?.remedies).toMatchObject([
    { id: 'browser/open-on-demand', snippet: expect.stringContaining('href="http://www.a.test" crossorigin') as string },
  ])
})

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64)'

it('over TLS the host is the one it named, not another at the same address', async () => {
  const t = traffic()
  const to = (sni: string, more = {}): never => ({ tls: tls({ sni }), ...more }) as never
  t.connection({ at: 0, port: 8443, overrides: to('a.test') })
    .exchange({ at: 0.1, host: 'a.test:8443', agent: BROWSER, overrides: { scheme: 'https' } })
    .clientCloses(20)
  t.connection({ at: 0.01, port: 8443, overrides: to('fonts.test', EMPTY) }).clientCloses(20)
  const [finding] = await found(t, 'connections-unused')
  expect(finding?.remedies[0]).toMatchObject({ id: 'browser/open-on-demand', verify: expect.stringContaining("'tcp port 8443'") })
  expect(finding?.remedies[0]?.snippet).toContain('href="https://fonts.test" crossorigin')
  expect(finding?.remedies[0]?.snippet).not.toContain('a.test')
})

it('no host is guessed where the address serves several in the clear', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03, host: 'a.test', agent: BROWSER })
  t.connection({ at: 0.001 }).exchange({ at: 0.03, host: 'b.test', agent: BROWSER })
  t.connection({ at: 0.01, overrides: EMPTY }).clientCloses(20)
  const [finding] = await found(t, 'connections-unused')
  expect(finding?.remedies[0]?.snippet).toContain('href="http://ORIGIN" crossorigin')
})
