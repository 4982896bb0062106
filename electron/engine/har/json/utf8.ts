/**
 * JSON is UTF-8 (RFC 8259 §8.1), but bodies that an exporter pasted in undecoded are not always. One bad byte must not
 * cost the rest of the file, so what is no UTF-8 is overwritten before it is parsed.
 */

const REPLACEMENT = 0x3f // "?"

/** How many bytes at the front hold whole characters: the last one may be cut by the end of the chunk. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return bytes.length
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return needed > back ? bytes.length - back : bytes.length
    }
  }
  return bytes.length
}

const strict = new TextDecoder('utf-8', { fatal: true })

/** Overwrites, in place, every byte outside ASCII if the bytes are no valid UTF-8. Returns whether it had to. */
export function forceUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes)
    return false
  } catch {
    for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) bytes[i] = REPLACEMENT
    return true
  }
}
