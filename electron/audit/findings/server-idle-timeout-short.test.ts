import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('recommends the time-out that this traffic’s gaps need', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++)
    t.connection({ at: i * 12 })
      .exchange({ at: i * 12 + 0.02, timeout: 5, product: 'Apache/2.4.58' })
      .serverCloses(i * 12 + 5.04)
  const [finding] = await found(t, 'server-idle-timeout-short')
  expect(finding!.title).toContain('after 5 s')
  // 95 % of the gaps are 11.96 s; with a tenth in hand the next usual value is 15.
  expect(finding!.remedies[0]).toMatchObject({ id: 'apache/raise-idle-timeout', snippet: 'KeepAliveTimeout 15' })
  expect(finding!.evidence[1]).toContain('15 s avoids all 5 connections that no time-out at all would')
})

it('counts the gap to the request where the connection was opened ahead of it', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).serverCloses(5.04)
  // Opened 8 s after the first response, and used 11.7 s after it.
  t.connection({ at: 8.04 }).exchange({ at: 11.74, timeout: 5 }).serverCloses(16.76)
  const [finding] = await found(t, 'server-idle-timeout-short')
  // To the SYN it is 8 s, for which 10 s would do.
  expect(finding!.evidence[1]).toContain('The next request came 12 s after the last response')
  expect(finding!.evidence[1]).toContain('15 s avoids the one connection that')
})
