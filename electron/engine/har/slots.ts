/** The connections of a modelled pool, and which of them is free: in the time of a heap, so that a HAR of any length is no burden. */
import type { NetworkEntry } from './sort-out'
import { instantsOf, type Instants } from './timing'

/** A connection and what it carried. */
export interface Slot {
  readonly entries: NetworkEntry[]
  readonly openAt: number
  freeAt: number
  /** A message on it said that it would be closed. */
  closed: boolean
}

export interface Timed {
  readonly entry: NetworkEntry
  readonly at: Instants
  readonly opens: boolean
}

export const openSlot = ({ at }: Timed): Slot => ({ entries: [], openAt: at.open, freeAt: at.open, closed: false })

export function use(slot: Slot, { entry, at }: Timed): void {
  slot.entries.push(entry)
  slot.freeAt = Math.max(slot.freeAt, at.complete)
  if (!entry.request.persistence.keepsAlive || !entry.response.persistence.keepsAlive) slot.closed = true
}

/** The same entry, sent later than it was made. */
export function delayed(timed: Timed, wait: number): Timed {
  if (wait <= 0) return timed
  const entry = { ...timed.entry, timings: { ...timed.entry.timings, blocked: (timed.entry.timings.blocked ?? 0) + wait } }
  return { ...timed, entry, at: instantsOf(entry) }
}

/** Open connections. Asked in the order of time. */
export class FreeSlots {
  /** Those known to be free, the one that was used last on top. */
  readonly #free: Slot[] = []
  readonly #busy = new SlotHeap()

  get size(): number {
    return this.#free.length + this.#busy.size
  }

  add(slot: Slot): void {
    if (!slot.closed) this.#busy.push(slot)
  }

  /** Takes the one used last of those that are free by then. */
  takeFree(by: number): Slot | null {
    for (let next = this.#busy.first; next !== undefined && next.freeAt <= by; next = this.#busy.first) {
      this.#busy.pop()
      this.#free.push(next)
    }
    return this.#free.pop() ?? null
  }

  /** Takes the one that is free first, now or later. */
  takeSoonest(): Slot | null {
    return this.#free.pop() ?? this.#busy.pop() ?? null
  }
}

/** Connections by the time at which they become free, the soonest first. */
export class SlotHeap {
  readonly #all: Slot[] = []

  get size(): number {
    return this.#all.length
  }

  get first(): Slot | undefined {
    return this.#all[0]
  }

  push(slot: Slot): void {
    const all = this.#all
    let i = all.push(slot) - 1
    while (i > 0) {
      const parent = (i - 1) >>> 1
      if (all[parent]!.freeAt <= slot.freeAt) break
      all[i] = all[parent]!
      i = parent
    }
    all[i] = slot
  }

  pop(): Slot | undefined {
    const all = this.#all
    const first = all[0]
    const last = all.pop()
    if (last === undefined || all.length === 0) return first
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= all.length) break
      if (child + 1 < all.length && all[child + 1]!.freeAt < all[child]!.freeAt) child++
      if (all[child]!.freeAt >= last.freeAt) break
      all[i] = all[child]!
      i = child
    }
    all[i] = last
    return first
  }
}
