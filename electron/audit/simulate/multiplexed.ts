import type { Demand, PoolDemand } from './demand'
import { AHEAD, FIRST, FORCED, GIVEN, LAST } from './demand'
import type { PoolSettings } from './settings'
import type { Setups } from './setups'
import type { Slots } from './slots'
import type { Tally } from './tally'

// States of a connection.
/** Being set up. */
const NEW = 0
/** Takes requests, and is in the list of free ones where it has room. */
const USABLE = 1
const LISTED = 2
/** Takes no more requests and is closed after those in flight. */
const LEAVING = 3

/**
 * A pool whose connections carry several requests at once. A request takes the connection used last that has room; one that is being set
 * up has room only where the client knows that it will be HTTP/2. While the pool is full, requests wait in their order.
 */
export function replayMultiplexed(
  d: Demand,
  pool: PoolDemand,
  s: PoolSettings,
  setups: Setups,
  slots: Slots,
  tally: Tally,
): void {
  const { at, service, chain, flags, endsAfter } = d
  const { openedAt, endAt, keptFor, requests, active, state, readyAt, free, ends, chainEnd } = slots
  const { idle, limit, size, capacity, joinsSetup } = s
  const { serverDelay, typical, multiplexed, maxAge, agesAtRequests } = pool
  /** After its set-up a connection lives so long, whatever it does; Infinity where the limit acts on requests. */
  const lifetime = agesAtRequests ? Infinity : maxAge
  let used = 0
  let listed = 0
  let inUse = 0
  let opened = 0
  let clock = -Infinity

  const list = (slot: number): void => {
    state[slot] = LISTED
    free[listed++] = slot
  }

  /** What ends at the earliest instant: a request's service, or (as a negative number) a set-up. */
  const release = (): void => {
    const when = ends.next
    const entry = ends.value
    ends.pop()
    if (entry < 0) {
      const slot = -entry - 1
      if (state[slot] === NEW) {
        state[slot] = USABLE
        if (active[slot]! < capacity) list(slot)
      }
      return
    }
    const remaining = --active[entry]!
    if (remaining === 0) {
      inUse--
      if (when >= openedAt[entry]! + lifetime) state[entry] = LEAVING
      if (state[entry] === LEAVING) tally.closes(openedAt[entry]!, when, when)
      else endAt[entry] = when
    }
    if (state[entry] === USABLE) list(entry)
  }

  /** When it takes no more requests, if none came: at its time-out, which runs while it is idle, or its maximum age. */
  const closesAt = (slot: number): number => {
    const aged = openedAt[slot]! + lifetime
    const idleEnd = active[slot]! > 0 ? Infinity : endAt[slot]! + keptFor[slot]!
    return idleEnd < aged ? idleEnd : aged
  }

  /** The connection used last that has room; -1 for none. Those that have reached their time-out are closed. */
  const take = (): number => {
    while (listed > 0) {
      const candidate = free[listed - 1]!
      if (state[candidate] === LISTED) {
        const closedAt = closesAt(candidate)
        if (closedAt - serverDelay > clock) return candidate
        // One with requests in flight is closed after these.
        state[candidate] = active[candidate] === 0 ? LEAVING : USABLE
        if (state[candidate] === LEAVING) tally.closes(openedAt[candidate]!, endAt[candidate]!, closedAt)
      }
      listed--
    }
    return -1
  }

  for (let i = pool.start; i < pool.end; i++) {
    const wanted = at[i]!
    const flag = flags[i]!
    const own = chain[i]!
    if (wanted > clock) clock = wanted
    while (ends.next <= clock) release()

    let slot = (flag & (FORCED | GIVEN)) === 0 ? take() : -1
    if ((flag & AHEAD) !== 0) {
      // Nothing of this chain has ended yet; what an earlier replay left there does not count.
      chainEnd[own] = 0
      if (slot >= 0 || inUse >= size) continue
    }
    while (slot < 0 && inUse >= size && (flag & GIVEN) === 0) {
      if (ends.next > clock) clock = ends.next
      release()
      slot = take()
    }
    if (clock > wanted) {
      tally.waits++
      tally.wait += clock - wanted
    }

    if (slot < 0) {
      slot = used++
      openedAt[slot] = clock
      endAt[slot] = clock
      requests[slot] = 0
      active[slot] = 0
      let ready = clock
      tally.opens(clock)
      if ((flag & GIVEN) === 0) {
        const setup = opened++ === 0 ? setups.first : setups.later
        const like = (flag & FIRST) !== 0 ? own : typical
        tally.connections++
        if (like >= 0) {
          ready += setup.lead[like]!
          tally.setup += setup.time[like]!
          tally.setupRoundTrips += setup.roundTrips[like]!
        }
      }
      readyAt[slot] = endAt[slot] = ready
      state[slot] = NEW
      if (joinsSetup || ready <= clock) list(slot)
      else ends.push(ready, -slot - 1)
      if ((flag & AHEAD) !== 0) {
        keptFor[slot] = Infinity
        continue
      }
    } else if (active[slot] === 0 && clock > endAt[slot]!) tally.idle += clock - endAt[slot]!

    let begin = clock > readyAt[slot]! ? clock : readyAt[slot]!
    // What followed another on one connection in the capture cannot begin before that has ended.
    if ((flag & (FIRST | GIVEN)) === 0 && !multiplexed && chainEnd[own]! > begin) begin = chainEnd[own]!
    const end = begin + service[i]!
    chainEnd[own] = end
    if (active[slot]!++ === 0) inUse++
    ends.push(end, slot)
    const ownEnd = (flag & LAST) !== 0 ? endsAfter[own]! : Infinity
    keptFor[slot] = ownEnd < idle ? ownEnd : idle
    if (++requests[slot]! >= limit || ownEnd === 0 || (agesAtRequests && begin - openedAt[slot]! >= maxAge)) leave(slot)
    else if (state[slot] === LISTED && active[slot]! >= capacity) unlist(slot)
  }

  for (; ends.size > 0;) release()
  for (let slot = 0; slot < used; slot++) {
    if (state[slot] !== LEAVING) tally.closes(openedAt[slot]!, endAt[slot]!, closesAt(slot))
  }

  function leave(slot: number): void {
    if (state[slot] === LISTED) unlist(slot)
    state[slot] = LEAVING
  }

  /** It was taken from the top of the list. */
  function unlist(slot: number): void {
    if (free[listed - 1] === slot) listed--
    state[slot] = USABLE
  }
}
