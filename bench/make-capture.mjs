/**
 * Makes a large HTTP/1.1 capture, the same bytes for the same arguments: keep-alive and one-shot connections, small and
 * medium bodies, segments of 1448 octets or of what `--mss` says. Beside it, what is in it.
 *
 *   node bench/make-capture.mjs --size 1G --out FILE
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ACK, MSS, PcapWriter, PSH, random, sizeOf } from './pcap-writer.mjs'
import { addresses, fillerOctets } from './pipe.mjs'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '200M' },
    out: { type: 'string' },
    bodies: { type: 'string', default: 'mixed' },
    mss: { type: 'string', default: String(MSS) },
  },
})
if (values.out === undefined) {
  console.error('Usage: node bench/make-capture.mjs --size 1G --out FILE [--bodies mixed|none] [--mss 1448]')
  process.exit(2)
}
const target = sizeOf(values.size)
const mss = Math.max(1, Number(values.mss))
const BODIES = values.bodies === 'none' ? [0] : [200, 1024, 1024, 4096, 16_384, 65_536]

const writer = new PcapWriter(values.out)
const truth = { packets: 0, connections: 0, requests: 0, reused: 0 }
const filler = fillerOctets()
let opened = 0
function open() {
  const n = opened++
  const c = {
    ...addresses(n, 80),
    left: n % 10 < 7 ? 1 : 20 + random(200),
    first: true,
  }
  truth.connections++
  writer.handshake(c)
  return c
}

function exchange(c) {
  const close = --c.left === 0
  const body = BODIES[random(BODIES.length)]
  const request = Buffer.from(
    `GET /assets/${random(5000)}.bin HTTP/1.1\r\nHost: www${c.server & 7}.bench.test\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n`,
  )
  writer.packet(c, true, PSH | ACK, request, request.length)
  const head = Buffer.from(
    `HTTP/1.1 200 OK\r\nServer: nginx/1.26.2\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body}\r\nConnection: ${close ? 'close' : 'keep-alive'}\r\nAccept-Ranges: bytes\r\n\r\n`,
  )
  writer.stream(c, false, Buffer.concat([head, filler.subarray(0, body)]), mss)
  truth.requests++
  if (!c.first) truth.reused++
  c.first = false
  if (!close) return true
  writer.goodbye(c)
  return false
}

const open200 = Array.from({ length: 200 }, open)
while (writer.bytes < target) {
  const i = random(open200.length)
  if (!exchange(open200[i])) open200[i] = open()
}
writer.close()
truth.packets = writer.packets
writeFileSync(`${values.out}.truth.json`, `${JSON.stringify({ ...truth, bytes: writer.bytes }, null, 1)}\n`)
console.log(JSON.stringify({ ...truth, bytes: writer.bytes }))
