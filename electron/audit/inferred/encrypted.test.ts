/** Idle time-outs of connections whose requests cannot be read. */
import { expect, it } from 'vitest'
import { nanos } from '../../../shared/units'
import type { TlsFact } from '../../../shared/model/facts'
import { audited } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { timerText } from '../../../shared/format'

const HANDSHAKE = {
  version: 'TLS 1.3',
  sni: 'a.test',
  alpn: null,
  kind: 'full',
  helloRetry: false,
  roundTrips: 1,
  decrypted: false,
} as const

/** Connections without keys, idle for so many seconds when a side closes them. */
function blind(side: 'client' | 'server', gaps: readonly number[], apart = 30) {
  const t = traffic()
  gaps.forEach((gap, i) => {
    const since = i * apart + 1
    const tls: TlsFact = {
      ...HANDSHAKE,
      setup: nanos(20e6),
      estimatedTurns: 2,
      estimatedIdle: { gaps: [], since: nanos(since * 1e9) },
    }
    const c = t.connection({ at: i * apart, port: 443, overrides: { application: 'tls', tls } })
    if (side === 'server') c.serverCloses(since + gap)
    else c.clientCloses(since + gap)
  })
  return t
}

it.each(['server', 'client'] as const)('of a %s: six closes after two seconds', async (side) => {
  const { timers = [] } = (await audited(blind(side, [2, 2.002, 2, 2.004, 2, 2.001]))).summary
  expect(timers).toMatchObject([
    { kind: 'idle-timeout', side, bound: 'exact', samples: 6, of: 6, confidence: 'medium', estimated: true, advertised: null },
  ])
  expect(timers[0]?.value).toBeCloseTo(2, 2)
  expect(timerText(timers[0]!)).toContain('an estimate: encrypted')
})

it('none where the closes disagree, or come with the last response', async () => {
  for (const gaps of [
    [1, 3, 9, 27],
    [0.01, 0.01, 0.01, 0.01],
  ])
    expect((await audited(blind('server', gaps))).summary.timers).toEqual([])
})
