/**
 * How fast and how small: this audit beside other readers of the same capture, in the same run, as ratios.
 *
 *   npm run bench                     makes a 200 MB capture
 *   npm run bench -- --size 1G        makes a larger one
 *   npm run bench -- --file FILE      takes one
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
  options: { file: { type: 'string' }, size: { type: 'string', default: '200M' }, runs: { type: 'string', default: '3' } },
})
const scratch = mkdtempSync(join(tmpdir(), 'roundtrip-bench-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))

let { file } = values
if (file === undefined) {
  file = join(scratch, 'bench.pcap')
  execFileSync(process.execPath, [join(root, 'bench/make-capture.mjs'), '--size', values.size, '--out', file], {
    stdio: 'ignore',
  })
}
const size = statSync(file).size
for await (const chunk of createReadStream(file, { highWaterMark: 8 << 20 })) void chunk // once through the page cache, so that nobody pays for the disk

const roundtrip = join(root, 'bin/roundtrip.mjs')
const commands = [
  ['roundtrip audit', process.execPath, [roundtrip, 'audit', file, '--format', 'json', '--out', join(scratch, 'audit.json')]],
  [
    'tshark, HTTP fields',
    'tshark',
    ['-r', file, '-Y', 'http', '-T', 'fields', '-e', 'tcp.stream', '-e', 'http.request.method', '-e', 'http.response.code'],
  ],
  ['tcptrace -n', 'tcptrace', ['-n', file]],
  ['tcpflow', 'tcpflow', ['-r', file, '-o', join(scratch, 'flows')]],
  ['tcpdump to nowhere', 'tcpdump', ['-r', file, '-w', '/dev/null']],
  ['pcap-parser, packets only', process.execPath, ['-e', pcapParser(), file]],
]

function pcapParser() {
  const module = JSON.stringify(join(root, 'node_modules/pcap-parser'))
  return `let n=0;const p=require(${module}).parse(process.argv[1]);p.on('packet',()=>n++);p.on('end',()=>console.log(n))`
}

const installed = (command) =>
  command === process.execPath || (process.env.PATH ?? '').split(':').some((dir) => existsSync(join(dir, command)))
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

console.log(`${(size / 1e6).toFixed(0)} MB, ${values.runs} runs each, medians\n`)
console.log('reader                        seconds   peak MB   times roundtrip’s')
const results = new Map()
// In turns, so that whatever else the machine does meets all of them alike.
for (let round = 0; round < Number(values.runs); round++) {
  for (const [name, command, args] of commands) {
    if (!installed(command)) continue
    rmSync(join(scratch, 'flows'), { recursive: true, force: true })
    const run = await measure(command, args)
    results.set(name, [...(results.get(name) ?? []), run])
  }
}
let ours = null
for (const [name] of commands) {
  const runs = results.get(name)
  if (runs === undefined) {
    console.log(`${name.padEnd(28)} not installed`)
    continue
  }
  if (runs.some(({ code }) => code !== 0)) {
    console.log(`${name.padEnd(28)} failed`)
    if (ours === null) process.exit(1)
    continue
  }
  const seconds = median(runs.map((run) => run.seconds))
  const peak = Math.max(...runs.map((run) => run.peakBytes)) / 1e6
  ours ??= seconds
  console.log(
    `${name.padEnd(28)} ${seconds.toFixed(2).padStart(8)}  ${peak.toFixed(0).padStart(8)}   ${(seconds / ours).toFixed(2).padStart(8)}`,
  )
}
const { totals } = JSON.parse(readFileSync(join(scratch, 'audit.json'), 'utf8'))
console.log(`\naudited: ${totals.connections} connections, ${totals.exchanges} exchanges, reuse ratio ${totals.reuseRatio}`)
const truthFile = `${file}.truth.json`
if (existsSync(truthFile)) console.log(`truth:   ${readFileSync(truthFile, 'utf8').replace(/\s+/g, ' ')}`)
