import { expect, it } from 'vitest'
import { found } from '../testing/found'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const request = (at: number, credentials: boolean, agent = BROWSER) => ({ at, agent, overrides: { credentials } })

/** A page with cookies, and another connection half a second after the first was last used. */
function page(first: readonly boolean[], second: readonly boolean[], agent = BROWSER): Traffic {
  const t = traffic()
  const a = t.connection({ at: 0 })
  first.forEach((credentials, i) => a.exchange(request(0.02 + i * 0.1, credentials, agent)))
  const b = t.connection({ at: 2 })
  second.forEach((credentials, i) => b.exchange(request(2.02 + i * 0.1, credentials, agent)))
  return t
}

const rules = async (t: Traffic): Promise<readonly string[]> => {
  const all = [...(await found(t, 'credentials-kept-apart')), ...(await found(t, 'idle-connection-ignored'))]
  return all.map(({ rule }) => rule)
}

it('a browser’s requests without credentials do not go where those with were', async () => {
  const t = page([false, true, true], [false, false])
  const [finding] = await found(t, 'credentials-kept-apart')
  expect(finding).toMatchObject({ confidence: 'medium', impact: { handshakes: 1, share: 1 }, connections: [1] })
  expect(finding!.evidence.join(' ')).toContain('This is inferred')
  expect(finding!.remedies[0]!.id).toBe('client/align-credentials')
})

it('nor the other way round, once there were cookies', async () => {
  const t = page([true], [false])
  t.connection({ at: 4 }).exchange(request(4.02, true))
  // The first is idle, and like the third.
  expect((await found(t, 'idle-connection-ignored'))[0]).toMatchObject({ connections: [2] })
  const gone = traffic()
  gone.connection({ at: 0 }).exchange(request(0.02, true)).clientCloses(3)
  gone.connection({ at: 2 }).exchange(request(2.02, false))
  gone.connection({ at: 4 }).exchange(request(4.02, true))
  expect((await found(gone, 'credentials-kept-apart'))[0]).toMatchObject({ connections: [1, 2] })
})

it('requests before the first cookie say nothing, nor do those of other programs', async () => {
  expect(await rules(page([false], [true]))).toEqual(['idle-connection-ignored'])
  expect(await rules(page([true], [true]))).toEqual(['idle-connection-ignored'])
  expect(await rules(page([true], [false], 'curl/8.5'))).toEqual(['idle-connection-ignored'])
})

it('nor where one connection carried a request without credentials after one with', async () => {
  const t = page([true], [false])
  t.connection({ at: 10 }).exchange(request(10.02, true)).exchange(request(10.2, false))
  expect(await rules(t)).toEqual(['idle-connection-ignored'])
})
