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
  expect(finding!.evidence[1]).toContain('15 s avoids 5 of the 5 connections that no time-out at all would')
})
