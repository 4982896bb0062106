/** The many spellings of a protocol version in HARs, brought to the one that RFC 9110 §2.5 uses. */

export type HttpVersion = 'HTTP/0.9' | 'HTTP/1.0' | 'HTTP/1.1' | 'HTTP/2' | 'HTTP/3' | 'SPDY' | ''

/** '' for what names no version ("unknown", "", a fragment of a header line). */
export function httpVersion(text: string): HttpVersion {
  const name = text.trim().toLowerCase()
  // gQUIC is "http/2+quic/43" in Chrome before 2020: HTTP/2 framing, but QUIC's connection.
  if (name.includes('quic') || name.startsWith('h3') || name.startsWith('http/3') || name === '3' || name === '3.0')
    return 'HTTP/3'
  if (name.startsWith('h2') || name.startsWith('http/2') || name === '2' || name === '2.0') return 'HTTP/2'
  if (name.startsWith('spdy')) return 'SPDY'
  if (name === 'http/1.1' || name === '1.1') return 'HTTP/1.1'
  if (name === 'http/1.0' || name === '1.0') return 'HTTP/1.0'
  if (name === 'http/0.9' || name === '0.9') return 'HTTP/0.9'
  return ''
}

/** Many exchanges at once on one connection. */
export const isMultiplexed = (version: HttpVersion): boolean => version === 'HTTP/2' || version === 'HTTP/3' || version === 'SPDY'
