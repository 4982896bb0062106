/** How QUIC connections end without a word, and how they are met in the middle. */
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { bytesSource, collect } from '../testing/collect'
import type { Collected } from '../testing/collect'
import { octets, seeded } from '../testing/octets'
import { ip, udp } from '../testing/packets'
import { crypto, newConnectionId, QuicTalk, stream } from '../testing/quic'
import { Wire } from '../testing/wire'
import { CLIENT, SERVER } from './role'

const random = seeded(10)
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(256))
const TOKEN = noise(16)
/** A packet that nothing opens and that ends so (RFC 9000 §10.3). */
const reset = (token: Uint8Array): Uint8Array => octets(0x40 | random(0x40), noise(24), token)

const read = (talk: QuicTalk, keylog?: Uint8Array): Promise<Collected> =>
  collect((sink) => readCapture(bytesSource('talk.pcap', talk.wire.file()), sink, { keylog }))
const closeOf = async (talk: QuicTalk, keylog?: Uint8Array) => (await read(talk, keylog)).connections[0]?.connection.close

describe('a stateless reset', () => {
  it('of the server, by the token in its transport parameters', async () => {
    const talk = new QuicTalk()
    talk.client('initial', crypto(talk.hello()))
    talk.answers(20, { resetToken: TOKEN })
    talk.client('1-rtt', stream(0, noise(40)))
    const packet = talk.sends(SERVER, [reset(TOKEN)])
    expect(await closeOf(talk, talk.keylog)).toMatchObject({ by: 'server', how: 'rst', packet })
    // Without keys it looks like any other packet.
    expect(await closeOf(talk)).toBeNull()
  })

  it('of either side, by a token that came with a new id', async () => {
    const talk = new QuicTalk().opens()
    talk.client('1-rtt', newConnectionId(octets('another-'), TOKEN))
    const packet = talk.sends(CLIENT, [reset(TOKEN)])
    expect(await closeOf(talk, talk.keylog)).toMatchObject({ by: 'client', how: 'rst', packet })
  })

  it('is not what ends otherwise, nor what the other side’s token ends', async () => {
    const talk = new QuicTalk().opens()
    talk.server('1-rtt', newConnectionId(octets('another-'), TOKEN))
    talk.sends(SERVER, [reset(noise(16))])
    talk.sends(CLIENT, [reset(TOKEN)])
    expect(await closeOf(talk, talk.keylog)).toBeNull()
  })
})

describe('a connection that began before the capture', () => {
  const [client, server] = [
    { ip: '10.0.0.2', port: 50_000 },
    { ip: '10.0.0.1', port: 443 },
  ]
  const wire = new Wire()
  const says = (from: typeof client, to: typeof client, payload: Uint8Array): number =>
    wire.put(ip(from.ip, to.ip, 17, udp(from.port, to.port, payload), ++wire.id))
  const short = (): Uint8Array => octets(0x41, noise(60))

  it('is told of once, and makes no connection', async () => {
    says(client, server, short())
    const packet = says(server, client, short())
    says(client, server, short())
    // One side alone, something else, and another port are no sign of QUIC.
    says({ ...client, port: 50_001 }, server, short())
    const other = { ...client, port: 50_002 }
    says(other, server, octets(0x16, noise(60)))
    says(server, other, octets(0x16, noise(60)))
    says(client, { ...server, port: 53 }, short())
    says({ ...server, port: 53 }, client, short())
    const { connections, summary } = await wire.read()
    expect(connections).toEqual([])
    expect(summary.diagnostics).toMatchObject([{ severity: 'info', code: 'quic-mid-connection', packet, count: 1 }])
  })
})

describe('turns without keys', () => {
  it('are the client’s packets of application data that follow the server’s, acknowledgments left out', async () => {
    const talk = new QuicTalk().opens()
    for (let i = 0; i < 3; i++) {
      talk.client('1-rtt', stream(4 * i, noise(100)))
      talk.client('1-rtt', stream(4 * i, noise(100), 100, true))
      talk.server('1-rtt', stream(4 * i, noise(900), 0, true))
      talk.client('1-rtt', octets(2, 0x40, 0x01, 0, 0, 0))
      talk.wire.pause(2000)
    }
    const [blind] = (await read(talk)).connections
    expect(blind?.connection.tls).toMatchObject({ decrypted: false, estimatedTurns: 3 })
    const { gaps, since } = blind!.connection.tls!.estimatedIdle!
    expect(gaps.map(({ length }) => Math.round(length / 1e8))).toEqual([20, 20])
    expect(since).not.toBeNull()
    const [known] = (await read(talk, talk.keylog)).connections
    expect(known?.connection.tls).toMatchObject({ decrypted: true })
    expect(known?.connection.tls).not.toHaveProperty('estimatedTurns')
  })
})
