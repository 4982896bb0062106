/** The replay against a plain reading of its definition: every connection in a list, looked through for every request. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Policy } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import type { Aged, Told } from '../testing/replayed'
import { aged, DELAY, demandOf, REVEALED, SECOND, TO, told } from '../testing/replayed'
import { Replay } from './replay'
import { settingsOf } from './settings'
import { Tally } from './tally'

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

interface Connection {
  /** It was open before the capture: nobody opened it. */
  readonly given: boolean
  readonly openedAt: number
  busyUntil: number
  keptFor: number
  requests: number
  serves: number
  /** It closes after its response, and a request that waited for that has had its place. */
  replaced: boolean
}

/** What docs/audit-model.md says, as plainly as it can be written. */
function plainly({ requests, setup, endsAfter }: Told, policy: Policy, { maxAge, agesAtRequests }: Aged, oldestFirst: boolean) {
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
    const before = r.first || r.given ? undefined : lastOf.get(r.chain)
    const own = before !== undefined && before.busyUntil > r.at && before.serves === r.chain ? before : undefined
    let taken: Connection | undefined
    if (own !== undefined && own.keptFor > 0) {
      taken = own
      begin = own.busyUntil
    } else {
      if (own !== undefined) begin = own.busyUntil
      const free = all.filter((c) => c.busyUntil <= r.at && c.keptFor > 0 && c.busyUntil + c.keptFor - DELAY > r.at)
      free.sort((a, b) => (oldestFirst ? a.busyUntil - b.busyUntil : b.busyUntil - a.busyUntil))
      if (!r.forced && !r.given) taken = free[0]
      const full = busy().length >= (policy.poolSize ?? Infinity) && !r.given
      // What is opened ahead of need only has to be there, and is not waited for.
      if (r.ahead && (taken !== undefined || full)) continue
      if (taken === undefined && full) {
        const [next] = busy().sort((a, b) => a.busyUntil - b.busyUntil)
        wait += next!.busyUntil - r.at
        begin = next!.busyUntil
        if (next!.keptFor > 0) taken = next
        else next!.replaced = true
      }
    }
    if (taken === undefined) {
      taken = { given: r.given, openedAt: begin, busyUntil: 0, keptFor: 0, requests: 0, serves: -1, replaced: false }
      all.push(taken)
      taken.busyUntil = begin + r.service + (r.given ? 0 : setup[r.first ? r.chain : 0]!)
    } else {
      idle += begin - Math.min(begin, taken.busyUntil)
      taken.busyUntil = begin + r.service
    }
    taken.serves = r.chain
    lastOf.set(r.chain, taken)
    if (!r.ahead) taken.requests++
    const timeout = r.ahead ? Infinity : Math.min(server, client, r.last ? endsAfter[r.chain]! : Infinity)
    const full = !r.ahead && taken.requests >= limit
    const sent = taken.busyUntil - r.service
    const old = !r.ahead && agesAtRequests && sent - taken.openedAt >= maxAge * SECOND
    // Whoever keeps the connections closes one that has come of age, unless a response is under way: then after that.
    const life = agesAtRequests ? Infinity : taken.openedAt + maxAge * SECOND - taken.busyUntil
    taken.keptFor = full || old ? 0 : Math.max(0, Math.min(timeout, life))
  }
  for (const c of all) idle += Math.max(0, Math.min(TO, c.busyUntil + c.keptFor) - c.busyUntil)
  return { connections: all.filter((c) => !c.given).length, open: all.length, idle: idle / SECOND, wait: wait / SECOND }
}

it('does what the definition says, whatever the traffic and the policy', () => {
  fc.assert(
    fc.property(told, policies, policies, aged, fc.boolean(), (t, before, policy, age, oldestFirst) => {
      const demand = demandOf(t, { oldestFirst, ...age })
      const replay = new Replay(demand)
      // What an earlier replay left behind means nothing to the next.
      replay.run(settingsOf(before, demand), new Tally(TO, false))
      const tally = replay.run(settingsOf(policy, demand), new Tally(TO, true))
      const plain = plainly(t, policy, age, oldestFirst)
      expect(tally.connections).toBe(plain.connections)
      expect(tally.idle / SECOND).toBeCloseTo(plain.idle, 4)
      expect(tally.wait / SECOND).toBeCloseTo(plain.wait, 4)
      expect(tally.peakOpen).toBeLessThanOrEqual(plain.open)
      expect(tally.peakOpen).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})

it('with nothing changed and nothing closed opens what is ever busy at once', () => {
  fc.assert(
    fc.property(told, (t) => {
      const begun = new Set<number>()
      const requests = t.requests
        .filter((r) => !r.ahead)
        .map((r) => ({ ...r, first: !begun.has(r.chain) && begun.add(r.chain).size > 0, forced: false, given: false }))
      const free = { ...t, endsAfter: t.endsAfter.map(() => Infinity), requests }
      const policy: Policy = { ...AS_CAPTURED, idleTimeoutSeconds: null, timeoutOf: 'both', requestLimit: null }
      const demand = demandOf(free)
      const tally = new Replay(demand).run(settingsOf(policy, demand), new Tally(TO, true))
      expect(tally.peakOpen).toBe(tally.connections)
      expect(tally.connections).toBeLessThanOrEqual(t.setup.length)
    }),
    { numRuns: 300 },
  )
})
