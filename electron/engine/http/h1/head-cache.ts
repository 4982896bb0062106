/**
 * Heads by their octets: most messages repeat an earlier one exactly, but for a date that changes once a second. A known one
 * is found without looking at its fields.
 *
 * Direct-mapped and of fixed size; every octet is compared, so a collision only costs the reading.
 */
const SLOTS = 256
const LONGEST = 1024
/** Octets that lie this far apart choose the slot. */
const STRIDE = 7

export class HeadCache<Head extends object> {
  private readonly octets = new Uint8Array(SLOTS * LONGEST)
  private readonly lengths = new Uint16Array(SLOTS)
  private readonly heads = new Array<Head | null>(SLOTS).fill(null)

  /** The head in b[start, end): as it was read before, else as `read` reads it now. It is shared: nobody may change it. */
  get<Context>(
    b: Uint8Array,
    start: number,
    end: number,
    read: (b: Uint8Array, start: number, end: number, context: Context) => Head | null,
    context: Context,
  ): Head | null {
    const length = end - start
    if (length > LONGEST) return read(b, start, end, context)
    let hash = length
    for (let p = start; p < end; p += STRIDE) hash = (Math.imul(hash, 31) + b[p]!) | 0
    const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1)
    const known = this.heads[slot] ?? null
    const { octets } = this
    const at = slot * LONGEST
    if (known !== null && this.lengths[slot] === length && same(octets, at, b, start, length)) return known
    const head = read(b, start, end, context)
    if (head === null) return null
    for (let i = 0; i < length; i++) octets[at + i] = b[start + i]!
    this.lengths[slot] = length
    this.heads[slot] = head
    return head
  }
}

function same(a: Uint8Array, at: number, b: Uint8Array, start: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[at + i] !== b[start + i]) return false
  return true
}
