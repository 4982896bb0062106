import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const told = (exchanges: number) => {
  const t = traffic()
  const c = t.connection({ at: 0 })
  for (let i = 0; i < exchanges; i++) c.exchange({ at: 0.02 + i })
  return t
}

it('praises what needs no change', async () => {
  const [finding] = await found(told(10), 'healthy-reuse')
  expect(finding).toMatchObject({ severity: 'good', remedies: [] })
  expect(finding!.evidence[0]).toBe('10 exchanges on 1 connection: 90% were sent on a connection that was already open.')
})

it('but not on the strength of a few requests', async () => expect(await found(told(3), 'healthy-reuse')).toEqual([]))
