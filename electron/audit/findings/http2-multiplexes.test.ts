import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { http2, tls } from '../testing/tls'
import { traffic } from '../testing/traffic'

/** Requests on one HTTP/2 connection, `every` so many seconds, 50 ms each. */
function requests(every: number) {
  const t = traffic()
  const c = t.connection({ at: 0, port: 443, overrides: { application: 'h2', http2, tls: tls({ alpn: 'h2' }) } })
  for (let i = 0; i < 6; i++)
    c.exchange({ at: 0.1 + i * every, takes: 0.05, host: 'www.a.test', overrides: { scheme: 'https', stream: 2 * i + 1 } })
  return t
}

it('requests sent while others are in flight', async () => {
  expect(await found(requests(0.01), 'http2-multiplexes')).toMatchObject([
    {
      severity: 'good',
      title: 'HTTP/2 to https://www.a.test multiplexes well',
      evidence: [expect.stringMatching(/^6 requests on 1 connection; 5 were/)],
    },
  ])
})

it('one after the other is no multiplexing', async () => {
  expect(await found(requests(0.1), 'http2-multiplexes')).toEqual([])
})
