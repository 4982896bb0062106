/**
 * How fast and how small: this audit beside other readers of the same capture, in the same run, as ratios.
 *
 *   npm run bench                     makes 200 MB of HTTP, 100 MB of small packets, 100 MB of HTTP/2 and 500 MB of TLS 1.3
 *   npm run bench -- --size 1G        makes a larger first one
 *   npm run bench -- --file FILE      takes one
 *   npm run bench -- --tls-size 0     leaves the TLS out; --small-size 0 the small packets, --http2-size 0 HTTP/2
 *
 * Tools that are not installed are left out. Every command runs `--runs` times (default 3); the median counts.
 */
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measure } from './measure.mjs'

const root = resolve(fileURLToPath(import.meta.url), '../..')
const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    size: { type: 'string', default: '200M' },
    'small-size': { type: 'string', default: '100M' },
    'http2-size': { type: 'string', default: '100M' },
    'tls-size': { type: 'string', default: '500M' },
    runs: { type: 'string', default: '3' },
  },
})
const scratch = mkdtempSync(join(tmpdir(), 'roundtrip-bench-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

const roundtrip = join(root, 'bin/roundtrip.mjs')
const json = join(scratch, 'audit.json')
const pcapParser = `let n=0;const p=require(${JSON.stringify(join(root, 'node_modules/pcap-parser'))}).parse(process.argv[1]);p.on('packet',()=>n++);p.on('end',()=>console.log(n))`
const FIELDS = ['-Y', 'http', '-T', 'fields', '-e', 'tcp.stream', '-e', 'http.request.method', '-e', 'http.response.code']
const HTTP2 = ['-d', 'tcp.port==80,http2', '-Y', 'http2.headers', '-T', 'fields', '-e', 'tcp.stream', '-e', 'http2.streamid']
const HTTP2_FIELDS = [...HTTP2, '-e', 'http2.headers.method', '-e', 'http2.headers.status']

const audit = (file, ...more) => [
  'roundtrip audit',
  process.execPath,
  [roundtrip, 'audit', file, '--format', 'json', '--out', json, ...more],
]
const tshark = (file, ...more) => ['tshark, HTTP fields', 'tshark', ['-r', file, ...more, ...FIELDS]]
const others = (file) => [
  ['tcptrace -n', 'tcptrace', ['-n', file]],
  ['tcpflow', 'tcpflow', ['-r', file, '-o', join(scratch, 'flows')]],
  ['tcpdump to nowhere', 'tcpdump', ['-r', file, '-w', '/dev/null']],
  ['pcap-parser, packets only', process.execPath, ['-e', pcapParser, file]],
]

const installed = (command) =>
  command === process.execPath || (process.env.PATH ?? '').split(':').some((dir) => existsSync(join(dir, command)))
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

function make(script, name, ...args) {
  const file = join(scratch, name)
  execFileSync(process.execPath, [join(root, 'bench', script), '--out', file, ...args], { stdio: 'ignore' })
  return file
}

/** In turns, so that whatever else the machine does meets all of them alike. */
async function race(title, file, commands) {
  for await (const chunk of createReadStream(file, { highWaterMark: 8 << 20 })) void chunk // once through the page cache, so that nobody pays for the disk
  const size = statSync(file).size
  console.log(`\n${title}: ${(size / 1e6).toFixed(0)} MB, ${values.runs} runs each, medians\n`)
  console.log('reader                        seconds   peak MB   times roundtrip’s')
  const results = new Map()
  for (let round = 0; round < Number(values.runs); round++) {
    for (const [name, command, args] of commands) {
      if (!installed(command)) continue
      rmSync(join(scratch, 'flows'), { recursive: true, force: true })
      results.set(name, [...(results.get(name) ?? []), await measure(command, args)])
    }
  }
  let ours = null
  for (const [name] of commands) {
    const runs = results.get(name)
    if (runs === undefined) console.log(`${name.padEnd(28)} not installed`)
    else if (runs.some(({ code }) => code !== 0)) console.log(`${name.padEnd(28)} failed`)
    else {
      const seconds = median(runs.map((run) => run.seconds))
      const peak = Math.max(...runs.map((run) => run.peakBytes)) / 1e6
      ours ??= seconds
      const ratio = (seconds / ours).toFixed(2).padStart(8)
      console.log(`${name.padEnd(28)} ${seconds.toFixed(2).padStart(8)}  ${peak.toFixed(0).padStart(8)}   ${ratio}`)
    }
    if (ours === null) process.exit(1)
  }
  const { captures, totals } = JSON.parse(readFileSync(json, 'utf8'))
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0)
  console.log(
    `\naudited: ${packets} packets (${(packets / ours / 1e6).toFixed(2)} million a second), ${totals.connections} connections, ${totals.exchanges} exchanges, reuse ratio ${totals.reuseRatio}`,
  )
  const truthFile = `${file}.truth.json`
  if (existsSync(truthFile)) console.log(`truth:   ${readFileSync(truthFile, 'utf8').replace(/\s+/g, ' ')}`)
}

const main = values.file ?? make('make-capture.mjs', 'bench.pcap', '--size', values.size)
await race('HTTP', main, [audit(main), tshark(main), ...others(main)])
if (values.file === undefined) rmSync(main)

if (values['small-size'] !== '0') {
  const file = make('make-capture.mjs', 'small.pcap', '--size', values['small-size'], '--mss', '48')
  await race('Small packets', file, [audit(file), tshark(file), ...others(file)])
  rmSync(file)
}

if (values['http2-size'] !== '0') {
  const file = make('make-http2-capture.mjs', 'http2.pcap', '--size', values['http2-size'])
  await race('HTTP/2 in clear', file, [audit(file), ['tshark, HTTP/2 fields', 'tshark', ['-r', file, ...HTTP2_FIELDS]]])
  rmSync(file)
}

if (values['tls-size'] !== '0') {
  const file = make('make-tls-capture.mjs', 'tls.pcap', '--size', values['tls-size'])
  await race('TLS 1.3 with its key log', file, [
    audit(file, '--keylog', `${file}.keys`),
    tshark(file, '-o', `tls.keylog_file:${file}.keys`),
  ])
}
