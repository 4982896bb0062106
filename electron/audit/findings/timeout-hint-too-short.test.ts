import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const told = (timeout: number, request: string | null) => {
  const t = traffic()
  for (let i = 0; i < 3; i++)
    t.connection({ at: i })
      .exchange({ at: i + 0.02, timeout, request })
      .clientCloses(i + 0.05)
  return t
}

it('a hint of one second makes careful clients keep nothing', async () => {
  const t = told(1, 'keep-alive')
  expect(await found(t, 'timeout-hint-too-short')).toMatchObject([{ impact: { handshakes: 2 }, confidence: 'medium' }])
  expect(await found(told(1, 'keep-alive'), 'client-does-not-pool')).toEqual([])
})

it('a hint of five does not', async () => expect(await found(told(5, 'keep-alive'), 'timeout-hint-too-short')).toEqual([]))
it('nor does one to a client that did not ask', async () =>
  expect(await found(told(1, null), 'timeout-hint-too-short')).toEqual([]))
