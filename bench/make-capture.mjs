/**
 * Makes a large HTTP/1.1 capture, the same bytes for the same size: keep-alive and one-shot connections, small and
 * medium bodies, 20 ms round trips, full-sized segments. Beside it, what is in it.
 *
 *   node bench/make-capture.mjs --size 1G --out FILE
 */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { size: { type: 'string', default: '200M' }, out: { type: 'string' }, bodies: { type: 'string', default: 'mixed' } },
})
if (values.out === undefined) {
  console.error('Usage: node bench/make-capture.mjs --size 1G --out FILE [--bodies mixed|none]')
  process.exit(2)
}

const [, digits, unit] = /^(\d+)([KMG]?)$/i.exec(values.size) ?? []
const target = Number(digits) * { '': 1, K: 1e3, M: 1e6, G: 1e9 }[unit.toUpperCase()]
const MSS = 1448
const BODIES = values.bodies === 'none' ? [0] : [200, 1024, 1024, 4096, 16_384, 65_536]

/** A small repeatable generator (Marsaglia xorshift32). */
let state = 0x2545f491
const random = (below) => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % below
}

const file = openSync(values.out, 'w')
const out = Buffer.alloc(8 << 20)
let used = 0
let written = 0
const flush = () => {
  writeSync(file, out, 0, used)
  written += used
  used = 0
}
const header = Buffer.alloc(24)
header.writeUInt32LE(0xa1b2c3d4, 0)
header.writeUInt16LE(2, 4)
header.writeUInt16LE(4, 6)
header.writeUInt32LE(262_144, 16)
header.writeUInt32LE(1, 20)
header.copy(out, used)
used += 24

const truth = { packets: 0, connections: 0, requests: 0, reused: 0 }
let microseconds = 0
const EPOCH = 1_760_000_000

const FIN = 1,
  SYN = 2,
  PSH = 8,
  ACK = 16
function packet(c, fromClient, flags, payload, length) {
  if (used + 16 + 66 + length > out.length) flush()
  microseconds += 3 + random(5)
  let p = used
  out.writeUInt32LE(EPOCH + Math.floor(microseconds / 1e6), p)
  out.writeUInt32LE(microseconds % 1e6, p + 4)
  out.writeUInt32LE(66 + length, p + 8)
  out.writeUInt32LE(66 + length, p + 12)
  p += 16
  out.fill(fromClient ? 2 : 4, p, p + 12)
  out.writeUInt16BE(0x0800, p + 12)
  p += 14
  out.writeUInt32BE((0x45000000 | (52 + length)) >>> 0, p)
  out.writeUInt32BE(0x00004000, p + 4)
  out.writeUInt32BE(0x40060000, p + 8)
  out.writeUInt32BE(fromClient ? c.client : c.server, p + 12)
  out.writeUInt32BE(fromClient ? c.server : c.client, p + 16)
  p += 20
  out.writeUInt16BE(fromClient ? c.port : 80, p)
  out.writeUInt16BE(fromClient ? 80 : c.port, p + 2)
  out.writeUInt32BE((fromClient ? c.up : c.down) >>> 0, p + 4)
  out.writeUInt32BE((flags & ACK) !== 0 ? (fromClient ? c.down : c.up) >>> 0 : 0, p + 8)
  out.writeUInt16BE(0x8000 | flags, p + 12)
  out.writeUInt16BE(64_240, p + 14)
  out.writeUInt32BE(0, p + 16)
  out.writeUInt32BE(0x0101080a, p + 20)
  out.writeUInt32BE(Math.floor(microseconds / 1000), p + 24)
  out.writeUInt32BE(0, p + 28)
  p += 32
  if (length > 0) payload.copy(out, p, 0, length)
  used += 82 + length
  const advance = length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)
  if (fromClient) c.up = (c.up + advance) >>> 0
  else c.down = (c.down + advance) >>> 0
  truth.packets++
}

const filler = Buffer.alloc(1 << 17)
for (let i = 0; i < filler.length; i++) filler[i] = 32 + random(90)
let opened = 0
function open() {
  const n = opened++
  const c = {
    client: 0x0a000000 + 2 + Math.floor(n / 50_000),
    server: 0x0a010001 + (n % 8),
    port: 1024 + (n % 60_000),
    up: (random(0x7fffffff) * 2) >>> 0,
    down: (random(0x7fffffff) * 2) >>> 0,
    left: n % 10 < 7 ? 1 : 20 + random(200),
    first: true,
    keep: true,
  }
  truth.connections++
  packet(c, true, SYN, filler, 0)
  packet(c, false, SYN | ACK, filler, 0)
  packet(c, true, ACK, filler, 0)
  return c
}

function exchange(c) {
  const close = --c.left === 0
  const body = BODIES[random(BODIES.length)]
  const request = Buffer.from(
    `GET /assets/${random(5000)}.bin HTTP/1.1\r\nHost: www${c.server & 7}.bench.test\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n`,
  )
  packet(c, true, PSH | ACK, request, request.length)
  const head = Buffer.from(
    `HTTP/1.1 200 OK\r\nServer: nginx/1.26.2\r\nDate: Sun, 22 Nov 2026 10:00:00 GMT\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body}\r\nConnection: ${close ? 'close' : 'keep-alive'}\r\nAccept-Ranges: bytes\r\n\r\n`,
  )
  const whole = Buffer.concat([head, filler.subarray(0, body)])
  for (let at = 0, n = 0; at < whole.length; at += MSS, n++) {
    const length = Math.min(MSS, whole.length - at)
    packet(c, false, at + length === whole.length ? PSH | ACK : ACK, whole.subarray(at), length)
    if (n % 2 === 1) packet(c, true, ACK, filler, 0)
  }
  truth.requests++
  if (!c.first) truth.reused++
  c.first = false
  if (!close) return true
  packet(c, false, FIN | ACK, filler, 0)
  packet(c, true, FIN | ACK, filler, 0)
  packet(c, false, ACK, filler, 0)
  return false
}

const open200 = Array.from({ length: 200 }, open)
while (written + used < target) {
  const i = random(open200.length)
  if (!exchange(open200[i])) open200[i] = open()
}
flush()
closeSync(file)
writeFileSync(`${values.out}.truth.json`, `${JSON.stringify({ ...truth, bytes: written }, null, 1)}\n`)
console.log(JSON.stringify({ ...truth, bytes: written }))
