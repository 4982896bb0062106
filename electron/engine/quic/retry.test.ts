/** A recorded capture with Retry (RFC 9000 §8.1.2), which costs a round trip. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ExchangeFact } from '../../../shared/model/facts'
import { readCapture } from '../pipeline'
import { bytesSource, collect } from '../testing/collect'
import type { Collected } from '../testing/collect'

const brief = (e: ExchangeFact): string => [e.stream, e.method, e.target, e.status, e.complete].map(String).join(' ')

describe('two connections of quiche, each opened through a Retry', () => {
  const file = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(fileURLToPath(new URL(`./recorded/${name}`, import.meta.url))))
  const capture = (keylog?: Uint8Array): Promise<Collected> =>
    collect((sink) =>
      readCapture(bytesSource('quiche-retry.pcap', file('quiche-retry.pcap')), sink, keylog === undefined ? {} : { keylog }),
    )

  it('without keys', async () => {
    const { connections } = await capture()
    expect(
      connections.map(({ connection: c }) => [c.tls?.sni, c.tls?.alpn, c.tls?.roundTrips, c.application, c.packets]),
    ).toEqual([
      ['quic.test', 'h3', 2, 'h3', { client: 20, server: 18 }],
      // Two protocols were offered.
      ['quic.test', null, 2, 'h3', { client: 21, server: 18 }],
    ])
  })

  it('with keys', async () => {
    const { connections } = await capture(file('quiche-retry.keylog'))
    expect(connections.map(({ exchanges }) => exchanges.map(brief))).toEqual([
      ['0 GET /p00 200 true', '4 GET /p01 200 true', '8 GET /p02 200 true'],
      ['0 GET /p10 200 true', '4 GET /p11 200 true', '8 GET /p12 200 true'],
    ])
    expect(connections.map(({ connection: { tls, close } }) => [tls?.alpn, close?.by, close?.how])).toEqual([
      ['h3', 'client', 'fin'],
      ['h3', 'client', 'fin'],
    ])
  })
})
