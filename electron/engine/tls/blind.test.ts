/** What a TLS connection tells without keys: idle times, what the client offered, and whose name it gave. */
import { describe, expect, it } from 'vitest'
import { identity } from '../testing/certificate'
import { only, readBytes } from '../testing/read'
import { recordTls } from '../testing/tls'
import type { TlsSession } from '../testing/tls'
import { Talk, Wire } from '../testing/wire'
import { parseClientHello } from './hello'
import { IdleTimes } from './idle-times'
import { helloFacts } from './observed'

const EC = identity('ec', ['shop.example'])
const REQUESTS = ['/10', '/40000', '/0', '/300', '/2000', '/1', '/7']
/** Milliseconds before what the client says, request by request: in TLS 1.3 its Finished looks like the first of them. */
const PAUSES = [0, 700, 2500, 20, 900, 300, 1200, 400]

/** Each request after a pause of its own, and a server that closes after five seconds. */
function paused({ pieces }: Pick<TlsSession, 'pieces'>): Wire {
  const wire = new Wire()
  const talk = new Talk(wire, { server: { ip: '10.0.0.1', port: 443 } }).opens()
  const last = pieces.map(({ end }) => end).lastIndexOf(1)
  let request = 0
  for (const [i, { end, data }] of pieces.entries()) {
    if (i > last) break
    const asks =
      end === 0 && data[0] === 23 && data.length > 60 && pieces[i - 1]?.end === (request === 0 ? pieces[i - 1]?.end : 1)
    ;(end === 0 ? talk.client : talk.server).saysInPieces(data, 1400, { after: asks ? (PAUSES[request++] ?? 0) + 5 : 5 })
  }
  wire.pause(5000)
  talk.closes('server')
  return wire
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('idle times without keys, %s', (version) => {
  const recorded = recordTls({
    identity: EC,
    both: { minVersion: version, maxVersion: version },
    alpn: ['http/1.1'],
    requests: REQUESTS,
  })

  it('are those that the requests themselves show', async () => {
    const session = await recorded
    const file = paused(session).file()
    const blind = only(await readBytes(file)).connection
    const { connection, exchanges } = only(await readBytes(file, { keylog: session.keylog }))
    expect(exchanges.map(({ target }) => target)).toEqual(REQUESTS)
    const gaps = exchanges
      .slice(1)
      .map((e, i) => ({ since: exchanges[i]!.completeAt!, length: e.requestAt! - exchanges[i]!.completeAt! }))
    const longest = gaps
      .filter(({ length }) => length >= 50e6)
      .sort((a, b) => b.length - a.length)
      .slice(0, 5)
    expect(longest.map(({ length }) => length > 2.4e9)).toEqual([true, ...longest.slice(1).map(() => false)])
    expect(longest.length).toBeGreaterThan(3)
    expect(blind.tls?.estimatedIdle).toEqual({ gaps: longest, since: exchanges.at(-1)?.completeAt })
    expect(blind.close!.at - blind.tls!.estimatedIdle!.since!).toBeGreaterThan(5e9)
    expect(connection.tls).not.toHaveProperty('estimatedIdle')
  })

  it('the protocols that were offered are told, whatever was chosen', async () => {
    const session = await recorded
    const { tls } = only(await readBytes(paused(session).file())).connection
    expect(tls).toMatchObject({ alpnOffered: ['http/1.1'], alpn: version === 'TLSv1.2' ? 'http/1.1' : null })
    expect(tls).not.toHaveProperty('earlyData')
    expect(tls).not.toHaveProperty('encryptedClientHello')
  })
})

describe('idle times', () => {
  it('are the five longest, and none below 50 ms', () => {
    const idle = new IdleTimes()
    for (const ms of [10, 60, 300, 49, 100, 900, 200, 60, 50, 400]) idle.add(1000, 1000 + ms * 1e6)
    expect(idle.longest().map(({ length }) => length / 1e6)).toEqual([900, 400, 300, 200, 100])
    idle.add(NaN, 5e9)
    expect(idle.longest()).toHaveLength(5)
  })
})

describe('a ClientHello', () => {
  const u16 = (n: number): number[] => [n >> 8, n & 255]
  const extension = (type: number, body: readonly number[]): number[] => [...u16(type), ...u16(body.length), ...body]
  const hello = (...extensions: readonly number[][]) => {
    const all = extensions.flat()
    const octets = new Uint8Array([3, 3, ...new Array<number>(32).fill(7), 0, 0, 2, 19, 1, 1, 0, ...u16(all.length), ...all])
    return parseClientHello(octets, 0, octets.length)
  }
  const sni = extension(0, [0, 14, 0, 0, 11, ...Buffer.from('public.test')])

  it('that is an outer one says that its server name may stand for another (RFC 9849)', () => {
    expect(hello(sni, extension(0xfe0d, [0, 0, 1, 0, 1, 9, 0, 0, 0, 0]))).toMatchObject({ sni: 'public.test', isOuter: true })
    expect(helloFacts(hello(sni, extension(0xfe0d, [0])))).toEqual({ encryptedClientHello: true })
    for (const inner of [hello(sni, extension(0xfe0d, [1])), hello(sni)]) expect(helloFacts(inner)).toEqual({})
  })

  it('offers protocols by name; identifiers to be passed over are none (RFC 8701)', () => {
    const offered = hello(extension(16, [0, 15, 2, 10, 10, 2, ...Buffer.from('h2'), 8, ...Buffer.from('http/1.1')]))
    expect(helloFacts(offered)).toEqual({ alpnOffered: ['h2', 'http/1.1'] })
  })
})
