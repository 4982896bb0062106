/** What the captures that Node's own clients and servers talk into have in common: a pipe that is captured, and what fills bodies. */
import { Duplex } from 'node:stream'
import { random } from './pcap-writer.mjs'

/** @returns {Buffer} octets for bodies */
export function fillerOctets() {
  const filler = Buffer.alloc(1 << 17)
  for (let i = 0; i < filler.length; i++) filler[i] = 32 + random(90)
  return filler
}

/**
 * @param {number} n the connection's number
 * @returns {import('./pcap-writer.mjs').Connection}
 */
export const addresses = (n, serverPort) => ({
  client: 0x0a000000 + 2 + Math.floor(n / 50_000),
  server: 0x0a010001 + (n % 8),
  port: 1024 + (n % 60_000),
  serverPort,
  up: (random(0x7fffffff) * 2) >>> 0,
  down: (random(0x7fffffff) * 2) >>> 0,
})

/** One end of the pipe: what is written to it is captured and read at the other end. */
class End extends Duplex {
  other = null
  constructor(writer, c, isClient) {
    super()
    this.captured = (chunk) => writer.stream(c, isClient, chunk)
  }
  _read() {}
  _write(chunk, _, done) {
    this.captured(chunk)
    this.other.push(chunk)
    done()
  }
  _final(done) {
    this.other.push(null)
    done()
  }
}

/** @returns {[Duplex, Duplex]} the client's end and the server's */
export function capturedPipe(writer, c) {
  const [near, far] = [new End(writer, c, true), new End(writer, c, false)]
  near.other = far
  far.other = near
  return [near, far]
}
