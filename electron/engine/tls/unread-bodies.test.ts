/**
 * Records within a body are gone past without decrypting them. A TLS 1.3 session as Node held it has its server's records sealed anew, with
 * what Node never sends: padding, and other messages in the midst of a body (RFC 8446 §5.4, §4.6).
 */
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { identity } from '../testing/certificate'
import { line } from '../testing/line'
import type { Piece } from '../testing/line'
import { only, readBytes, summary } from '../testing/read'
import { resealed } from '../testing/resealed'
import type { Inner } from '../testing/resealed'
import { captured, recordTls } from '../testing/tls'

const EC = identity('ec', ['shop.example'])
const REQUESTS = ['/10', '/90000', '/0', '/70000', '/300']
const READ = REQUESTS.map((target) => `GET ${target} → 200`)
const session = recordTls({
  identity: EC,
  both: { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
  requests: REQUESTS,
})

const [HANDSHAKE, APPLICATION, ALERT] = [22, 23, 21]

const isBody = ({ type, content }: Inner): boolean =>
  type === APPLICATION && content.length > 10_000 && !content.includes('HTTP/1.1')

async function read(change: Parameters<typeof resealed>[1]) {
  const recorded = await session
  return only(await readBytes(captured(resealed(recorded, change)).file(), { keylog: recorded.keylog }))
}

describe('a body that is not decrypted', () => {
  it('is counted as if it were', async () => {
    const sealed = await read((inner) => [inner])
    expect(summary(sealed)).toEqual(READ)
    const plain = sealed.exchanges.map(({ responseBytes }) => responseBytes)
    // Each head of Node's is as long as the others, but for the digits of its Content-Length.
    expect(plain.map((bytes) => bytes - plain[2]!)).toEqual([10 + 1, 90_000 + 4, 0, 70_000 + 4, 300 + 2])
  })

  it('is read to the octet where every record is padded', async () => {
    const plain = await read((inner) => [inner])
    const padded = await read((inner, i) => [{ ...inner, padding: (i * 37) % 400 }])
    expect(summary(padded)).toEqual(READ)
    expect(padded.exchanges.map((e) => [e.responseBytes, e.complete])).toEqual(
      plain.exchanges.map((e) => [e.responseBytes, e.complete]),
    )
  })

  it('costs at most its own exchange where padding begins within it', async () => {
    const padded = await read((inner) => [isBody(inner) ? { ...inner, padding: 700 } : inner])
    expect(summary(padded).map((text) => text.slice(0, READ[0]!.length + 6).replace(' …', ''))).toEqual(READ)
    expect(padded.exchanges.map(({ complete }) => complete)).toEqual([true, false, true, true, true])
  })

  it('may have tickets, an alert and a large message in its midst', async () => {
    const ticket = { type: HANDSHAKE, content: Buffer.concat([Buffer.from([4, 0, 0, 200]), Buffer.alloc(200, 1)]) }
    const large = { type: HANDSHAKE, content: Buffer.concat([Buffer.from([4, 0, 8, 0]), Buffer.alloc(2048, 1)]) }
    const warning = { type: ALERT, content: Buffer.from([1, 90]) }
    const sealed = await read((inner) => (isBody(inner) ? [ticket, inner, large, warning] : [inner]))
    expect(summary(sealed)).toEqual(READ)
    const plain = await read((inner) => [inner])
    expect(sealed.exchanges.map((e) => e.responseBytes)).toEqual(plain.exchanges.map((e) => e.responseBytes))
  })

  it('is gone past even where its octets were changed on the way', async () => {
    const recorded = await session
    const { pieces } = recorded
    const longest = pieces.reduce((a, b) => (b.end === 1 && b.data.length > a.data.length ? b : a))
    const changed = pieces.map((piece) =>
      piece === longest ? { ...piece, data: longest.data.map((o, i) => (i === 5000 ? o ^ 1 : o)) } : piece,
    )
    const damaged = only(await readBytes(captured({ pieces: changed }).file(), { keylog: recorded.keylog }))
    expect(summary(damaged)).toEqual(READ)
  })
})

const frame = (type: number, flags: number, stream: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0, payload.length >> 8, payload.length & 255, type, flags, 0, 0, 0, stream]), payload])

