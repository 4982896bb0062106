/**
 * Which connection an entry used, where the exporter does not say: a model of a client with a pool for each origin.
 * `timings.connect` tells which entries opened a connection; each of the others is put on the connection of its origin that
 * was free most recently, as clients take them. What was opened without being measured (before the recording, ahead of need)
 * shows by no connection being free.
 */
import type { NetworkEntry } from './sort-out'
import { instantsOf, type Instants } from './timing'
import { isMultiplexed } from './version'

/** Exporters round each phase to a millisecond: so far may two exchanges overlap and still follow each other. */
const TOLERANCE_MS = 5
/** Browsers open at most six HTTP/1 connections to a host (Chrome's client_socket_pool_manager.cc, Firefox's all.js). */
const CONNECTIONS_PER_HOST = 6

interface Slot {
  readonly entries: NetworkEntry[]
  readonly serverIp: string
  readonly openAt: number
  freeAt: number
  closed: boolean
}

interface Timed {
  readonly entry: NetworkEntry
  readonly at: Instants
  readonly opens: boolean
}

/**
 * One list of entries for each connection, each in order of request. `queueingHidden`: the exporter does not tell how long a
 * request waited for a connection, so its times say when it was made and not when it was sent; the model's wait then becomes
 * the entry's `blocked`.
 */
export function estimateConnections(entries: readonly NetworkEntry[], queueingHidden = false): NetworkEntry[][] {
  const opens = openingRule(entries)
  const pools = new Map<string, Timed[]>()
  for (const entry of entries) {
    const key = poolKey(entry)
    const pool = pools.get(key) ?? []
    if (pool.length === 0) pools.set(key, pool)
    pool.push({ entry, at: instantsOf(entry), opens: opens(entry) })
  }
  return [...pools.values()].flatMap((pool) => {
    pool.sort((a, b) => a.at.request - b.at.request || a.entry.index - b.entry.index)
    const multiplexed = isMultiplexed(pool[0]?.entry.request.version ?? '')
    const slots = multiplexed ? multiplexedSlots(pool) : queueingHidden ? queuedSlots(pool) : serialSlots(pool)
    return slots.map((slot) => slot.entries)
  })
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

const open = ({ entry, at }: Timed): Slot => ({
  entries: [],
  serverIp: entry.serverIp,
  openAt: at.open,
  freeAt: at.open,
  closed: false,
})

const compatible = (slot: Slot, entry: NetworkEntry): boolean =>
  slot.serverIp === '' || entry.serverIp === '' || slot.serverIp === entry.serverIp

function use(slot: Slot, { entry, at }: Timed): void {
  slot.entries.push(entry)
  slot.freeAt = Math.max(slot.freeAt, at.complete)
  if (!entry.request.persistence.keepsAlive || !entry.response.persistence.keepsAlive) slot.closed = true
}

/** HTTP/1: one exchange at a time. */
function serialSlots(pool: readonly Timed[]): Slot[] {
  const slots: Slot[] = []
  for (const timed of pool) {
    const slot = timed.opens ? null : pick(slots, timed)
    const chosen = slot ?? open(timed)
    if (slot === null) slots.push(chosen)
    use(chosen, timed)
  }
  return slots
}

function pick(slots: readonly Slot[], { entry, at }: Timed): Slot | null {
  let free: Slot | null = null
  let soonest: Slot | null = null
  let live = 0
  for (const slot of slots) {
    if (slot.closed || !compatible(slot, entry)) continue
    live += 1
    if (slot.freeAt <= at.request + TOLERANCE_MS && (free === null || slot.freeAt > free.freeAt)) free = slot
    if (soonest === null || slot.freeAt < soonest.freeAt) soonest = slot
  }
  // With all six busy the request waited, whatever the exporter's times say.
  return free ?? (live >= CONNECTIONS_PER_HOST ? soonest : null)
}

/** HTTP/1 where requests that waited look as if they had been sent at once: each takes the connection that is free first. */
function queuedSlots(pool: readonly Timed[]): Slot[] {
  const slots: Slot[] = []
  for (const timed of pool) {
    if (!timed.opens) continue
    const slot = open(timed)
    slots.push(slot)
    use(slot, timed)
  }
  for (const timed of pool) {
    if (timed.opens) continue
    const first = firstFree(slots, timed)
    const slot = first ?? open(timed)
    if (first === null) slots.push(slot)
    use(slot, delayed(timed, slot.freeAt - timed.at.request))
  }
  return slots
}

/** Of those free at the request the one used last; else the one that is free soonest. */
function firstFree(slots: readonly Slot[], { entry, at }: Timed): Slot | null {
  let best: Slot | null = null
  for (const slot of slots) {
    if (slot.closed || !compatible(slot, entry)) continue
    if (best === null) best = slot
    else if (best.freeAt <= at.request) {
      if (slot.freeAt <= at.request && slot.freeAt > best.freeAt) best = slot
    } else if (slot.freeAt < best.freeAt) best = slot
  }
  return best
}

function delayed(timed: Timed, wait: number): Timed {
  if (wait <= 0) return timed
  const entry = { ...timed.entry, timings: { ...timed.entry.timings, blocked: wait } }
  return { ...timed, entry, at: instantsOf(entry) }
}

/** HTTP/2 and HTTP/3: any number at a time; a request may have waited for a connection that another one opened. */
function multiplexedSlots(pool: readonly Timed[]): Slot[] {
  const slots: Slot[] = []
  const opened = new Map<Timed, Slot>()
  for (const timed of pool) {
    if (!timed.opens) continue
    const slot = open(timed)
    opened.set(timed, slot)
    slots.push(slot)
  }
  for (const timed of pool) {
    let slot = opened.get(timed) ?? latest(slots, timed)
    if (slot === null) {
      slot = open(timed)
      slots.push(slot)
    }
    use(slot, timed)
  }
  return slots
}

/** The connection opened last before the request; if all were opened later, the first of them. */
function latest(slots: readonly Slot[], { entry, at }: Timed): Slot | null {
  let before: Slot | null = null
  let first: Slot | null = null
  for (const slot of slots) {
    if (!compatible(slot, entry)) continue
    if (slot.openAt <= at.request && (before === null || slot.openAt > before.openAt)) before = slot
    if (first === null || slot.openAt < first.openAt) first = slot
  }
  return before ?? first
}
