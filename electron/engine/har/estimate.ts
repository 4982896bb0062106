/**
 * Which connection an entry used, where the exporter does not say: a model of a client with a pool for each origin and address.
 * `timings.connect` tells which entries opened a connection; each of the others is put on the connection of its origin that
 * was free most recently, as clients take them. What was opened without being measured (before the recording, ahead of need)
 * shows by no connection being free.
 */
import { delayed, FreeSlots, openSlot, SlotHeap, use, type Slot, type Timed } from './slots'
import type { NetworkEntry } from './sort-out'
import { instantsOf } from './timing'
import { isMultiplexed } from './version'

/** Exporters round each phase to a millisecond: so far may two exchanges overlap and still follow each other. */
const TOLERANCE_MS = 5
/** Browsers open at most six HTTP/1 connections to a host (Chrome's client_socket_pool_manager.cc, Firefox's all.js). */
const CONNECTIONS_PER_HOST = 6
/** Entries between two pauses. */
const ENTRIES_PER_PAUSE = 8192

/**
 * One list of entries for each connection, each in order of request. `queueingHidden`: the exporter does not tell how long a
 * request waited for a connection, so its times say when it was made and not when it was sent; the model's wait then becomes
 * the entry's `blocked`. `pause` is awaited now and then, and throws to stop.
 */
export async function estimateConnections(
  entries: readonly NetworkEntry[],
  queueingHidden = false,
  pause: () => Promise<void> | undefined = () => undefined,
): Promise<NetworkEntry[][]> {
  const found: NetworkEntry[][] = []
  let sincePause = 0
  for (const pool of poolsOf(entries)) {
    pool.sort((a, b) => a.at.request - b.at.request || a.entry.index - b.entry.index)
    const model = modelOf(pool, queueingHidden)
    for (const step of model.passes)
      for (const timed of pool) {
        step(timed)
        if (++sincePause < ENTRIES_PER_PAUSE) continue
        sincePause = 0
        await pause()
      }
    for (const { entries: own } of model.slots) found.push(own)
  }
  return found
}

function* poolsOf(entries: readonly NetworkEntry[]): Generator<Timed[]> {
  const opens = openingRule(entries)
  const pools = new Map<string, Map<string, Timed[]>>()
  for (const entry of entries) {
    const key = poolKey(entry)
    let byAddress = pools.get(key)
    if (byAddress === undefined) pools.set(key, (byAddress = new Map<string, Timed[]>()))
    const pool = byAddress.get(entry.serverIp) ?? []
    if (pool.length === 0) byAddress.set(entry.serverIp, pool)
    pool.push({ entry, at: instantsOf(entry), opens: opens(entry) })
  }
  for (const byAddress of pools.values()) {
    const unknown = byAddress.get('')
    if (unknown !== undefined && byAddress.size > 1) {
      // Where the address is not told, it is the one that most of the others have.
      byAddress.delete('')
      const most = [...byAddress.values()].reduce((a, b) => (b.length > a.length ? b : a))
      for (const timed of unknown) most.push(timed)
    }
    yield* byAddress.values()
  }
}

function poolKey({ target, request }: NetworkEntry): string {
  return `${isMultiplexed(request.version) ? request.version : 'HTTP/1'} ${target.scheme ?? ''} ${target.authority ?? ''}`
}

/**
 * A positive `connect` opened a connection. A zero did only where the exporter writes −1 for the others: Firefox, Firebug and
 * others write 0 for a connection that was there.
 */
function openingRule(entries: readonly NetworkEntry[]): (entry: NetworkEntry) => boolean {
  const zeroIsNew = entries.some((entry) => entry.timings.connect === null)
  return ({ timings: { connect }, reused }) => {
    if (reused !== null) return !reused
    return connect !== null && (connect > 0 || zeroIsNew)
  }
}

/** How a pool's entries find their connections: each pass is given all of them, in the order of request. */
interface Model {
  readonly slots: readonly Slot[]
  readonly passes: readonly ((timed: Timed) => void)[]
}

