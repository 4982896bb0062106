/** HTTP/2's replay against a plain reading of its definition: every connection in a list, looked through for every request. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Aged, Told } from '../testing/replayed'
import { aged, areApart, DELAY, demandOf, SECOND, TO, told } from '../testing/replayed'
import { Replay } from './replay'
import type { PoolSettings, Settings } from './settings'
import { setupsOf } from './setups'
import { Tally } from './tally'

const settings: fc.Arbitrary<PoolSettings> = fc.record({
  idle: fc.oneof(
    fc.constant(Infinity),
    fc.double({ min: 0, max: 8, noNaN: true }).map((s) => s * SECOND),
  ),
  limit: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 6 })),
  size: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 4 })),
  // One request at once is the other replay's.
  capacity: fc.integer({ min: 2, max: 5 }),
  joinsSetup: fc.boolean(),
})

interface Connection {
  /** It was open before the capture: nobody opened it. */
  readonly given: boolean
  readonly openedAt: number
  readonly readyAt: number
  /** Ends of the requests it carries. */
  inFlight: number[]
  requests: number
  /** When the last of its requests ended; it has been idle since where none is in flight. */
  freeSince: number
  keptFor: number
  /** It takes no more requests. */
  leaving: boolean
  /** Whether it has room, and since when, as a place in the order in which connections got it. */
  room: number | null
}

/** What docs/audit-model.md says, as plainly as it can be written. */
function plainly({ requests, setup, endsAfter }: Told, s: PoolSettings, { maxAge, agesAtRequests }: Aged, multiplexed: boolean) {
  const all: Connection[] = []
  const chainEnd = new Map<number, number>()
  let now = 0
  let turn = 0
  let idle = 0
  let wait = 0
  let waits = 0
  const instants = requests.map((r) => r.at)

  /** When it is closed, or takes no more, for its age alone. */
  const ofAge = (c: Connection): number => (agesAtRequests ? Infinity : c.openedAt + maxAge * SECOND)
  const hasRoom = (c: Connection): boolean => !c.leaving && c.inFlight.length < s.capacity && (s.joinsSetup || c.readyAt <= now)
  /** Those that got room since take their places behind the others; those that have none lose theirs. */
  const seeWhoHasRoom = (): void => {
    for (const c of all) c.room = hasRoom(c) ? (c.room ?? ++turn) : null
  }
  /** The next thing to happen: a request ends, or a set-up that was waited for. */
  const nextEvent = (): number =>
    Math.min(...all.flatMap((c) => [...c.inFlight, ...(s.joinsSetup ? [] : [c.readyAt])]).filter((at) => at > now), Infinity)
  const letPass = (to: number): void => {
    for (;;) {
      const at = Math.min(nextEvent(), to)
      now = Math.max(now, at)
      for (const c of all) {
        const left = c.inFlight.filter((end) => end > now)
        if (left.length < c.inFlight.length && left.length === 0) {
          c.freeSince = now
          if (now >= ofAge(c)) c.leaving = true
        }
        c.inFlight = left
      }
      seeWhoHasRoom()
      if (at >= to) return
    }
  }
  const inUse = (): number => all.filter((c) => c.inFlight.length > 0).length
  /** Of those with room and not timed out, the one that got room last. */
  const usable = (): Connection | undefined =>
    all
      .filter(
        (c) => c.room !== null && ofAge(c) - DELAY > now && (c.inFlight.length > 0 || c.freeSince + c.keptFor - DELAY > now),
      )
      .sort((a, b) => b.room! - a.room!)[0]

  for (const r of requests) {
    letPass(Math.max(now, r.at))
    let taken = r.forced || r.given ? undefined : usable()
    const full = (): boolean => inUse() >= s.size && !r.given
    if (r.ahead && (taken !== undefined || full())) continue
    while (taken === undefined && full()) {
      letPass(nextEvent())
      taken = usable()
    }
    if (now > r.at) {
      waits++
      wait += now - r.at
    }
    if (taken === undefined) {
      const readyAt = now + (r.given ? 0 : setup[r.first ? r.chain : 0]!)
      taken = {
        ...{ given: r.given, openedAt: now, readyAt, inFlight: [], requests: 0, freeSince: readyAt },
        ...{ keptFor: Infinity, leaving: false, room: null },
      }
      all.push(taken)
      if (readyAt > now) instants.push(readyAt)
      seeWhoHasRoom()
      if (r.ahead) continue
    } else if (taken.inFlight.length === 0) idle += Math.max(0, now - taken.freeSince)
    let begin = Math.max(now, taken.readyAt)
    if (!r.first && !r.given && !multiplexed) begin = Math.max(begin, chainEnd.get(r.chain) ?? 0)
    const end = begin + r.service
    chainEnd.set(r.chain, end)
    instants.push(end)
    taken.inFlight.push(end)
    taken.requests++
    const own = r.last ? endsAfter[r.chain]! : Infinity
    taken.keptFor = Math.min(own, s.idle)
    const old = agesAtRequests && begin - taken.openedAt >= maxAge * SECOND
    if (taken.requests >= s.limit || own === 0 || old) taken.leaving = true
    seeWhoHasRoom()
  }
  letPass(Infinity)
  for (const c of all) if (!c.leaving) idle += Math.max(0, Math.min(TO, c.freeSince + c.keptFor, ofAge(c)) - c.freeSince)
  const connections = all.filter((c) => !c.given).length
  return { connections, open: all.length, idle: idle / SECOND, wait: wait / SECOND, waits, instants }
}

it('does what the definition says, whatever the traffic and the settings', () => {
  fc.assert(
    fc.property(told, settings, settings, aged, fc.boolean(), (t, before, of, age, multiplexed) => {
      const demand = demandOf(t, { multiplexed, ...age })
      const replay = new Replay(demand)
      const setups = setupsOf(demand, 'as-captured')
      const always = (s: PoolSettings): Settings => ({ setups, of: () => s })
      // What an earlier replay left behind means nothing to the next.
      replay.run(always(before), new Tally(TO, false))
      const tally = replay.run(always(of), new Tally(TO, true))
      const plain = plainly(t, of, age, multiplexed)
      fc.pre(areApart(plain.instants))
      expect(tally.connections).toBe(plain.connections)
      expect(tally.waits).toBe(plain.waits)
      expect(tally.wait / SECOND).toBeCloseTo(plain.wait, 4)
      expect(tally.idle / SECOND).toBeCloseTo(plain.idle, 4)
      expect(tally.peakOpen).toBeLessThanOrEqual(plain.open)
    }),
    { numRuns: 1500 },
  )
})
