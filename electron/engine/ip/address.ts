const dotted = (w: number): string => `${w >>> 24}.${(w >>> 16) & 255}.${(w >>> 8) & 255}.${w & 255}`

/** Addresses as text: dotted quads, and IPv6 in RFC 5952's canonical form. */
export function addressText(words: readonly [number, number, number, number], length: 4 | 16): string {
  if (length === 4) return dotted(words[3])
  // An IPv4 address inside, mapped or compatible (RFC 4291 §2.5.5), is written as one (RFC 5952 §5).
  if (words[0] === 0 && words[1] === 0) {
    if (words[2] === 0xffff) return `::ffff:${dotted(words[3])}`
    if (words[2] === 0 && words[3] > 0xffff) return `::${dotted(words[3])}`
  }
  const groups = words.flatMap((w) => [w >>> 16, w & 0xffff])
  let bestAt = -1
  let bestLength = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && groups[i + n] === 0) n++
    if (n > bestLength) {
      bestAt = i
      bestLength = n
    }
  }
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((g) => g.toString(16))
      .join(':')
  if (bestAt < 0) return text(0, 8)
  return `${text(0, bestAt)}::${text(bestAt + bestLength, 8)}`
}