/** HTTP/2 by hand: each response in DATA frames of up to 16,000 octets, in records of 4 KiB. */
async function recordHttp2(targets: readonly string[]): Promise<{ pieces: Piece[]; keylog: Buffer }> {
  const pieces: Piece[] = []
  const keys: Buffer[] = []
  const [clientLine, serverLine] = line(pieces)
  const both = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' } as const
  const secureContext = createSecureContext({ key: EC.key, cert: EC.cert, ...both })
  const server = new TLSSocket(serverLine, { isServer: true, secureContext, ALPNProtocols: ['h2'] })
  server.setMaxSendFragment(4096)
  server.resume()
  const client = connect({
    socket: clientLine,
    servername: 'shop.example',
    rejectUnauthorized: false,
    ALPNProtocols: ['h2'],
    ...both,
  })
  client.on('keylog', (row: Buffer) => void keys.push(row))
  client.resume()
  await new Promise((resolve) => client.once('secureConnect', resolve))
  const sent = (by: TLSSocket, ...parts: readonly Buffer[]): Promise<void> =>
    new Promise((resolve) => by.write(Buffer.concat(parts), () => resolve()))
  await sent(client, Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, Buffer.alloc(0)))
  await sent(server, frame(4, 0, 0, Buffer.alloc(0)))
  for (const [i, target] of targets.entries()) {
    const stream = 2 * i + 1
    // :method GET, :scheme https, :path and :authority as literals (RFC 7541 §6.2.1); :status 200.
    const head = [
      Buffer.from([0x82, 0x87, 0x04, target.length]),
      Buffer.from(target),
      Buffer.from([0x41, 12]),
      Buffer.from('shop.example'),
    ]
    await sent(client, frame(1, 5, stream, Buffer.concat(head)))
    const frames: Buffer[] = []
    for (let left = Number(target.slice(1)); left > 0; left -= 16_000)
      frames.push(frame(0, 0, stream, Buffer.alloc(Math.min(left, 16_000), 'x')))
    await sent(server, frame(1, 4, stream, Buffer.from([0x88])), ...frames, frame(0, 1, stream, Buffer.alloc(0)))
  }
  client.destroy()
  server.destroy()
  return { pieces, keylog: Buffer.concat(keys) }
}

describe('frames that are not decrypted', () => {
  const targets = ['/10', '/60000', '/0', '/50000', '/300', '/40000', '/20']
  const recorded = recordHttp2(targets)
  const http2 = async (padding: (index: number) => number) => {
    const { pieces, keylog } = await recorded
    const changed = resealed({ pieces, keylog }, (inner, index) => [{ ...inner, padding: padding(index) }])
    return only(await readBytes(captured(changed).file(), { keylog })).exchanges
  }

  it.each([
    ['not at all', () => 0],
    ['alike', () => 64],
    ['at random', (index: number) => (index * 37) % 400],
  ])('are read where records are padded %s', async (_, padding) => {
    const exchanges = await http2(padding)
    expect(exchanges.map(({ target, status, complete }) => [target, status, complete])).toEqual(
      targets.map((target) => [target, 200, true]),
    )
    const plain = await http2(() => 0)
    expect(exchanges.map(({ responseBytes }) => responseBytes)).toEqual(plain.map(({ responseBytes }) => responseBytes))
  })

  it('are found again where padding begins within one', async () => {
    const exchanges = await http2((index) => (index > 12 && index < 16 ? 500 : 0))
    const statuses = exchanges.map(({ target, status }) => [target, status])
    expect(statuses.slice(-4)).toEqual(targets.slice(-4).map((target) => [target, 200]))
  })
})
