import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const told = (timeout: number, closesAfter: number) => {
  const t = traffic()
  for (let i = 0; i < 6; i++)
    t.connection({ at: i * 12 })
      .exchange({ at: i * 12 + 0.02, timeout, product: 'nginx/1.22.1' })
      .serverCloses(i * 12 + 0.04 + closesAfter)
  return t
}

it('a hint of a minute, and a close after five seconds', async () => {
  const [finding] = await found(told(60, 5), 'timeout-hint-not-kept')
  expect(finding!.title).toBe('http://www.example.com announces a time-out of 60 s and closes after 5 s')
  expect(finding).toMatchObject({ severity: 'warning', impact: { handshakes: 0 } })
  expect(finding!.remedies[0]!.id).toBe('nginx/raise-idle-timeout')
})

it('silent where the server keeps its word, or holds on for a second more', async () => {
  expect(await found(told(5, 5), 'timeout-hint-not-kept')).toEqual([])
  expect(await found(told(5, 6), 'timeout-hint-not-kept')).toEqual([])
})
