import type { Http2Fact, TlsFact } from '../../../shared/model/facts'
import { fromSeconds } from '../../../shared/units'

/** A TLS handshake as the engine would tell it: TLS 1.3 in full and decrypted, unless told otherwise. */
export const tls = (words: Partial<TlsFact> = {}): TlsFact => ({
  version: 'TLS 1.3',
  sni: 'www.a.test',
  alpn: 'http/1.1',
  kind: 'full',
  helloRetry: false,
  roundTrips: 1,
  decrypted: true,
  setup: fromSeconds(0.02),
  ...words,
})

/** TLS 1.2: two round trips in full, one resumed. */
export const tls12 = (kind: 'full' | 'resumed' = 'full'): TlsFact =>
  tls({ version: 'TLS 1.2', kind, roundTrips: kind === 'full' ? 2 : 1, setup: fromSeconds(kind === 'full' ? 0.04 : 0.02) })

export const http2: Http2Fact = { maxConcurrentStreams: 100, goaway: null, origins: [], alternatives: [] }
