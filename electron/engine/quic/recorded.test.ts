/**
 * Sessions of real clients and servers, captured with tcpdump on one host: ngtcp2 1.11 and aioquic 1.2 with themselves, curl 8.14 (OpenSSL 3.5) with
 * nginx 1.26 and HAProxy 3.0, and, 10 ms apart, Chromium 156 with Caddy 2.11 and Firefox 140 with nginx. `requests.json` is what the servers logged,
 * or aioquic's client where its server does not log how it answered.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ConnectionFact } from '../../../shared/model/facts'
import type { Collected } from '../testing/collect'
import { readBytes, summary } from '../testing/read'

const file = (name: string): Buffer => readFileSync(new URL(`./recorded/${name}`, import.meta.url))
const LOGGED = JSON.parse(file('requests.json').toString()) as Readonly<Record<string, readonly string[]>>

const keyed = (name: string): Promise<Collected> => readBytes(file(`${name}.pcap`), { keylog: file(`${name}.keylog`) })
const blind = (name: string): Promise<Collected> => readBytes(file(`${name}.pcap`))
const requestsOf = ({ connections }: Collected): string[] =>
  connections
    .flatMap((connection) => summary(connection))
    .map((line) => line.replace(/ …$/, ''))
    .sort()
const factsOf = ({ connections }: Collected): ConnectionFact[] => connections.map(({ connection }) => connection)

describe('with keys, the requests and their answers are those that were logged', () => {
  it.each(Object.keys(LOGGED))('%s', async (name) => {
    expect(requestsOf(await keyed(name))).toEqual([...LOGGED[name]!].sort())
  })
})

describe('with keys and without', () => {
  it.each([
    ['ngtcp2-early-data', ['full 1', 'early-data 0', 'resumed 1']],
    // Version 1's Initial is answered in version 2 (RFC 9368 §2.3); the second client begins with that.
    ['ngtcp2-version-2', ['full 1', 'full 1']],
    // A Retry each. What the first client began with, in a version that nobody speaks, is not taken for QUIC: that round trip is not counted.
    ['ngtcp2-negotiation', ['full 2', 'full 2']],
    ['ngtcp2-ccm-retry-hello', ['full 2']],
    ['aioquic-retry', ['full 2']],
    ['aioquic-resumed', ['full 1', 'early-data 0']],
  ])('%s: what opening each connection cost', async (name, cost) => {
    for (const read of [await keyed(name), await blind(name)])
      expect(factsOf(read).map(({ tls }) => `${tls?.kind} ${tls?.roundTrips}`)).toEqual(cost)
  })
})

describe('one connection', () => {
  it('goes on from new addresses and with new ids', async () => {
    const facts = factsOf(await keyed('aioquic-moves'))
    expect(facts).toHaveLength(1)
    expect(facts[0]).toMatchObject({ exchangeCount: 6, close: { by: 'client', how: 'fin' } })
  })
})
