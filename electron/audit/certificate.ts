/**
 * Does a certificate with these names (common name and DNS names) cover a host? A wildcard stands for exactly one label, the
 * leftmost (RFC 6125 §6.4.3).
 */
export function covers(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase()
  const dot = wanted.indexOf('.')
  const wildcard = dot > 0 ? `*${wanted.slice(dot)}` : null
  return names.some((name) => {
    const n = name.toLowerCase()
    return n === wanted || n === wildcard
  })
}
