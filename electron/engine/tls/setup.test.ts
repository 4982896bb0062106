/** How long setting TLS up took: as many round trips of time as are counted, wherever the capture was taken. */
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ConnectionFact } from '../../../shared/model/facts'
import { identity } from '../testing/certificate'
import { only, readBytes, summary } from '../testing/read'
import { recordTls } from '../testing/tls'
import type { TlsScript, TlsSession } from '../testing/tls'
import { Wire } from '../testing/wire'

const TLS_1_2: TlsScript = {
  identity: identity('ec', ['shop.example']),
  both: { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
  requests: ['/5', '/6'],
  ticketKeys: randomBytes(48),
}

const factOf = async (wire: Wire, keylog?: Uint8Array): Promise<ConnectionFact> =>
  only(await readBytes(wire.file(), { keylog })).connection

/** Milliseconds of TLS, and of the round trip. */
const times = ({ tls, handshake }: ConnectionFact): readonly [number | null, number] => [
  typeof tls?.setup === 'number' ? Math.round(tls.setup / 1e6) : null,
  Math.round((handshake?.rtt ?? 0) / 1e6),
]

describe('the time that setting TLS up takes', () => {
  it('of a full handshake before TLS 1.3 ends with the server’s Finished: two round trips', async () => {
    const session = await recordTls(TLS_1_2)
    for (const keylog of [undefined, session.keylog]) {
      const fact = await factOf(seenFrom(session), keylog)
      expect(fact.tls).toMatchObject({ kind: 'full', roundTrips: 2 })
      expect(times(fact)).toEqual([40, 20])
    }
  })

  it('of a resumed one, or of TLS 1.3, ends with the client’s: one', async () => {
    const first = await recordTls(TLS_1_2)
    const resumed = await factOf(seenFrom(await recordTls({ ...TLS_1_2, client: { session: first.ticket ?? undefined } })))
    expect(resumed.tls).toMatchObject({ kind: 'resumed', roundTrips: 1 })
    expect(times(resumed)).toEqual([20, 20])
    const fact = await factOf(seenFrom(await recordTls({ ...TLS_1_2, both: { minVersion: 'TLSv1.3' } })))
    expect(fact.tls).toMatchObject({ kind: 'full', roundTrips: 1 })
    expect(times(fact)).toEqual([20, 20])
  })

  it.each([
    ['the client', 0],
    ['the middle', 4],
    ['the server', 20],
  ])('is the same for a capture at %s', async (_, leg) => {
    // Of each round trip of 20 ms, so much lies between here and the client.
    const fact = await factOf(seenFrom(await recordTls(TLS_1_2), leg, 20 - leg))
    expect(times(fact)).toEqual([40, 20])
    expect(fact.tls?.roundTrips).toBe(2)
  })

  it('of a client that did not wait for the server’s Finished (False Start) is one round trip', async () => {
    const session = await recordTls(TLS_1_2)
    // ClientHello, the server's flight, the client's, the server's Finished, the first request: the last two change places.
    const pieces = [...session.pieces]
    const finished = pieces.findIndex((piece, i) => i > 2 && piece.end === 1 && pieces[i - 1]?.end === 0)
    const request = pieces.findIndex((piece, i) => i > finished && piece.end === 0)
    pieces.splice(finished, 0, ...pieces.splice(request, 1))
    const wire = seenFrom({ pieces })
    const fact = await factOf(wire)
    expect(fact.tls).toMatchObject({ kind: 'full', roundTrips: 1 })
    expect(times(fact)).toEqual([20, 20])
    expect(summary(only(await readBytes(wire.file(), { keylog: session.keylog })))).toEqual(['GET /5 → 200', 'GET /6 → 200'])
  })

  it('of a handshake that never ended is not known', async () => {
    const session = await recordTls(TLS_1_2)
    const cut = session.pieces.slice(
      0,
      session.pieces.findIndex((piece, i) => i > 2 && piece.end === 1),
    )
    expect((await factOf(seenFrom({ pieces: cut }))).tls?.setup).toBeNull()
  })
})

/** The session as it is seen with so many milliseconds to the client and back, and to the server and back. */
function seenFrom({ pieces }: Pick<TlsSession, 'pieces'>, toClient = 0, toServer = 20): Wire {
  const wire = new Wire()
  const talk = wire.talk({ server: { ip: '10.0.0.1', port: 443 } })
  talk.client.syn()
  talk.server.synAck({ after: toServer })
  talk.client.acks({ after: toClient })
  let before = 0
  for (const { end, data } of pieces) {
    const after = end === before ? 0.01 : end === 0 ? toClient : toServer
    ;(end === 0 ? talk.client : talk.server).says(data, { after })
    before = end
  }
  return wire
}
