/** Encrypted connections of which the capture lacks a part, or that somebody tampered with. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identity } from '../testing/certificate'
import { only, readBytes } from '../testing/read'
import { captured, recordTls } from '../testing/tls'
import type { TlsSession } from '../testing/tls'
import { Talk, Wire } from '../testing/wire'

const EC = identity('ec', ['shop.example'])
const REQUESTS = ['/10', '/90000', '/20', '/90000', '/30']

/** The session, without the server's segments at these places among all of its own. */
function without({ pieces }: TlsSession, lost: (index: number, of: number) => boolean, keep?: number): Wire {
  const wire = new Wire()
  const talk = new Talk(wire, { server: { ip: '10.0.0.1', port: 443 } }).opens()
  const SIZE = 1400
  const total = pieces.reduce((sum, { end, data }) => sum + (end === 1 ? Math.ceil(data.length / SIZE) : 0), 0)
  let index = 0
  for (const { end, data } of pieces) {
    for (let at = 0; at < data.length; at += SIZE) {
      const part = data.subarray(at, at + SIZE)
      if (end === 0) talk.client.says(part)
      else {
        const isLost = lost(index++, total)
        talk.server.says(part, keep === undefined ? { lost: isLost } : isLost ? { keep } : {})
      }
    }
    // The other side acknowledges: what is missing was not lost on the network.
    ;(end === 0 ? talk.server : talk.client).acks({ after: 60 })
  }
  talk.closes()
  return wire
}

describe.each([
  ['TLS 1.3', { minVersion: 'TLSv1.3' }],
  ['TLS 1.2', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }],
  ['TLS 1.2 with CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
] as const)('%s', (_, both) => {
  const session = recordTls({ identity: EC, both, requests: REQUESTS })

  it('finds its way back after segments that the capture lacks', async () => {
    const { keylog, pieces } = await session
    const wire = without({ keylog, pieces } as TlsSession, (index, total) => index > total / 3 && index < total / 3 + 3)
    const read = only(await readBytes(wire.file(), { keylog }))
    expect(read.connection.gaps).toBeGreaterThan(0)
    // Every request is read, and the responses after the gap are.
    expect(read.exchanges.map(({ target }) => target)).toEqual(REQUESTS)
    expect(read.exchanges.slice(-2).map(({ status }) => status)).toEqual([200, 200])
  })

  it('goes on where the snapshot length cut packets', async () => {
    const { keylog, pieces } = await session
    const wire = without({ keylog, pieces } as TlsSession, (index, total) => index === Math.floor(total / 4), 100)
    const read = only(await readBytes(wire.file(), { keylog }))
    expect(read.connection.marks).toContain('truncated')
    expect(read.exchanges.map(({ target, status }) => [target, status])).toEqual(REQUESTS.map((target) => [target, 200]))
  })

  it('gives each response to its own request where one response is missing', async () => {
    const { keylog, pieces } = await session
    const small = pieces.filter(({ end, data }) => end === 1 && data.length > 100 && data.length < 400).at(-2)!
    const at = pieces.indexOf(small)
    const before = pieces.slice(0, at).reduce((sum, { end, data }) => sum + (end === 1 ? Math.ceil(data.length / 1400) : 0), 0)
    const read = only(await readBytes(without({ keylog, pieces } as TlsSession, (index) => index === before).file(), { keylog }))
    const unanswered = read.exchanges.filter(({ status }) => status === null)
    expect(unanswered.map(({ target }) => target)).toEqual(['/20'])
  })

  it('survives octets that were changed, with keys and without', async () => {
    const { keylog, pieces } = await session
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 12 }),
        async (changes) => {
          const changed = pieces.map(({ end, data }) => ({ end, data: data.slice() }))
          for (const [piece, at, octet] of changes) {
            const { data } = changed[piece % changed.length]!
            // Headers and hellos stand at the front.
            data[at % Math.min(data.length, at % 2 === 0 ? 120 : data.length)] = octet
          }
          const file = captured({ pieces: changed }).file()
          for (const options of [{}, { keylog }]) {
            const read = only(await readBytes(file, options))
            expect(read.exchanges.length).toBeLessThanOrEqual(2 * REQUESTS.length)
            expect(read.connection.tls?.roundTrips ?? 0).toBeLessThanOrEqual(5)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a connection that began before the capture', () => {
  it('is known to be encrypted, and who is who is not guessed from it', async () => {
    const { pieces } = await recordTls({ identity: EC, requests: REQUESTS })
    const wire = new Wire()
    const talk = new Talk(wire, { client: { ip: '10.0.0.2', port: 49_152 }, server: { ip: '10.0.0.1', port: 443 } })
    for (const { end, data } of pieces.slice(-6)) (end === 0 ? talk.client : talk.server).saysInPieces(data, 1400)
    const read = only(await wire.read())
    expect(read.connection).toMatchObject({
      application: 'tls',
      sidesKnownBy: 'port',
      tls: { version: null, kind: 'unknown', sni: null },
    })
    expect(read.connection.marks).toContain('mid-stream')
  })

  it('tells its client by the ClientHello', async () => {
    const { pieces } = await recordTls({ identity: EC, requests: REQUESTS })
    const wire = new Wire()
    // The server has the higher port.
    const talk = new Talk(wire, { client: { ip: '10.0.0.2', port: 443 }, server: { ip: '10.0.0.1', port: 50_000 } })
    for (const { end, data } of pieces) (end === 0 ? talk.client : talk.server).saysInPieces(data, 1400)
    const read = only(await wire.read())
    expect(read.connection).toMatchObject({
      client: { port: 443 },
      sidesKnownBy: 'request',
      tls: { kind: 'full', roundTrips: 1 },
    })
  })
})
