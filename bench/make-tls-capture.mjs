/**
 * Makes a capture of HTTP/1.1 in TLS 1.3: Node's own client and server talk over a pipe, and what they say is put into packets.
 * Beside it a key log (FILE.keys) and what is in it. Needs openssl for the server's certificate.
 *
 *   node bench/make-tls-capture.mjs --size 500M --out FILE
 */
import { execFileSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createSecureContext, TLSSocket } from 'node:tls'
import { parseArgs } from 'node:util'
import { PcapWriter, random, sizeOf } from './pcap-writer.mjs'
import { addresses, capturedPipe, fillerOctets } from './pipe.mjs'

const { values } = parseArgs({ options: { size: { type: 'string', default: '500M' }, out: { type: 'string' } } })
if (values.out === undefined) {
  console.error('Usage: node bench/make-tls-capture.mjs --size 500M --out FILE')
  process.exit(2)
}
const target = sizeOf(values.size)
const AT_ONCE = 20
const BODIES = [200, 1024, 1024, 4096, 16_384, 65_536]
const CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384']

function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-bench-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const wanted = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-subj', '/CN=bench.test', '-days', '3650']
  execFileSync('openssl', ['req', '-x509', '-nodes', ...wanted, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const made = { key: readFileSync(key), cert: readFileSync(cert) }
  rmSync(folder, { recursive: true, force: true })
  return made
}

const writer = new PcapWriter(values.out)
const keys = createWriteStream(`${values.out}.keys`)
const context = createSecureContext(certificate())
const truth = { packets: 0, connections: 0, requests: 0, reused: 0 }
const filler = fillerOctets()

async function connection(n) {
  const c = addresses(n, 443)
  truth.connections++
  writer.handshake(c)
  const [near, far] = capturedPipe(writer, c)
  const server = new TLSSocket(far, { isServer: true, secureContext: context })
  const cipher = CIPHERS[n % CIPHERS.length]
  const options = { minVersion: 'TLSv1.3', ciphers: cipher, rejectUnauthorized: false }
  const client = connect({ socket: near, servername: `www${n % 8}.bench.test`, ...options })
  client.on('keylog', (line) => keys.write(line))
  server.on('error', () => undefined)
  client.on('error', () => undefined)
  let left = 0
  let answered = null
  server.on('data', () => {
    const body = BODIES[random(BODIES.length)]
    const head = `HTTP/1.1 200 OK\r\nServer: nginx/1.26.2\r\nContent-Type: application/octet-stream\r\nContent-Length: ${body}\r\nConnection: keep-alive\r\n\r\n`
    left = head.length + body
    server.write(Buffer.concat([Buffer.from(head), filler.subarray(0, body)]))
  })
  client.on('data', (chunk) => {
    left -= chunk.length
    if (left === 0) answered()
  })
  await once(client, 'secureConnect')
  for (let i = 0, requests = 1 + random(200); i < requests && writer.bytes < target; i++) {
    truth.requests++
    if (i > 0) truth.reused++
    await new Promise((resolve) => {
      answered = resolve
      client.write(
        `GET /assets/${random(5000)}.bin HTTP/1.1\r\nHost: www${n % 8}.bench.test\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n`,
      )
    })
  }
  writer.goodbye(c)
  for (const end of [client, server, near, far]) end.destroy()
}

let next = 0
const worker = async () => {
  while (writer.bytes < target) await connection(next++)
}
await Promise.all(Array.from({ length: AT_ONCE }, worker))
writer.close()
keys.end()
await once(keys, 'finish')
truth.packets = writer.packets
writeFileSync(`${values.out}.truth.json`, `${JSON.stringify({ ...truth, bytes: writer.bytes }, null, 1)}\n`)
console.log(JSON.stringify({ ...truth, bytes: writer.bytes }))
