import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

it('names the age, and says nothing of equal idle times', async () => {
  const t = traffic()
  for (const [i, idle] of [2, 5, 8, 1].entries()) {
    const at = i * 20
    t.connection({ at })
      .exchange({ at: at + 0.02 })
      .exchange({ at: at + 9.98 - idle })
      .serverCloses(at + 10)
  }
  const [finding] = await found(t, 'age-limit-low')
  expect(finding).toMatchObject({ impact: { handshakes: 3, share: 1 }, confidence: 'medium' })
  expect(finding!.title).toContain('at an age of 10 s')
  const idle = traffic()
  for (let at = 0; at < 80; at += 20)
    idle
      .connection({ at })
      .exchange({ at: at + 0.02 })
      .serverCloses(at + 10)
  expect(await found(idle, 'age-limit-low')).toEqual([])
})
