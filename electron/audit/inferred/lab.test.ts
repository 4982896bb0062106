/** Inferred timers against the configuration of the lab's servers and clients, which its truth files state. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InferredTimer } from '../../../shared/model/timers'
import { auditOf, captures, keysOf, labTruth, noLab } from '../testing/lab'

interface Server {
  readonly role: string
  readonly server: string
  readonly listen: readonly string[]
  readonly keepalive_timeout?: string
  readonly keepalive_requests?: number
  readonly KeepAliveTimeout?: number
  readonly MaxKeepAliveRequests?: number
  readonly keepAliveTimeout_ms?: number
}

interface Truth {
  readonly captures: readonly { readonly file: string; readonly hops: readonly string[]; readonly visible?: unknown }[]
  readonly servers: readonly Server[]
  readonly expected: {
    readonly client_timeout_s?: number
    readonly max_connections_per_host?: number
    readonly parallel_connections?: number
  }
  readonly connections: readonly {
    readonly hop: string
    readonly server: string
    readonly server_port: number
    readonly close_because: string | null
  }[]
}

/** What a server is set to, as a client meets it: Node.js adds a second, Apache serves one request more than it counts (the lab's README). */
function settingsOf(server: Server): { readonly timeout: number | null; readonly limit: number | null } {
  if (server.server === 'nginx') return { timeout: parseInt(server.keepalive_timeout!), limit: server.keepalive_requests! }
  if (server.server === 'Apache httpd') return { timeout: server.KeepAliveTimeout!, limit: server.MaxKeepAliveRequests! + 1 }
  if (server.server === 'Node http') return { timeout: server.keepAliveTimeout_ms! / 1000 + 1, limit: null }
  return { timeout: null, limit: null }
}

/** Seconds, as the issue of the lab's clocks allows: the truth is a setting, what is measured has a scheduler in it. */
const WITHIN = 0.2

function holds(timer: InferredTimer, setting: number | null, where: string): void {
  const margin = timer.kind === 'request-limit' ? 0 : WITHIN
  if (timer.bound === 'at-least') {
    expect(timer.value, `${where}: ${timer.side} ${timer.kind} survived`).toBeLessThanOrEqual((setting ?? Infinity) + margin)
    return
  }
  expect(setting, `${where}: the ${timer.side} has a ${timer.kind} at all`).not.toBeNull()
  expect(
    Math.abs(timer.value - setting!),
    `${where}: ${timer.side} ${timer.kind} ${timer.value}, set to ${setting}`,
  ).toBeLessThanOrEqual(margin)
}

const scenarios = noLab
  ? []
  : readdirSync(captures)
      .filter((f) => f.endsWith('.truth.json'))
      .map((f) => f.replace('.truth.json', ''))
let exact = 0
let pools = 0

describe.skipIf(noLab)('inferred timers and the lab’s settings', () => {
  for (const scenario of scenarios) {
    const truth = labTruth(scenario) as Truth
    for (const { file, hops, visible } of truth.captures) {
      it(file, async () => {
        const keys = existsSync(join(captures, `${scenario}.keylog`)) ? keysOf(scenario) : undefined
        const { summary } = await auditOf(file, keys)
        const timers = summary.timers!
        const pool = truth.expected.max_connections_per_host ?? truth.expected.parallel_connections
        for (const timer of timers.filter((t) => t.kind === 'pool-size' && pool !== undefined)) expect(timer.value).toBe(pool)
        pools += timers.filter((t) => t.kind === 'pool-size' && t.bound === 'exact').length
        for (const hop of hops) {
          const connections = truth.connections.filter((c) => c.hop === hop)
          const role = hop.split('-')[1]!
          const count = (port: number, ...because: readonly string[]): number =>
            connections.filter((c) => c.server_port === port && because.includes(c.close_because ?? '')).length
          for (const port of new Set(connections.map((c) => c.server_port))) {
            const { server: ip } = connections.find((c) => c.server_port === port)!
            const address = ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
            const server = truth.servers.find(
              (s) => s.role === role && s.listen.some((l) => l.split(' ')[0]!.endsWith(String(port))),
            )
            if (server === undefined) continue
            const { timeout, limit } = settingsOf(server)
            const own = timers.filter((t) => t.side === 'server' && t.who.address === address)
            for (const timer of own)
              holds(timer, timer.kind === 'request-limit' ? limit : timer.kind === 'idle-timeout' ? timeout : null, file)
            exact += own.filter((t) => t.bound === 'exact').length
            const shown = (kind: InferredTimer['kind']): boolean => own.some((t) => t.kind === kind && t.bound === 'exact')
            if (visible !== undefined || file.includes('.gaps.')) continue
            if (count(port, 'server-idle-timeout', 'keepalive-race') >= 2)
              expect(shown('idle-timeout'), `${file}: the time-out shows`).toBe(true)
            if (count(port, 'server-max-requests') >= 2) expect(shown('request-limit'), `${file}: the limit shows`).toBe(true)
          }
          const own = timers.filter((t) => t.side === 'client' && t.kind === 'idle-timeout')
          for (const timer of own.filter((t) => t.bound === 'exact')) holds(timer, truth.expected.client_timeout_s ?? null, file)
          const gaveUp = connections.filter((c) => c.close_because === 'client-idle-timeout').length
          if (gaveUp >= 2)
            expect(
              own.some((t) => t.bound === 'exact'),
              `${file}: the client's time-out shows`,
            ).toBe(true)
        }
      })
    }
  }

  it('showed more than a few', () => {
    expect(exact).toBeGreaterThanOrEqual(9)
    // A browser's six, in the clear and over TLS 1.3; elsewhere too few requests waited to tell.
    expect(pools).toBeGreaterThanOrEqual(2)
  })
})
