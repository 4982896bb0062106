/** HPACK (RFC 7541): header blocks become fields. One decoder reads all the header blocks that one end sends. */
import type { Budget } from '../../bytes/budget'
import type { TextCache } from '../../bytes/text'
import { latin1 } from '../../bytes/text'
import { DynamicTable } from './dynamic-table'
import { decodeHuffman, longestDecoded } from './huffman'
import { STATIC_LENGTH, STATIC_NAMES, STATIC_VALUES } from './static-table'

/** A field's name and value; null for what was said in a part of the stream that the capture lacks. */
export type OnField = (name: string | null, value: string | null) => void

/** SETTINGS_HEADER_TABLE_SIZE before anybody says otherwise (RFC 9113 §6.5.2). */
export const INITIAL_TABLE_SIZE = 4096
/** The largest table kept, whatever is asked for: browsers ask for 64 KiB. */
export const MOST_TABLE_SIZE = 1 << 20
/** While the table's size is unknown, more is kept than the encoder may: what left its table it never refers to. */
const UNKNOWN_TABLE_SIZE = 1 << 16
/** Octets of an integer (§5.1) beyond its prefix: 2^28 is more than any length or size here. */
const MOST_INTEGER_OCTETS = 4
const BROKEN = -1

let scratch = new Uint8Array(4096)

export class HpackDecoder {
  readonly table: DynamicTable
  /** Fields may have entered the table unseen, below those that it holds: an index beyond them is unknown, not wrong. */
  private partial = false
  /** What is missing was in the capture, but not read: malformed, longer than anything real, or more than can be held. */
  gaveUp = false
  private buf: Uint8Array = scratch
  private pos = 0
  private end = 0

  /** @param budget what the table holds is counted there until {@link release} */
  constructor(
    private readonly texts: TextCache | null = null,
    budget: Budget | null = null,
  ) {
    this.table = new DynamicTable(INITIAL_TABLE_SIZE, budget)
  }

  /** Nothing more will come. */
  release(): void {
    this.table.clear()
  }

  /** Header blocks were missed. Entries that come from now on have the same indices as the encoder's. */
  lose(gaveUp = false): void {
    this.partial = true
    this.gaveUp = gaveUp
    this.table.clear()
    if (this.table.capacity < UNKNOWN_TABLE_SIZE) this.table.resize(UNKNOWN_TABLE_SIZE)
  }

  /**
   * Decodes one whole header block, b[start, end). False where it is malformed (§2.3.3, §5.1, §5.2): the fields given before are good,
   * and the table is then as after {@link lose}.
   */
  decode(b: Uint8Array, start: number, end: number, onField: OnField): boolean {
    this.buf = b
    this.pos = start
    this.end = end
    let sound = true
    while (sound && this.pos < this.end) sound = this.representation(onField)
    this.buf = scratch
    if (!sound) this.lose(true)
    return sound
  }

  private representation(onField: OnField): boolean {
    const octet = this.buf[this.pos]!
    if (octet >= 0x80) return this.indexed(onField)
    if (octet >= 0x40) return this.literal(6, true, onField)
    if (octet >= 0x20) return this.sizeUpdate()
    // Without indexing or never indexed: the difference is for intermediaries (§6.2.2, §6.2.3).
    return this.literal(4, false, onField)
  }

  /** §6.1 */
  private indexed(onField: OnField): boolean {
    const index = this.integer(7)
    if (index <= 0) return false
    if (index <= STATIC_LENGTH) {
      onField(STATIC_NAMES[index]!, STATIC_VALUES[index]!)
      return true
    }
    const entry = this.table.at(index - STATIC_LENGTH - 1)
    if (entry === undefined && !this.partial) return false
    onField(entry?.name ?? null, entry?.value ?? null)
    return true
  }

  /** §6.2 */
  private literal(prefix: number, indexing: boolean, onField: OnField): boolean {
    const index = this.integer(prefix)
    if (index < 0) return false
    let name: string | null
    if (index === 0) {
      const text = this.text()
      if (text === null) return false
      name = text
    } else if (index <= STATIC_LENGTH) name = STATIC_NAMES[index]!
    else {
      const entry = this.table.at(index - STATIC_LENGTH - 1)
      if (entry === undefined && !this.partial) return false
      name = entry?.name ?? null
    }
    const value = this.text()
    if (value === null) return false
    if (indexing && !this.table.add(name, value)) this.partial = this.gaveUp = true
    onField(name, value)
    return true
  }

  /** §6.3. What the peer's setting allows is not checked: it may have been sent in a part that the capture lacks. */
  private sizeUpdate(): boolean {
    const size = this.integer(5)
    if (size < 0) return false
    this.table.resize(Math.min(size, MOST_TABLE_SIZE))
    return true
  }

  /** An integer whose first octet shares its place with other things (§5.1); −1 if broken. */
  private integer(prefix: number): number {
    const most = (1 << prefix) - 1
    let value = this.buf[this.pos++]! & most
    if (value < most) return value
    for (let octets = 0; octets < MOST_INTEGER_OCTETS; octets++) {
      if (this.pos >= this.end) return BROKEN
      const octet = this.buf[this.pos++]!
      value += (octet & 0x7f) * 2 ** (7 * octets)
      if (octet < 0x80) return value
    }
    return BROKEN
  }

  /** A string literal (§5.2); null if broken. */
  private text(): string | null {
    if (this.pos >= this.end) return null
    const coded = this.buf[this.pos]! >= 0x80
    const length = this.integer(7)
    const start = this.pos
    if (length < 0 || length > this.end - start) return null
    this.pos = start + length
    if (!coded) return this.textOf(this.buf, start, this.pos)
    const room = longestDecoded(length)
    if (room > scratch.length) scratch = new Uint8Array(2 * room)
    const decoded = decodeHuffman(this.buf, start, this.pos, scratch)
    return decoded < 0 ? null : this.textOf(scratch, 0, decoded)
  }

  private textOf(b: Uint8Array, start: number, end: number): string {
    return this.texts === null ? latin1(b, start, end) : this.texts.get(b, start, end)
  }
}
