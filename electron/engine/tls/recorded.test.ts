/**
 * Sessions that OpenSSL 3.0.19 held with itself on loopback (`s_client`, `s_server`), captured with tcpdump: what Node's TLS
 * cannot be brought to do. What OpenSSL said of each is what is expected.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CollectedConnection } from '../testing/collect'
import { codesOf, readBytes, summary } from '../testing/read'

const recorded = (name: string): Buffer => readFileSync(new URL(`./recorded/${name}`, import.meta.url))

/** The packets of a little-endian pcap behind so many. */
function packetsFrom(pcap: Buffer, packets: number): Buffer {
  let at = 24
  for (let i = 0; i < packets; i++) at += 16 + pcap.readUInt32LE(at + 8)
  return pcap.subarray(at)
}

async function connectionsOf(name: string, isWithKeys: boolean): Promise<readonly CollectedConnection[]> {
  const keylog = isWithKeys ? recorded(`${name}.keylog`) : undefined
  const { connections } = await readBytes(recorded(name), { keylog })
  return connections.filter(({ connection }) => connection.application !== null)
}

describe('early data', () => {
  // "Reused, TLSv1.3" and "Early data was accepted"
  it('that is accepted costs no round trip, with keys and without', async () => {
    for (const isWithKeys of [true, false]) {
      const [first, second] = await connectionsOf('early-data.pcap', isWithKeys)
      expect(first?.connection.tls).toMatchObject({ kind: 'full', roundTrips: 1, decrypted: isWithKeys })
      expect(second?.connection.tls).toMatchObject({ kind: 'early-data', roundTrips: 0, decrypted: isWithKeys })
    }
  })

  it('that is accepted is read where it was sent', async () => {
    const [, second] = await connectionsOf('early-data.pcap', true)
    expect(second && summary(second)).toEqual(['GET /early → 200', 'GET /late → 200'])
    // Packet 26 holds the ClientHello and the early request, 33 the response.
    expect(second?.exchanges[0]).toMatchObject({ requestPacket: 26, responsePacket: 33, scheme: 'https' })
  })

  // "Early data was rejected": the server asked for another key share.
  it('that is refused is not read, and the handshake costs what it costs', async () => {
    for (const isWithKeys of [true, false]) {
      const [first, second] = await connectionsOf('hello-retry.pcap', isWithKeys)
      expect(first?.connection.tls).toMatchObject({ kind: 'full', helloRetry: true, roundTrips: 2 })
      expect(second?.connection.tls).toMatchObject({ kind: 'full', helloRetry: true, roundTrips: 2 })
    }
    const [first, second] = await connectionsOf('hello-retry.pcap', true)
    expect(first && summary(first)).toEqual(['GET /one → 200'])
    // The server's first response answers what it never received: the script that fed it could not know.
    expect(second && summary(second)).toEqual(['? ? → 200 …', 'GET /late → 200'])
  })
})

describe('key updates', () => {
  // Both sides, asked for (K) and not (k).
  it('are followed in both directions', async () => {
    const [only] = await connectionsOf('key-update.pcap', true)
    expect(only && summary(only)).toEqual(['GET /one → 200', 'GET /two → 200', 'GET /three → 200'])
    expect(only?.connection.tls).toMatchObject({ sni: 'update.example', closeNotify: { client: true, server: true } })
  })
})

describe('a key log', () => {
  it('of other sessions is told', async () => {
    const keylog = recorded('key-update.pcap.keylog')
    expect(codesOf(await readBytes(recorded('early-data.pcap'), { keylog }))).toEqual(['key-log-of-others'])
    expect(codesOf(await readBytes(recorded('key-update.pcap'), { keylog }))).toEqual([])
    expect(codesOf(await readBytes(recorded('early-data.pcap')))).toEqual([])
  })

  it('is not called that of others where it may be of a session whose beginning the capture lacks', async () => {
    // Without the handshake of the session that the log is of.
    const late = Buffer.concat([recorded('early-data.pcap'), packetsFrom(recorded('key-update.pcap'), 8)])
    const read = await readBytes(late, { keylog: recorded('key-update.pcap.keylog') })
    expect(read.connections.filter(({ connection }) => connection.tls !== null)).toHaveLength(3)
    expect(codesOf(read)).toEqual(['key-log-unmatched'])
    const both = Buffer.concat([recorded('early-data.pcap.keylog'), recorded('key-update.pcap.keylog')])
    expect(codesOf(await readBytes(late, { keylog: both }))).toEqual([])
  })
})
