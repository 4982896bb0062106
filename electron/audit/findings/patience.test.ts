import { expect, it } from 'vitest'
import type { Finding } from '../../../shared/model/audit'
import { audited } from '../testing/audited'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

/** A server that closes after two seconds, and a client that comes back after 10 to 12. */
async function closedEarly(agent: string, gaps: readonly number[] = [10, 12, 9, 11, 10]): Promise<Finding> {
  const t = traffic()
  let at = 0
  for (const gap of gaps) {
    t.connection({ at, port: 3000 })
      .exchange({ at: at + 0.02, agent, product: 'Apache/2.4.57' })
      .serverCloses(at + 2.04)
    at += gap
  }
  const [finding] = await found(t, 'server-idle-timeout-short')
  return finding!
}

it('a client that gives up sooner by default makes two steps of it: first the client, then the server above it', async () => {
  const finding = await closedEarly('python-httpx/0.27.0')
  expect(finding.evidence.at(-1)).toBe(
    'Python httpx keeps idle connections for 5 s by default: a longer time-out of the server alone avoids none of these connections. Both must keep them longer, the server for longer than the client.',
  )
  expect(finding.evidence[1]).toContain('15 s on both sides avoids all 4 connections')
  expect(finding.remedies).toMatchObject([
    { id: 'httpx/keep-idle-longer', snippet: expect.stringContaining('keepalive_expiry=15') as string },
    { id: 'apache/raise-idle-timeout', snippet: 'KeepAliveTimeout 20', predicted: { before: 4, atMost: 0 } },
  ])
  expect(finding.remedies.map(({ because }) => /(First|Second) of two steps/.exec(because ?? '')?.[1])).toEqual([
    'First',
    'Second',
  ])
})

it('says how many of the gaps lie below the client’s own time-out', async () => {
  const { evidence } = await closedEarly('python-httpx/0.27.0', [4, 12, 4, 11, 4, 10])
  expect(evidence.at(-1)).toContain('a longer time-out of the server alone avoids 3 of these connections')
})

it('a client that keeps connections for longer than the gaps needs no change, and is not told to give up sooner', async () => {
  const { remedies, evidence } = await closedEarly('okhttp/4.12.0')
  expect(remedies).toMatchObject([{ id: 'apache/raise-idle-timeout', snippet: 'KeepAliveTimeout 15' }])
  expect(remedies).toHaveLength(1)
  expect(evidence.join(' ')).not.toContain('alone')
})

it('where both sides are seen to close, the time-out of both is replayed, and both findings give the same two values', async () => {
  const t = traffic()
  let at = 0
  for (let i = 0; i < 12; i++) {
    const c = t.connection({ at }).exchange({ at: at + 0.02, agent: 'app/1', product: 'nginx/1.22.1' })
    if (i % 2 === 0) c.serverCloses(at + 2.04)
    else c.clientCloses(at + 2.02)
    at += 2.3 + (i % 3) / 10
  }
  const { summary } = await audited(t)
  expect(summary.whatIf).toMatchObject([{ timeoutOf: 'both', recommendation: { avoids: 11 } }])
  for (const rule of ['server-idle-timeout-short', 'client-idle-timeout-short']) {
    const [finding] = summary.findings.filter((f) => f.rule === rule)
    expect(finding!.remedies, rule).toMatchObject([
      {
        id: 'client/keep-idle-longer',
        snippet: expect.stringContaining('5 seconds') as string,
        verify: expect.stringContaining('after both steps the avoidable connections') as string,
      },
      { id: 'nginx/raise-idle-timeout', snippet: 'keepalive_timeout 10s;', predicted: { before: 11, atMost: 0 } },
    ])
  }
})
