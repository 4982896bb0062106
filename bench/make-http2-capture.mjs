/**
 * Makes a capture of HTTP/2 in clear: Node's own client and server talk over a pipe, twenty connections side by side, up to sixteen requests at once
 * on each, and what they say is put into packets. Beside it what is in it.
 *
 *   node bench/make-http2-capture.mjs --size 200M --out FILE
 */
import { connect, createServer } from 'node:http2'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { PcapWriter, random, sizeOf } from './pcap-writer.mjs'
import { addresses, capturedPipe, fillerOctets } from './pipe.mjs'

const { values } = parseArgs({ options: { size: { type: 'string', default: '200M' }, out: { type: 'string' } } })
if (values.out === undefined) {
  console.error('Usage: node bench/make-http2-capture.mjs --size 200M --out FILE')
  process.exit(2)
}
const target = sizeOf(values.size)
const CONNECTIONS = 20
const AT_ONCE = 16
const BODIES = [200, 1024, 1024, 4096, 16_384]

const writer = new PcapWriter(values.out)
const truth = { packets: 0, connections: 0, requests: 0, reused: 0 }
const filler = fillerOctets()

const server = createServer()
server.on('stream', (stream) => {
  const body = BODIES[random(BODIES.length)]
  const fields = { server: 'nginx/1.26.2', 'content-type': 'application/octet-stream', 'content-length': body }
  stream.on('error', () => undefined)
  stream.respond({ ':status': 200, ...fields }, { sendDate: false })
  stream.end(filler.subarray(0, body))
})

/** A request, and all of its answer. */
const exchange = (client, path) =>
  new Promise((resolve) => {
    const stream = client.request({ ':path': path, 'user-agent': 'bench/1.0', accept: '*/*' })
    stream.resume()
    stream.on('error', resolve)
    stream.on('close', resolve)
  })

async function connection(n) {
  const c = addresses(n, 80)
  truth.connections++
  writer.handshake(c)
  const [near, far] = capturedPipe(writer, c)
  server.emit('connection', far)
  const client = connect(`http://www${n % 8}.bench.test`, { createConnection: () => near })
  client.on('error', () => undefined)
  let left = 1 + random(400)
  let sent = 0
  const sender = async () => {
    while (left-- > 0 && writer.bytes < target) {
      truth.requests++
      if (sent++ > 0) truth.reused++
      await exchange(client, `/assets/${random(5000)}.bin`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
  await new Promise((resolve) => client.close(resolve))
  writer.goodbye(c)
}

let next = 0
const worker = async () => {
  while (writer.bytes < target) await connection(next++)
}
await Promise.all(Array.from({ length: CONNECTIONS }, worker))
server.close()
writer.close()
truth.packets = writer.packets
writeFileSync(`${values.out}.truth.json`, `${JSON.stringify({ ...truth, bytes: writer.bytes }, null, 1)}\n`)
console.log(JSON.stringify({ ...truth, bytes: writer.bytes }))
process.exit(0)
