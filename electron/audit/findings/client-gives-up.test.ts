import { expect, it } from 'vitest'
import { found } from '../testing/found'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** Requests every five seconds, whose responses the client does not wait for. */
function impatient(by: 'client' | 'server', how: 'fin' | 'rst', unanswered = true): Traffic {
  const t = traffic()
  for (let i = 0; i < 4; i++) {
    const at = 5 * i
    t.connection({ at })
      .exchange({ at: at + 0.02, unanswered })
      .closes(by, at + 1 + i, how)
  }
  return t
}

it.each(['rst', 'fin'] as const)(
  'ends by the client without its response (%s) are the client’s, which must wait',
  async (how) => {
    const [finding, ...others] = await found(impatient('client', how), 'client-gives-up')
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      title: 'tester/1.0 gives up on responses of http://www.example.com',
      impact: { handshakes: 3 },
      confidence: 'medium',
    })
    expect(finding!.remedies.length).toBeGreaterThan(0)
    expect(await found(impatient('client', how), 'connections-cut-off')).toEqual([])
  },
)

it('those by the server are not, nor an idle connection that the client resets', async () => {
  expect(await found(impatient('server', 'rst'), 'client-gives-up')).toEqual([])
  expect(await found(impatient('client', 'rst', false), 'client-gives-up')).toEqual([])
  expect(await found(impatient('client', 'rst', false), 'connections-cut-off')).toMatchObject([{ impact: { handshakes: 3 } }])
})
