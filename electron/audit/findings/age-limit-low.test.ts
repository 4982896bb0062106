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
  expect(finding!.title).toBe('http://www.example.com ends connections at an age of 10 s')
  expect(finding!.evidence[0]).toContain('after the server had ended the earlier one')
  expect(finding!.remedies.map(({ id }) => id)).toEqual(['server/raise-age-limit'])
  const idle = traffic()
  for (let at = 0; at < 80; at += 20)
    idle
      .connection({ at })
      .exchange({ at: at + 0.02 })
      .serverCloses(at + 10)
  expect(await found(idle, 'age-limit-low')).toEqual([])
})

/** Busy connections that the client closes at a minute. */
async function clientEnds(agent: string) {
  const t = traffic()
  for (const [i, idle] of [2, 5, 8, 1].entries()) {
    const at = i * 80
    t.connection({ at })
      .exchange({ at: at + 0.02, agent, product: 'nginx/1.22.1' })
      .exchange({ at: at + 59.98 - idle, agent, product: 'nginx/1.22.1' })
      .clientCloses(at + 60)
  }
  const [finding] = await found(t, 'age-limit-low')
  return finding!
}

it('where the client ends them no setting of the server is shown', async () => {
  const finding = await clientEnds('curl/8.14.1')
  expect(finding.title).toBe('curl/8.14.1 ends its connections to http://www.example.com at an age of 60 s')
  expect(finding.evidence[0]).toBe('3 connections were opened after the client had ended the earlier one at about that age.')
  expect(finding.remedies).toMatchObject([
    { id: 'curl/keep-older', snippet: expect.stringContaining('MAXLIFETIME_CONN') as string },
  ])
  expect(finding.otherRemedies!.every(({ id }) => id.endsWith('/keep-older'))).toBe(true)
})

it('a client that has no such limit is told to look for what does it', async () => {
  const [remedy] = (await clientEnds('okhttp/4.12.0')).remedies
  expect(remedy).toMatchObject({ id: 'okhttp/keep-older', snippet: expect.stringContaining('evictAll') as string })
})
