/**
 * Keystream for the beginnings of records that are yet to come: a cipher takes as long to be called as to encrypt a few hundred octets,
 * and where the nonce is the record's number (RFC 8446 §5.3) the next records' are known. Of how many records it is made ahead doubles
 * with each that is asked for in turn, so that a connection of one record costs one.
 */
/** Octets of a record's beginning that are read at once: nearly every head is shorter. */
export const BEGINNING = 512

const BLOCK = 16
const BLOCKS = BEGINNING / BLOCK
/** Records that keystream is made for in one call. */
const MOST_AHEAD = 8
/** Directions that have keystream ahead at once, over all connections: what one more makes takes the oldest's place. */
const MOST_HOLDERS = 1024

const input = Buffer.alloc(MOST_AHEAD * BEGINNING)
const words = new Int32Array(input.buffer, input.byteOffset, input.length / 4)

interface Held {
  readonly by: Beginnings
  readonly stream: Uint8Array
}
const held: (Held | undefined)[] = []
let oldest = 0

/** The keystream of the beginnings of one direction's records, in turn. */
export class Beginnings {
  readonly #encrypt: (blocks: Uint8Array) => Uint8Array
  /** The first block of record 0: nonce and counter. */
  readonly #first: Uint8Array
  readonly #nonceEnd: number
  #slot = -1
  /** Numbers of the records that there is unused keystream of; none was made yet while the end is negative. */
  #from = 0
  #to = -1
  /** The number of the record that the stream begins with. */
  #base = 0
  #ahead = 1

  /**
   * @param encrypt blocks in, blocks out, each for itself (ECB)
   * @param first the first counter block of the record numbered 0; its last octet counts the record's blocks
   * @param nonceEnd where in that block the nonce ends, into which a record's number goes
   */
  constructor(encrypt: (blocks: Uint8Array) => Uint8Array, first: Uint8Array, nonceEnd: number) {
    this.#encrypt = encrypt
    this.#first = first
    this.#nonceEnd = nonceEnd
  }

  /** @returns the keystream of a record's first {@link BEGINNING} octets. It is the caller's own to write over; given out once. */
  of(sequence: number): Uint8Array {
    let stream = this.#stream()
    if (stream === null || sequence < this.#from || sequence >= this.#to) stream = this.#make(sequence)
    this.#from = sequence + 1
    const at = (sequence - this.#base) * BEGINNING
    return stream.subarray(at, at + BEGINNING)
  }

  #stream(): Uint8Array | null {
    const mine = held[this.#slot]
    return mine?.by === this ? mine.stream : null
  }

  #make(sequence: number): Uint8Array {
    // Records of bodies, which are gone past, may lie between.
    const isNear = this.#to > 0 && sequence >= this.#to && sequence - this.#to < MOST_AHEAD
    this.#ahead = isNear ? Math.min(MOST_AHEAD, this.#ahead * 2) : 1
    for (let i = 0; i < this.#ahead; i++) this.#blocks(i * BEGINNING, sequence + i)
    const stream = this.#encrypt(input.subarray(0, this.#ahead * BEGINNING))
    this.#base = this.#from = sequence
    this.#to = sequence + this.#ahead
    if (this.#stream() === null) {
      this.#slot = oldest
      oldest = (oldest + 1) % MOST_HOLDERS
    }
    held[this.#slot] = { by: this, stream }
    return stream
  }

  #blocks(at: number, sequence: number): void {
    input.set(this.#first, at)
    for (let i = at + this.#nonceEnd - 1, rest = sequence; rest > 0; i--, rest = Math.floor(rest / 256)) input[i]! ^= rest % 256
    const word = at / 4
    for (let block = 1; block < BLOCKS; block++) {
      const to = word + 4 * block
      words[to] = words[word]!
      words[to + 1] = words[word + 1]!
      words[to + 2] = words[word + 2]!
      words[to + 3] = words[word + 3]!
      // Fewer than 256 blocks: only the last octet of the counter changes.
      input[at + BLOCK * block + BLOCK - 1]! += block
    }
  }
}
