/** Text out of header bytes, with as little garbage as a repeated value allows. */

/** Buffer's own slicer works on any Uint8Array; its typings do not list it. */
const { latin1Slice } = Buffer.prototype as unknown as { latin1Slice: (this: Uint8Array, start: number, end: number) => string }

/** `bytes[start, end)` as ISO 8859-1: every octet becomes one character, so nothing is lost and nothing throws. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end)
}

const SLOTS = 1024
const LONGEST = 200

/**
 * Remembers texts by their bytes: a User-Agent or Host seen before gives the same string again without making one.
 * Direct-mapped and of fixed size; a collision only costs a new string.
 */
export class TextCache {
  private readonly texts: (string | undefined)[] = new Array<string | undefined>(SLOTS)

  get(bytes: Uint8Array, start: number, end: number): string {
    const length = end - start
    if (length === 0) return ''
    if (length > LONGEST) return latin1(bytes, start, end)
    let hash = length
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    const known = this.texts[slot]
    if (known?.length === length && same(known, bytes, start)) return known
    const text = latin1(bytes, start, end)
    this.texts[slot] = text
    return text
  }
}

function same(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
