/** Who closes first, and hence keeps the socket in TIME_WAIT, against the kernel's own state machine (the lab's truth files). */
import { describe, expect, it } from 'vitest'
import { auditOf, labTruth, noLab } from '../testing/lab'

interface Truth {
  readonly captures: readonly { readonly file: string; readonly hops: readonly string[] }[]
  readonly connections: readonly {
    readonly hop: string
    readonly kernel: {
      readonly resets: readonly unknown[]
      readonly states: {
        readonly client?: readonly (readonly [string, number])[]
        readonly server?: readonly (readonly [string, number])[]
      } | null
    }
  }[]
}

const SCENARIOS = [
  'keepalive-on',
  'keepalive-off-nginx',
  'keepalive-off-apache',
  'max-requests-nginx',
  'max-requests-apache',
  'idle-timeout-nginx',
  'idle-timeout-apache',
  'client-no-reuse',
  'client-idle-timeout',
  'browser-keepalive-off',
  'http10-close',
  'tls13-resumption',
]

/** One server's FIN of these left 20 µs before the client's reached it: closer than a capture can tell. */
const TOO_CLOSE = 'tls12-full-handshakes'

describe.skipIf(noLab)('the ledger and the kernel', () => {
  for (const scenario of [...SCENARIOS, TOO_CLOSE]) {
    it(scenario, async () => {
      const truth = labTruth(scenario) as Truth
      const [{ file, hops } = { file: '', hops: [] }] = truth.captures
      const active = { client: 0, server: 0, both: 0 }
      for (const { hop, kernel } of truth.connections) {
        if (!hops.includes(hop) || kernel.resets.length > 0) continue
        // FIN_WAIT1: it sent its FIN without having received the other's.
        const went = (side: 'client' | 'server'): boolean =>
          kernel.states?.[side]?.some(([state]) => state === 'FIN_WAIT1') ?? false
        if (went('client') && went('server')) active.both++
        else if (went('client')) active.client++
        else if (went('server')) active.server++
      }
      if (scenario === TOO_CLOSE) {
        expect(active).toEqual({ client: 7, server: 0, both: 1 })
        Object.assign(active, { client: 8, both: 0 })
      }
      const { summary } = await auditOf(file)
      const ledger = summary.ledger!
      const sum = (of: 'client' | 'server' | 'both'): number =>
        ledger.servers.reduce((n, server) => n + server.closedFirst[of], 0)
      expect({ client: sum('client'), server: sum('server'), both: sum('both') }).toEqual(active)
      expect(ledger.servers.reduce((n, server) => n + server.timeWaitPeak, 0)).toBe(active.server + active.both)
      expect(ledger.ports.reduce((n, pair) => n + pair.timeWaitPeak, 0)).toBe(active.client + active.both)
      const { all, wasted } = ledger.total
      expect(all.tcp.roundTrips + all.tls.roundTrips).toBe(summary.totals.setupRoundTrips)
      expect(wasted.tcp.roundTrips + wasted.tls.roundTrips).toBe(summary.totals.wastedRoundTrips)
      expect(all.tcp.seconds + all.tls.seconds).toBeCloseTo(summary.totals.setupSeconds, 8)
      expect(wasted.tcp.seconds + wasted.tls.seconds).toBeCloseTo(summary.totals.wastedSeconds, 8)
    })
  }
})
