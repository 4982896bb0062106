const CR = 0x0d
const LF = 0x0a

/**
 * Behind the empty line that ends a head, looking from `from`; 0 if it is not there. Bare LF counts (RFC 9112 §2.2). Every second
 * octet is looked at: an empty line has a CR or LF at one of any two neighbours, and little else in a head is as small.
 */
export function endOfHead(b: Uint8Array, from: number, end: number): number {
  for (let p = from; p < end; p += 2) {
    if (b[p]! > CR) continue
    const before = p > from ? emptyLine(b, p - 1, end) : 0
    if (before > 0) return before
    const found = emptyLine(b, p, end)
    if (found > 0) return found
  }
  return 0
}

/** Behind the empty line, if `p` is the LF before one. */
function emptyLine(b: Uint8Array, p: number, end: number): number {
  if (b[p] !== LF) return 0
  if (b[p + 1] === LF && p + 1 < end) return p + 2
  return b[p + 1] === CR && b[p + 2] === LF && p + 2 < end ? p + 3 : 0
}
