/** QPACK (RFC 9204): field sections become fields. One decoder reads all that one side sends: its encoder stream and its sections. */
import type { Budget } from '../../bytes/budget'
import type { TextCache } from '../../bytes/text'
import type { OnField } from '../../http/hpack/decoder'
import { Primitives } from './primitives'
import { STATIC_FIELDS } from './static-table'
import { QpackTable } from './table'

/** Bytes of one instruction that may wait for its rest: no field is longer. */
const LONGEST_INSTRUCTION = 1 << 18

interface Field {
  readonly name: string | null
  readonly value: string | null
}

const NOTHING: Uint8Array = new Uint8Array(0)
const UNKNOWN: Field = { name: null, value: null }

export class QpackDecoder {
  readonly table: QpackTable
  /** Part of the encoder stream is missing: from here on nothing is known of the table. */
  lost = false
  /** The beginning of an instruction: the first `filled` octets. It is looked at again once there are `wanted`. */
  private rest: Uint8Array = NOTHING
  private filled = 0
  private wanted = 0

  /** @param budget what the table holds, and an instruction that is not whole, is counted there until {@link release} */
  constructor(
    private readonly texts: TextCache | null = null,
    private readonly budget: Budget | null = null,
  ) {
    this.table = new QpackTable(budget)
  }

  /** Nothing more will come. */
  release(): void {
    this.forget()
    this.table.release()
  }

  /** Bytes of the encoder stream (§4.3), in order. */
  instructions(buf: Uint8Array, start: number, end: number): void {
    if (this.lost) return
    let b = buf
    let [from, to] = [start, end]
    if (this.filled > 0) {
      if (!this.append(buf, start, end)) return this.lose()
      if (this.filled < this.wanted) return
      b = this.rest
      ;[from, to] = [0, this.filled]
    }
    while (from < to) {
      const p = new Primitives(b, from, to, this.texts)
      const apply = this.instruction(p)
      if (p.failed) {
        if (!p.short || p.wanted - from > LONGEST_INSTRUCTION) this.lose()
        else this.wait(b, from, to, p.wanted)
        return
      }
      apply()
      from = p.pos
    }
    this.forget()
  }

  lose(): void {
    this.lost = true
    this.forget()
  }

  private wait(b: Uint8Array, from: number, to: number, wanted: number): void {
    this.replace(b.slice(from, to))
    this.filled = to - from
    this.wanted = wanted - from
  }

  /** The buffer doubles, so that an instruction in many pieces is copied a few times and not once for each. */
  private append(buf: Uint8Array, start: number, end: number): boolean {
    const needed = this.filled + end - start
    if (needed > this.rest.length) {
      const larger = new Uint8Array(needed * 2)
      larger.set(this.rest.subarray(0, this.filled))
      if (!this.replace(larger)) return false
    }
    this.rest.set(buf.subarray(start, end), this.filled)
    this.filled = needed
    return true
  }

  private replace(rest: Uint8Array): boolean {
    const more = rest.length - this.rest.length
    this.rest = rest
    return more <= 0 ? (this.budget?.give(-more), true) : this.budget?.take(more, null) !== false
  }

  private forget(): void {
    this.replace(NOTHING)
    this.filled = this.wanted = 0
  }

  /** Must the section b[start, end) wait for insertions (§2.2.1)? */
  isBlocked(b: Uint8Array, start: number, end: number): boolean {
    return !this.lost && this.required(new Primitives(b, start, end)) > this.table.inserted
  }

  /**
   * Decodes one whole field section, b[start, end) (§4.5). False where it is malformed: the fields given before are good. What refers
   * to entries that the capture lacks is given as null.
   */
  decode(b: Uint8Array, start: number, end: number, onField: OnField): boolean {
    const p = new Primitives(b, start, end, this.texts)
    const required = this.required(p)
    const below = (p.next & 0x80) !== 0
    const delta = p.integer(7)
    const base = below ? required - delta - 1 : required + delta
    if (p.failed) return false
    while (p.pos < end) {
      const field = this.line(p, base)
      if (field === null) return false
      onField(field.name, field.value)
    }
    return true
  }

  /** The Required Insert Count that the section's prefix begins with (§4.5.1.1). */
  private required(p: Primitives): number {
    const encoded = p.integer(8)
    const { mostEntries, inserted } = this.table
    const full = 2 * mostEntries
    if (encoded === 0 || full === 0) return 0
    const most = inserted + mostEntries
    const required = Math.floor(most / full) * full + encoded - 1
    return required > most ? Math.max(0, required - full) : required
  }

  /** A field line; null if broken. */
  private line(p: Primitives, base: number): Field | null {
    const field = this.anyLine(p, base)
    return p.failed ? null : field
  }

  /** §4.5.2 to §4.5.6 */
  private anyLine(p: Primitives, base: number): Field {
    const octet = p.next
    if ((octet & 0x80) !== 0) {
      const index = p.integer(6)
      return (octet & 0x40) !== 0 ? this.fixed(p, index) : this.dynamic(base - 1 - index)
    }
    if ((octet & 0x40) !== 0) {
      const index = p.integer(4)
      const { name } = (octet & 0x10) !== 0 ? this.fixed(p, index) : this.dynamic(base - 1 - index)
      return { name, value: p.text(7) }
    }
    if ((octet & 0x20) !== 0) return { name: p.text(3), value: p.text(7) }
    if ((octet & 0x10) !== 0) return this.dynamic(base + p.integer(4))
    const { name } = this.dynamic(base + p.integer(3))
    return { name, value: p.text(7) }
  }

  /** An instruction, to be carried out once it is known to be whole. */
  private instruction(p: Primitives): () => void {
    const { table } = this
    const octet = p.next
    if ((octet & 0x80) !== 0) {
      const index = p.integer(6)
      const value = p.text(7)
      const { name } = p.failed ? UNKNOWN : (octet & 0x40) !== 0 ? this.fixed(p, index) : this.dynamic(table.inserted - 1 - index)
      return () => table.add(name, value)
    }
    if ((octet & 0x40) !== 0) {
      const name = p.text(5)
      const value = p.text(7)
      return () => table.add(name, value)
    }
    if ((octet & 0x20) !== 0) {
      const capacity = p.integer(5)
      return () => (table.capacity = capacity)
    }
    const { name, value } = this.dynamic(table.inserted - 1 - p.integer(5))
    return () => table.add(name, value)
  }

  private fixed(p: Primitives, index: number): Field {
    const field = STATIC_FIELDS[index]
    if (field === undefined) p.failed = true
    return field ?? UNKNOWN
  }

  private dynamic(absolute: number): Field {
    return this.lost ? UNKNOWN : (this.table.at(absolute) ?? UNKNOWN)
  }
}
