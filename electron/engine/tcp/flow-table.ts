import { u32be } from '../bytes/read'
import type { Frame } from '../link/frame'

/** Words of a key: two addresses of four words each, and both ports. */
const WORDS = 9
const INITIAL = 1 << 12

/**
 * Finds what is known of a pair of endpoints. Keys lie side by side in one typed array and the table is open-addressed:
 * a look-up makes no object, which at a million packets a second is what counts. An entry keeps its number until removed.
 */
export class FlowTable<T> {
  private slots = new Int32Array(INITIAL * 2)
  private keys = new Uint32Array(INITIAL * WORDS)
  private hashes = new Int32Array(INITIAL)
  private readonly values: (T | undefined)[] = []
  private readonly free: number[] = []
  private count = 0
  /** The entry found last: segments come in bursts. −1 where it is gone. */
  private last = -1
  /** The key being looked for: the lower endpoint first, so that both directions give the same one. */
  private readonly key = new Uint32Array(WORDS)

  get size(): number {
    return this.count
  }

  /** Takes the endpoints of a segment. Returns 0 when its sender is the key's first endpoint, 1 when it is the second. */
  aim(f: Frame, sourcePort: number, destinationPort: number): 0 | 1 {
    const { buf, source, destination, addressLength } = f
    const { key } = this
    let order = 0
    for (let i = 0; i < addressLength && order === 0; i++) order = buf[source + i]! - buf[destination + i]!
    if (order === 0) order = sourcePort - destinationPort
    const sourceFirst = order <= 0
    const first = sourceFirst ? source : destination
    const second = sourceFirst ? destination : source
    if (addressLength === 4) {
      key[0] = key[1] = key[2] = key[4] = key[5] = key[6] = 0
      key[3] = u32be(buf, first)
      key[7] = u32be(buf, second)
    } else {
      for (let i = 0; i < 4; i++) {
        key[i] = u32be(buf, first + 4 * i)
        key[4 + i] = u32be(buf, second + 4 * i)
      }
    }
    key[8] = sourceFirst ? ((sourcePort << 16) | destinationPort) >>> 0 : ((destinationPort << 16) | sourcePort) >>> 0
    return sourceFirst ? 0 : 1
  }

  /** The value at the key aimed at. */
  find(): T | undefined {
    if (this.last >= 0 && this.matches(this.last)) return this.values[this.last]
    const hash = this.hash()
    for (let slot = hash & (this.slots.length - 1); ; slot = (slot + 1) & (this.slots.length - 1)) {
      const entry = this.slots[slot]! - 1
      if (entry < 0) return undefined
      if (this.hashes[entry] !== hash || !this.matches(entry)) continue
      this.last = entry
      return this.values[entry]
    }
  }

  /** Puts a value at the key aimed at, which holds none. Returns the entry's number. */
  add(value: T): number {
    if (this.count * 2 >= this.slots.length - 2) this.grow()
    const entry = this.free.pop() ?? this.values.length
    if (entry * WORDS >= this.keys.length) {
      const keys = new Uint32Array(this.keys.length * 2)
      keys.set(this.keys)
      this.keys = keys
      const hashes = new Int32Array(this.hashes.length * 2)
      hashes.set(this.hashes)
      this.hashes = hashes
    }
    this.keys.set(this.key, entry * WORDS)
    this.values[entry] = value
    this.hashes[entry] = this.hash()
    this.place(entry)
    this.count++
    this.last = entry
    return entry
  }

  /** The value of an entry. */
  at(entry: number): T | undefined {
    return this.values[entry]
  }

  set(entry: number, value: T): void {
    this.values[entry] = value
  }

  /** Removes an entry, closing the hole it leaves in its run of slots (Knuth 6.4, algorithm R). */
  remove(entry: number): void {
    const mask = this.slots.length - 1
    let slot = this.hashes[entry]! & mask
    while (this.slots[slot] !== entry + 1) slot = (slot + 1) & mask
    for (let hole = slot; ;) {
      slot = (slot + 1) & mask
      const other = this.slots[slot]! - 1
      if (other < 0) {
        this.slots[hole] = 0
        break
      }
      const home = this.hashes[other]! & mask
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        this.slots[hole] = other + 1
        hole = slot
      }
    }
    if (this.last === entry) this.last = -1
    this.values[entry] = undefined
    this.free.push(entry)
    this.count--
  }

  /** The address (as four words) and port of an entry's first or second endpoint. */
  endpoint(entry: number, which: 0 | 1): { words: readonly [number, number, number, number]; port: number } {
    const at = entry * WORDS + which * 4
    const word = (i: number): number => this.keys[at + i]!
    const ports = this.keys[entry * WORDS + 8]!
    return { words: [word(0), word(1), word(2), word(3)], port: which === 0 ? ports >>> 16 : ports & 0xffff }
  }

  private hash(): number {
    let h = 0x9e3779b9
    for (let i = 0; i < WORDS; i++) {
      h = Math.imul(h ^ this.key[i]!, 0x85ebca6b)
      h ^= h >>> 15
    }
    h = Math.imul(h, 0xc2b2ae35)
    return (h ^ (h >>> 13)) | 0
  }

  private matches(entry: number): boolean {
    const at = entry * WORDS
    for (let i = WORDS - 1; i >= 0; i--) if (this.keys[at + i] !== this.key[i]) return false
    return true
  }

  private place(entry: number): void {
    const mask = this.slots.length - 1
    let slot = this.hashes[entry]! & mask
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = entry + 1
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2)
    for (let entry = 0; entry < this.values.length; entry++) if (this.values[entry] !== undefined) this.place(entry)
  }
}
