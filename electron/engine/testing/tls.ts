/** TLS as Node speaks it, over a line on which every octet and every secret is written down. */
import { createServer } from 'node:http'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import type { ConnectionOptions, SecureContextOptions } from 'node:tls'
import type { End } from '../http/layer'
import type { Identity } from './certificate'
import { line } from './line'
import type { Piece } from './line'
import { Talk, Wire } from './wire'

export interface TlsSession {
  /** What each end sent, in order; the client is end 0. */
  readonly pieces: readonly Piece[]
  readonly keylog: Buffer
  readonly reused: boolean
  readonly cipher: string
  readonly version: string | null
  /** To be resumed by. */
  readonly ticket: Buffer | null
}

export interface TlsScript {
  /** The server sends close_notify first, and the client answers it. */
  readonly serverEnds?: boolean
  readonly identity: Identity
  /** For both ends. */
  readonly both?: SecureContextOptions
  readonly client?: ConnectionOptions
  readonly server?: SecureContextOptions
  readonly alpn?: readonly string[]
  /** Targets of the requests, one after the other; "/40000" is answered with so many octets. */
  readonly requests: readonly string[]
  /** Handshake once more, before the request of this number. */
  readonly renegotiates?: number
  /** The server's side of tickets, shared by sessions that resume one another. */
  readonly ticketKeys?: Buffer
}

/** Holds one connection with HTTP/1.1 inside. */
export async function recordTls(script: TlsScript): Promise<TlsSession> {
  const pieces: Piece[] = []
  const [clientLine, serverLine] = line(pieces)
  const { key, cert } = script.identity
  const http = createServer({ keepAlive: true }, (asked, answer) => {
    asked.resume()
    answer.setHeader('Date', 'now')
    answer.end(Buffer.alloc(Number(asked.url?.slice(1)), 'x'))
  })
  const server = new TLSSocket(serverLine, {
    isServer: true,
    secureContext: createSecureContext({
      key,
      cert,
      dhparam: 'auto',
      ...script.both,
      ...script.server,
      ticketKeys: script.ticketKeys,
    }),
    ALPNProtocols: [...(script.alpn ?? [])],
  })
  server.on('error', () => undefined)
  http.emit('connection', server)

  const keys: Buffer[] = []
  const client = connect({
    socket: clientLine,
    servername: 'shop.example',
    rejectUnauthorized: false,
    ALPNProtocols: [...(script.alpn ?? [])],
    ...script.both,
    ...script.client,
  })
  let ticket: Buffer | null = null
  client.on('keylog', (row: Buffer) => void keys.push(row))
  client.on('session', (session: Buffer) => void (ticket = session))
  await new Promise<void>((resolve, reject) => {
    client.once('secureConnect', resolve)
    client.once('error', reject)
  })
  for (const [i, target] of script.requests.entries()) {
    if (i === script.renegotiates) await renegotiated(client)
    await answered(client, target)
  }
  const session = { reused: client.isSessionReused(), cipher: client.getCipher().name, version: client.getProtocol() }
  const closed = new Promise((resolve) => client.once('close', resolve))
  if (script.serverEnds === true) {
    client.resume()
    client.once('end', () => client.end())
    server.end()
  } else client.end()
  await closed
  return { pieces, keylog: Buffer.concat(keys), ...session, ticket }
}

const renegotiated = (client: TLSSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    client.renegotiate({ rejectUnauthorized: false }, (error) => (error === null ? resolve() : reject(error)))
  })

function answered(client: TLSSocket, target: string): Promise<void> {
  return new Promise((resolve) => {
    let left = -1
    const take = (chunk: Buffer): void => {
      const headEnd = left < 0 ? chunk.indexOf('\r\n\r\n') : -4
      if (left < 0) left = Number(target.slice(1)) + headEnd + 4
      left -= chunk.length
      if (left > 0) return
      client.off('data', take)
      resolve()
    }
    client.on('data', take)
    client.write(`GET ${target} HTTP/1.1\r\nHost: shop.example\r\n\r\n`)
  })
}

/** The session as a capture: segments of at most `size` octets, 10 ms on the way between the ends. */
export function captured({ pieces }: Pick<TlsSession, 'pieces'>, size = 1400): Wire {
  const wire = new Wire()
  const talk = new Talk(wire, { server: { ip: '10.0.0.1', port: 443 } }).opens()
  let before: End = 0
  for (const { end, data } of pieces) {
    ;(end === 0 ? talk.client : talk.server).saysInPieces(data, size, { after: end === before ? 0.1 : 10 })
    before = end
  }
  talk.closes()
  return wire
}