const closes = ({ entry }: Timed): boolean => !entry.request.persistence.keepsAlive || !entry.response.persistence.keepsAlive

function modelOf(pool: readonly Timed[], queueingHidden: boolean): Model {
  if (isMultiplexed(pool[0]?.entry.request.version ?? '')) return multiplexed()
  if (!queueingHidden) return serial()
  return pool.some(closes) ? queuedForClosing() : queued()
}

/** HTTP/1: one exchange at a time. */
function serial(): Model {
  const slots: Slot[] = []
  const free = new FreeSlots()
  const pick = ({ at }: Timed): Slot | null =>
    // With all six busy the request waited, whatever the exporter's times say.
    free.takeFree(at.request + TOLERANCE_MS) ?? (free.size >= CONNECTIONS_PER_HOST ? free.takeSoonest() : null)
  const step = (timed: Timed): void => {
    const slot = (timed.opens ? null : pick(timed)) ?? added(slots, timed)
    use(slot, timed)
    free.add(slot)
  }
  return { slots, passes: [step] }
}

function added(slots: Slot[], timed: Timed): Slot {
  const slot = openSlot(timed)
  slots.push(slot)
  return slot
}

/** HTTP/1 where requests that waited look as if they had been sent at once: each takes the connection that is free first. */
function queued(): Model {
  const slots: Slot[] = []
  const free = new FreeSlots()
  const openers = (timed: Timed): void => {
    if (!timed.opens) return
    const slot = added(slots, timed)
    use(slot, timed)
    free.add(slot)
  }
  const others = (timed: Timed): void => {
    if (timed.opens) return
    const slot = free.takeFree(timed.at.request) ?? free.takeSoonest() ?? added(slots, timed)
    use(slot, delayed(timed, slot.freeAt - timed.at.request))
    free.add(slot)
  }
  return { slots, passes: [openers, others] }
}

/**
 * The same where messages announce closes: then opening a connection is what requests wait for. A browser has six in use; the next
 * is opened when one of them is done. Without that, all requests of a page would seem to need a connection at once.
 */
function queuedForClosing(): Model {
  const slots: Slot[] = []
  const inUse = new SlotHeap()
  const free: Slot[] = []
  const release = (): void => {
    const done = inUse.pop()
    if (done !== undefined && !done.closed) free.push(done)
  }
  const step = (timed: Timed): void => {
    const now = timed.at.open
    while ((inUse.first?.freeAt ?? Infinity) <= now) release()
    let at = now
    while (inUse.size >= CONNECTIONS_PER_HOST) {
      at = Math.max(at, inUse.first?.freeAt ?? now)
      release()
    }
    const sent = delayed(timed, at - now)
    const slot = (timed.opens ? undefined : free.pop()) ?? added(slots, sent)
    use(slot, sent)
    inUse.push(slot)
  }
  return { slots, passes: [step] }
}

/** HTTP/2 and HTTP/3: any number at a time; a request may have waited for a connection that another one opened. */
function multiplexed(): Model {
  const slots: Slot[] = []
  const opened = new Map<Timed, Slot>()
  let byOpening: Slot[] | null = null
  const openers = (timed: Timed): void => {
    if (timed.opens) opened.set(timed, added(slots, timed))
  }
  const others = (timed: Timed): void => {
    byOpening ??= [...slots].sort((a, b) => a.openAt - b.openAt)
    const slot = opened.get(timed) ?? latest(byOpening, timed.at.request) ?? added(slots, timed)
    if (slots.length > byOpening.length) byOpening.push(slot)
    use(slot, timed)
  }
  return { slots, passes: [openers, others] }
}

/** The connection opened last before the request; if all were opened later, the first of them. */
function latest(byOpening: readonly Slot[], request: number): Slot | null {
  let low = 0
  let high = byOpening.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (byOpening[middle]!.openAt <= request) low = middle + 1
    else high = middle
  }
  return byOpening[Math.max(0, low - 1)] ?? null
}
