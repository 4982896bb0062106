import { expect, it } from 'vitest'
import { found } from '../testing/found'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** Requests every five seconds, whose responses the client does not wait for. */
function impatient(by: 'client' | 'server'): Traffic {
  const t = traffic()
  for (let i = 0; i < 4; i++) {
    const at = 5 * i
    t.connection({ at })
      .exchange({ at: at + 0.02, unanswered: true })
      .closes(by, at + 3, 'rst')
  }
  return t
}

it('resets by the client are the client’s, which must wait', async () => {
  const [finding, ...others] = await found(impatient('client'), 'client-gives-up')
  expect(others).toEqual([])
  expect(finding).toMatchObject({
    title: 'tester/1.0 resets connections to http://www.example.com',
    impact: { handshakes: 3 },
    confidence: 'medium',
  })
  expect(finding!.remedies.length).toBeGreaterThan(0)
  expect(await found(impatient('client'), 'connections-cut-off')).toEqual([])
})

it('those by the server are not', async () => {
  expect(await found(impatient('server'), 'client-gives-up')).toEqual([])
})
