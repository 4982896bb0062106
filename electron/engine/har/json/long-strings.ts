/**
 * Cuts long strings out of JSON bytes before anything decodes them. A HAR's response bodies are strings of any length;
 * nothing here needs them, and a tokenizer would hold each of them whole.
 */

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BLANK = 0x20
const LONGEST_NUMBER = 1000
/** A UTF-8 continuation byte: cutting before one would split a character. */
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

export type KeepBytes = (bytes: Uint8Array, offset: number) => void

/** Fed with chunks in order; hands on the parts to keep. The quotes always stay, so the JSON stays JSON. */
export class LongStringCutter {
  private inString = false
  /** Bytes of the current escape sequence that are still to come. */
  private escaped = 0
  private length = 0
  private dropping = false
  /** Digits in a row, outside strings. */
  private digits = 0
  private position = 0

  /** `limit`: the bytes of a string that are kept. */
  constructor(private readonly limit: number) {}

  /** Calls `keep` with each part of the chunk that stays, and with its offset in the whole input. */
  write(chunk: Uint8Array, keep: KeepBytes): void {
    let from = this.dropping ? -1 : 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i]!
      if (!this.inString) {
        if (byte === QUOTE) this.enterString()
        this.digits = byte >= 0x30 && byte <= 0x39 ? this.digits + 1 : 0
        // No number is that long. A blank inside it makes the JSON broken here, which is told; the tokenizer would grow without end.
        if (this.digits > LONGEST_NUMBER) chunk[i] = BLANK
        continue
      }
      if (this.escaped > 0) {
        // "\u" is followed by four digits; every other escape is one character.
        this.escaped = this.escaped === 1 && byte === 0x75 && !this.dropping ? 4 : this.escaped - 1
        this.length += 1
        continue
      }
      if (byte === QUOTE) {
        this.inString = false
        if (from < 0) from = i
        this.dropping = false
        continue
      }
      if (!this.dropping && this.length >= this.limit && !isContinuation(byte)) {
        if (i > from) keep(chunk.subarray(from, i), this.position + from)
        this.dropping = true
        from = -1
      }
      if (byte === BACKSLASH) this.escaped = 1
      this.length += 1
    }
    if (from >= 0 && from < chunk.length) keep(chunk.subarray(from), this.position + from)
    this.position += chunk.length
  }

  private enterString(): void {
    this.inString = true
    this.length = 0
    this.escaped = 0
  }
}
