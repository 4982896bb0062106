/** The replay against a plain reading of its definition: every connection in a list, looked through for every request. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Policy } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import type { Demand } from './demand'
import { FIRST, FORCED, LAST } from './demand'
import { Replay } from './replay'
import { settingsOf } from './settings'
import { Tally } from './tally'

const SECOND = 1e9
const TO = 100 * SECOND

interface Request {
  readonly at: number
  readonly service: number
  readonly chain: number
  readonly first: boolean
  readonly last: boolean
  readonly forced: boolean
}

interface Told {
  readonly requests: readonly Request[]
  readonly setup: readonly number[]
  readonly endsAfter: readonly number[]
}

const chains = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 60, noNaN: true }),
    forced: fc.nat(5).map((n) => n === 0),
    setup: fc.double({ min: 0, max: 0.3, noNaN: true }),
    endsAfter: fc.oneof(fc.constant(Infinity), fc.constant(0), fc.double({ min: 0.1, max: 5, noNaN: true })),
    exchanges: fc.array(
      fc.record({ wait: fc.double({ min: 0, max: 6, noNaN: true }), takes: fc.double({ min: 0.01, max: 2, noNaN: true }) }),
      { minLength: 1, maxLength: 6 },
    ),
  }),
  { minLength: 1, maxLength: 15 },
)

const told: fc.Arbitrary<Told> = chains.map((all) => {
  const requests = all.flatMap(({ at, forced, setup, exchanges }, chain) => {
    // Nothing ends at the same instant as another: which of two equals is taken is nobody's business.
    let now = at + chain * 0.00137
    return exchanges.map(({ wait, takes: about }, i): Request => {
      const takes = about + (chain * 7 + i + 1) * 0.000113
      const request = { at: (now + (i === 0 ? 0 : wait)) * SECOND, service: takes * SECOND }
      now += (i === 0 ? setup : wait) + takes
      return { ...request, chain, first: i === 0, last: i + 1 === exchanges.length, forced: forced && i === 0 }
    })
  })
  requests.sort((a, b) => a.at - b.at)
  return { requests, setup: all.map((c) => c.setup * SECOND), endsAfter: all.map((c) => c.endsAfter * SECOND) }
})

const policies: fc.Arbitrary<Policy> = fc.record({
  idleTimeoutSeconds: fc.oneof(
    fc.constant(null),
    fc.constant('as-captured' as const),
    fc.double({ min: 0, max: 8, noNaN: true }),
  ),
  timeoutOf: fc.constantFrom('server', 'client', 'both'),
  requestLimit: fc.oneof(fc.constant(null), fc.constant('as-captured' as const), fc.integer({ min: 1, max: 6 })),
  poolSize: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 4 })),
  protocol: fc.constantFrom('as-captured', 'http/1.1'),
  tlsResumption: fc.constant('as-captured'),
})

const REVEALED = { serverTimeout: 2.5 * SECOND, clientTimeout: 4 * SECOND, requestLimit: 4 }

function demandOf({ requests, setup, endsAfter }: Told, oldestFirst: boolean): Demand {
  const bits = (r: Request): number => (r.first ? FIRST : 0) | (r.last ? LAST : 0) | (r.forced ? FORCED : 0)
  const pool = { ...REVEALED, start: 0, end: requests.length, server: 1, client: 1, opened: setup.length, multiplexed: false }
  return {
    from: 0,
    to: TO,
    requests: requests.length,
    at: Float64Array.from(requests, (r) => r.at),
    service: Float64Array.from(requests, (r) => r.service),
    chain: Int32Array.from(requests, (r) => r.chain),
    flags: Uint8Array.from(requests, bits),
    setup: Float64Array.from(setup),
    lead: Float64Array.from(setup),
    setupRoundTrips: Float64Array.from(setup, () => 1),
    endsAfter: Float64Array.from(endsAfter),
    tls: new Uint8Array(setup.length),
    rtt: new Float64Array(setup.length),
    pools: [{ ...pool, streams: 100, serverDelay: 0.02 * SECOND, typical: 0, oldestFirst }],
  }
}

interface Connection {
  readonly openedAt: number
  busyUntil: number
  keptFor: number
  requests: number
  serves: number
  /** It closes after its response, and a request that waited for that has had its place. */
  replaced: boolean
}

