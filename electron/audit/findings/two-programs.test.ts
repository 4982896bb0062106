import { describe, expect, it } from 'vitest'
import type { Finding, Remedy } from '../../../shared/model/audit'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'

interface Program {
  readonly agent: string
  readonly client: string
  readonly connections: number
  /** Seconds of idle time after which it closes; null: never, and the server does after ten. */
  readonly closesAfter: number | null
}

const patient = (connections: number): Program => ({ agent: 'b/1', client: '10.0.0.3', connections, closesAfter: null })
const hasty = (connections: number, agent = 'a/1', client = '10.0.0.2'): Program => ({
  agent,
  client,
  connections,
  closesAfter: 3,
})

/** Programs that come back every 20 s, to a server that closes after 10 s of idle time. */
async function of(...programs: readonly Program[]): Promise<ReadonlyMap<string, Finding>> {
  const t = traffic()
  for (const { agent, client, connections, closesAfter } of programs) {
    for (let i = 0; i < connections; i++) {
      const at = i * 20
      const c = t.connection({ at, client }).exchange({ at: at + 0.02, agent, product: 'nginx/1.22.1' })
      if (closesAfter === null) c.serverCloses(at + 10.04)
      else c.clientCloses(at + 0.04 + closesAfter)
    }
  }
  const { summary } = await audited(t)
  return new Map(summary.findings.map((f) => [`${f.rule} ${f.client ?? ''}`, f]))
}

const SERVER = 'server-idle-timeout-short b/1'
const CLIENT = 'client-idle-timeout-short a/1'
const shown = (finding: Finding | undefined): readonly Remedy[] => finding!.remedies.filter(({ offered }) => offered !== true)

describe('one program gives up soon, the other waits for the server', () => {
  it('the server’s time-out alone is credited with what waits for it, and is the same in both findings', async () => {
    const findings = await of(hasty(12), patient(12))
    const [server, ...more] = shown(findings.get(SERVER))
    expect(more).toEqual([])
    expect(findings.get(SERVER)!.impact.handshakes).toBe(11)
    expect(server).toMatchObject({ snippet: 'keepalive_timeout 35s;', predicted: { before: 22, atMost: 11 } })
    expect(server!.because).toContain('Another finding on this origin needs 35 s of the same server')
    expect(findings.get(SERVER)!.evidence.join(' ')).not.toContain('all 22')
    expect(shown(findings.get(CLIENT))).toMatchObject([
      { id: 'client/keep-idle-longer', snippet: expect.stringContaining('30 seconds') as string },
      { id: 'nginx/raise-idle-timeout', snippet: 'keepalive_timeout 35s;', predicted: { before: 22, atMost: 0 } },
    ])
  })

  it('a finding on three connections promises three', async () => {
    const findings = await of(hasty(12), patient(4))
    expect(findings.get(SERVER)!.impact.handshakes).toBe(3)
    expect(shown(findings.get(SERVER))[0]!.predicted).toEqual({ before: 14, atMost: 11 })
  })

  it('of two programs that give up soon, a finding on one does not promise what the other would save', async () => {
    const findings = await of(hasty(12), hasty(8, 'c/1', '10.0.0.4'), patient(6))
    expect(findings.get(CLIENT)!.impact.handshakes).toBe(11)
    expect(shown(findings.get(CLIENT))[1]!.predicted).toEqual({ before: 23, atMost: 12 })
    expect(shown(findings.get('client-idle-timeout-short c/1'))[1]!.predicted).toEqual({ before: 23, atMost: 16 })
    expect(shown(findings.get(SERVER))[0]!.predicted).toEqual({ before: 23, atMost: 18 })
  })

  it('the first of two steps promises nothing by itself: what must fall falls after both', async () => {
    const [first, second] = shown((await of(hasty(12), patient(4))).get(CLIENT))
    expect(first!.because).toContain('First of two steps')
    expect(first!.predicted).toBeUndefined()
    for (const { verify, verifyInPrint } of [first!, second!]) {
      for (const text of [verify, verifyInPrint])
        expect(text).toContain(
          'after both steps the avoidable connections of this origin, whatever their cause, must fall from 14',
        )
    }
  })
})

it('where the client cannot be told to keep connections longer, nothing is promised of the server’s step', async () => {
  const t = traffic()
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
  let at = 0
  for (let i = 0; i < 12; i++) {
    const c = t.connection({ at }).exchange({ at: at + 0.02, agent: chrome, product: 'nginx/1.22.1' })
    if (i % 2 === 0) c.serverCloses(at + 2.04)
    else c.clientCloses(at + 2.02)
    at += 2.3 + (i % 3) / 10
  }
  const { summary } = await audited(t)
  const finding = summary.findings.find(({ rule }) => rule === 'server-idle-timeout-short')
  expect(finding!.evidence.join(' ')).toContain('That cannot be set from outside')
  expect(shown(finding)).toMatchObject([
    { id: 'nginx/raise-idle-timeout', because: expect.stringContaining('Of use only if') as string },
  ])
  for (const { predicted, verify } of shown(finding)) {
    expect(predicted).toBeUndefined()
    expect(verify).not.toContain('must fall')
  }
})
