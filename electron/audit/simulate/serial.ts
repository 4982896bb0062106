import type { Demand, PoolDemand } from './demand'
import { AHEAD, FIRST, FORCED, GIVEN, LAST } from './demand'
import type { PoolSettings } from './settings'
import type { Setups } from './setups'
import type { Slots } from './slots'
import type { Tally } from './tally'

/**
 * A pool whose connections carry one request at a time.
 *
 * Requests come in the order of time. One that followed another on its connection waits for it, should that end later than it did.
 * Else it takes a free connection that has not reached its idle time-out, and opens one where there is none. Where nothing was opened ahead,
 * because there was a connection, that one serves another chain, and the first request waits for none.
 */
export function replaySerial(d: Demand, pool: PoolDemand, s: PoolSettings, setups: Setups, slots: Slots, tally: Tally): void {
  const { at, service, chain, flags, endsAfter } = d
  const { openedAt, endAt, keptFor, requests, serves, free, ends, slotOf } = slots
  const { idle, limit, size } = s
  const { serverDelay, oldestFirst, typical, maxAge, agesAtRequests } = pool
  const waitsForOwn = !pool.multiplexed
  let used = 0
  let head = 0
  let tail = 0
  let opened = 0
  let idleSum = 0
  let setupSum = 0
  let roundTrips = 0

  for (let i = pool.start; i < pool.end; i++) {
    const now = at[i]!
    let begin = now
    const own = chain[i]!
    const flag = flags[i]!
    while (ends.next <= now) {
      const slot = ends.value
      const end = endAt[slot]!
      if (end > ends.next) ends.replace(end, slot)
      else {
        ends.pop()
        if (keptFor[slot] === 0) tally.closes(openedAt[slot]!, end, end)
        else free[tail++] = slot
      }
    }

    let slot = -1
    let busy = false
    if ((flag & (FIRST | GIVEN)) === 0 && waitsForOwn) {
      const before = slotOf[own]!
      if (serves[before] === own && endAt[before]! > now) {
        if (keptFor[before] === 0) begin = endAt[before]!
        else {
          slot = before
          busy = true
        }
      }
    }
    if (slot < 0 && (flag & (FORCED | GIVEN)) === 0) {
      while (head < tail) {
        const candidate = oldestFirst ? free[head]! : free[tail - 1]!
        const closedAt = endAt[candidate]! + keptFor[candidate]!
        if (closedAt - serverDelay > now) {
          slot = candidate
          break
        }
        if (oldestFirst) head++
        else tail--
        tally.closes(openedAt[candidate]!, endAt[candidate]!, closedAt)
      }
      if (slot >= 0) {
        if ((flag & AHEAD) !== 0) {
          slotOf[own] = slot
          continue
        }
        if (oldestFirst) head++
        else tail--
      }
    }
    if (slot < 0 && ends.size >= size && (flag & GIVEN) === 0) {
      if ((flag & AHEAD) !== 0) {
        slotOf[own] = ends.value
        continue
      }
      while (endAt[ends.value]! > ends.next) ends.replace(endAt[ends.value]!, ends.value)
      slot = ends.value
      busy = true
      tally.waits++
      tally.wait += ends.next - now
      if (keptFor[slot] === 0) {
        begin = ends.next
        ends.pop()
        tally.closes(openedAt[slot]!, begin, begin)
        slot = -1
        busy = false
      }
    }

    let end: number
    if (slot >= 0) {
      const freeSince = endAt[slot]!
      if (busy) end = freeSince + service[i]!
      else {
        end = begin + service[i]!
        idleSum += begin - freeSince
      }
    } else {
      slot = used++
      openedAt[slot] = begin
      requests[slot] = 0
      end = begin + service[i]!
      tally.opens(begin)
      if ((flag & GIVEN) === 0) {
        const setup = opened++ === 0 ? setups.first : setups.later
        const like = (flag & FIRST) !== 0 ? own : typical
        if (like >= 0) {
          end += setup.lead[like]!
          setupSum += setup.time[like]!
          roundTrips += setup.roundTrips[like]!
        }
      }
    }
    if (!busy) ends.push(end, slot)
    endAt[slot] = end
    serves[slot] = own
    slotOf[own] = slot
    let kept = Infinity
    if ((flag & AHEAD) === 0) {
      if (++requests[slot]! >= limit || (agesAtRequests && end - service[i]! - openedAt[slot]! >= maxAge)) kept = 0
      else kept = (flag & LAST) !== 0 && endsAfter[own]! < idle ? endsAfter[own]! : idle
    }
    if (!agesAtRequests) {
      const left = openedAt[slot]! + maxAge - end
      if (left < kept) kept = left > 0 ? left : 0
    }
    keptFor[slot] = kept
    if (head === tail) head = tail = 0
  }

  for (; ends.size > 0; ends.pop()) free[tail++] = ends.value
  for (; head < tail; head++) {
    const slot = free[head]!
    tally.closes(openedAt[slot]!, endAt[slot]!, endAt[slot]! + keptFor[slot]!)
  }
  tally.connections += opened
  tally.idle += idleSum
  tally.setup += setupSum
  tally.setupRoundTrips += roundTrips
}