/** What docs/audit-model.md says, as plainly as it can be written. */
function plainly({ requests, setup, endsAfter }: Told, policy: Policy, oldestFirst: boolean) {
  const changed = policy.idleTimeoutSeconds === 'as-captured' ? null : (policy.idleTimeoutSeconds ?? Infinity) * SECOND
  const server = changed !== null && policy.timeoutOf !== 'client' ? changed : REVEALED.serverTimeout
  const client = changed !== null && policy.timeoutOf !== 'server' ? changed : REVEALED.clientTimeout
  const limit = policy.requestLimit === 'as-captured' ? REVEALED.requestLimit : (policy.requestLimit ?? Infinity)
  const all: Connection[] = []
  const lastOf = new Map<number, Connection>()
  let idle = 0
  let wait = 0
  for (const r of requests) {
    let begin = r.at
    const busy = (): Connection[] => all.filter((c) => c.busyUntil > r.at && !c.replaced)
    const before = r.first ? undefined : lastOf.get(r.chain)
    const own = before !== undefined && before.busyUntil > r.at && before.serves === r.chain ? before : undefined
    let taken: Connection | undefined
    if (own !== undefined && own.keptFor > 0) {
      taken = own
      begin = own.busyUntil
    } else {
      if (own !== undefined) begin = own.busyUntil
      const free = all.filter((c) => c.busyUntil <= r.at && c.keptFor > 0 && c.busyUntil + c.keptFor - 0.02 * SECOND > r.at)
      free.sort((a, b) => (oldestFirst ? a.busyUntil - b.busyUntil : b.busyUntil - a.busyUntil))
      if (!r.forced) taken = free[0]
      if (taken === undefined && busy().length >= (policy.poolSize ?? Infinity)) {
        const [next] = busy().sort((a, b) => a.busyUntil - b.busyUntil)
        wait += next!.busyUntil - r.at
        begin = next!.busyUntil
        if (next!.keptFor > 0) taken = next
        else next!.replaced = true
      }
    }
    if (taken === undefined) {
      taken = { openedAt: begin, busyUntil: 0, keptFor: 0, requests: 0, serves: -1, replaced: false }
      all.push(taken)
      taken.busyUntil = begin + r.service + setup[r.first ? r.chain : 0]!
    } else {
      idle += begin - Math.min(begin, taken.busyUntil)
      taken.busyUntil = begin + r.service
    }
    taken.requests++
    taken.serves = r.chain
    lastOf.set(r.chain, taken)
    const timeout = Math.min(server, client, r.last ? endsAfter[r.chain]! : Infinity)
    taken.keptFor = taken.requests >= limit ? 0 : timeout
  }
  for (const c of all) idle += Math.max(0, Math.min(TO, c.busyUntil + c.keptFor) - c.busyUntil)
  return { connections: all.length, idle: idle / SECOND, wait: wait / SECOND }
}

it('does what the definition says, whatever the traffic and the policy', () => {
  fc.assert(
    fc.property(told, policies, fc.boolean(), (t, policy, oldestFirst) => {
      const demand = demandOf(t, oldestFirst)
      const tally = new Replay(demand).run(settingsOf(policy, demand), new Tally(TO, true))
      const plain = plainly(t, policy, oldestFirst)
      expect(tally.connections).toBe(plain.connections)
      expect(tally.idle / SECOND).toBeCloseTo(plain.idle, 4)
      expect(tally.wait / SECOND).toBeCloseTo(plain.wait, 4)
      expect(tally.peakOpen).toBeLessThanOrEqual(tally.connections)
      expect(tally.peakOpen).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})

it('with nothing changed and nothing closed opens what is ever busy at once', () => {
  fc.assert(
    fc.property(told, (t) => {
      const free = {
        ...t,
        endsAfter: t.endsAfter.map(() => Infinity),
        requests: t.requests.map((r) => ({ ...r, forced: false })),
      }
      const policy: Policy = { ...AS_CAPTURED, idleTimeoutSeconds: null, timeoutOf: 'both', requestLimit: null }
      const demand = demandOf(free, false)
      const tally = new Replay(demand).run(settingsOf(policy, demand), new Tally(TO, true))
      expect(tally.peakOpen).toBe(tally.connections)
      expect(tally.connections).toBeLessThanOrEqual(t.setup.length)
    }),
    { numRuns: 300 },
  )
})
