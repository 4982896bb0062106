/** The dynamic table of RFC 7541 §2.3.2: fields sent before, newest first, the oldest leaving when there is no room. */

import type { Budget } from '../../bytes/budget'

/** A name or value that was in a part of the stream the capture lacks is null. */
export interface Entry {
  readonly name: string | null
  readonly value: string | null
  readonly size: number
}

/** What an entry costs beside its octets (§4.1). */
const OVERHEAD = 32
/** Of a name that is not known. It only matters for when entries leave, and a field behind its time is never asked for. */
const UNKNOWN_LENGTH = 16

export class DynamicTable {
  /** Oldest first, from `oldest` on. */
  private entries: Entry[] = []
  private oldest = 0
  /** Sum of the entries' sizes (§4.1). */
  size = 0

  /** @param budget what the entries take is counted there until {@link clear}; beyond it the table forgets them, as if the capture lacked them */
  constructor(
    public capacity: number,
    private readonly budget: Budget | null = null,
  ) {}

  get length(): number {
    return this.entries.length - this.oldest
  }

  /** The entry at an index from 0, the newest. */
  at(index: number): Entry | undefined {
    return index < this.length ? this.entries[this.entries.length - 1 - index] : undefined
  }

  /**
   * An entry larger than the table empties it and is not kept (§4.4).
   *
   * @returns false where the budget is used up: the table has forgotten all its entries
   */
  add(name: string | null, value: string | null): boolean {
    const size = (name?.length ?? UNKNOWN_LENGTH) + (value?.length ?? UNKNOWN_LENGTH) + OVERHEAD
    this.makeRoom(size)
    if (size > this.capacity) return true
    this.entries.push({ name, value, size })
    this.size += size
    if (this.budget?.take(size, null) !== false) return true
    this.clear()
    return false
  }

  resize(capacity: number): void {
    this.capacity = capacity
    this.makeRoom(0)
  }

  clear(): void {
    this.budget?.give(this.size)
    this.entries = []
    this.oldest = this.size = 0
  }

  private makeRoom(needed: number): void {
    const before = this.size
    while (this.length > 0 && this.size + needed > this.capacity) this.size -= this.entries[this.oldest++]!.size
    if (this.size < before) this.budget?.give(before - this.size)
    // Those that left are let go together, now and then.
    if (this.oldest > 32 && this.oldest * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.oldest)
      this.oldest = 0
    }
  }
}
