#!/usr/bin/env node
/**
 * The random lab: real servers and clients with settings drawn at random, captured on the loopback, and audited. What must come out
 * is known by construction and from the clients' own logs, never from packets.
 *
 *   node scripts/random-lab/run.mjs [--draws 56] [--seed 1] [--only KIND,...] [--parallel 6] [--out DIR]
 *   node scripts/random-lab/run.mjs --again DIR[,DIR...]    audits the captures of an earlier run anew
 *
 * With --draw-only nothing is audited: that is for --again, when nobody waits for the processor.
 *
 * Needs root (tcpdump), nginx, apache2, haproxy, curl and Python with urllib3, all as Debian packs them, and a build in out/.
 */
import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { KINDS } from './draws.mjs'
import { Random } from './random.mjs'
import { Confusion, tableOf, truthOf } from './score.mjs'
import { freePort, hurry, stalled, startServer } from './servers.mjs'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..')

/** The longest wait for the processor that is not yet another client, in seconds. */
const LONGEST_STALL = 0.1
const MOST_TRIES = 4
/** Seconds that an answer takes at most, beyond the server's own delay, on a machine that lets everyone run. */
const PATIENCE = 0.1
/** Draws of more seconds than this wait so long between their requests that a stall makes no other client of them. */
const SHORT = 25

/** When this process was kept from running, by its own clock. */
const stalls = []
function watchStalls() {
  let last = performance.now()
  return setInterval(() => {
    const at = performance.now()
    if (at - last > LONGEST_STALL * 1000) stalls.push({ from: last, to: at })
    last = at
  }, 5)
}

async function capture(file, port) {
  const child = spawn(
    'tcpdump',
    ['-i', 'lo', '--immediate-mode', '-U', '-B', '8192', '-s', '0', '-w', file, `tcp port ${port}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (data) => /listening on/.test((said += data)) && resolve())
    child.on('exit', () => reject(new Error(`tcpdump: ${said}`)))
    child.on('error', reject)
  })
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      await sleep(400)
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await ended
    },
  }
}

/** Why the draw was not the one that was meant, by the client's and the server's own clocks; null where it was. No packet is looked at. */
export function unsoundness({ settings, sound = () => true, patience = PATIENCE }, log, folder) {
  if (stalled(folder)) return 'the server had to wait'
  const longest = Math.max(...log.filter(({ answered }) => answered).map(({ start, end }) => end - start))
  if (longest > (settings.delay ?? 0) + patience) return `an answer took ${longest.toFixed(3)} s`
  return sound(log) ? null : 'the client was another by its log'
}

/** Runs one draw. @returns the capture's file, the truth, and why it was not what was drawn (null where it was). */
export async function draw(kind, seed, folder) {
  const name = `${kind}-${seed}`
  const own = path.join(folder, name)
  fs.rmSync(own, { recursive: true, force: true })
  fs.mkdirSync(own, { recursive: true })
  const drawn = KINDS[kind](new Random(seed))
  const { server: program, settings, client, truth } = drawn
  const port = await freePort()
  const server = await startServer(program, own, port, settings)
  const file = path.join(folder, `${name}.pcap`)
  const recording = await capture(file, port)
  try {
    const log = await client(port, server, own)
    await recording.stop()
    const connections = truthOf(log, truth)
    fs.writeFileSync(
      path.join(folder, `${name}.truth.json`),
      JSON.stringify({ kind, seed, program, settings, connections, log }, null, 1),
    )
    return { name, file, connections, program, settings, unsound: unsoundness(drawn, [...log], own) }
  } finally {
    await recording.stop().catch(() => undefined)
    server.stop()
  }
}

/** Connections with exchanges, in the order of their opening. */
async function audited(file) {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(root, 'bin/roundtrip.mjs'), 'audit', file, '--format', 'csv', '--out', '-'],
    {
      maxBuffer: 1 << 26,
    },
  )
  const [head, ...lines] = stdout
    .trim()
    .split('\r\n')
    .map((line) => line.split(','))
  const rows = lines.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i]])))
  return rows.filter((row) => Number(row.exchanges) > 0).sort((a, b) => Number(a.opened_at_s) - Number(b.opened_at_s))
}

/** What was said of the connection with each local port; a port may come again. */
export async function compare({ name, file, connections }, confusion) {
  const rows = await audited(file)
  const wrong = []
  for (const { port, cause } of connections) {
    const i = rows.findIndex((row) => Number(row.client_port) === port)
    const [row] = i < 0 ? [] : rows.splice(i, 1)
    const said = row === undefined ? 'missing' : row.verdict === 'not-judged' ? 'not-judged' : row.cause
    confusion.add(cause, said)
    if (said !== cause) wrong.push(`${name}: connection ${row?.id} (port ${port}) is ${cause}, said ${said}`)
  }
  for (const row of rows) wrong.push(`${name}: connection ${row.id} (port ${row.client_port}) is in no log`)
  return wrong
}

/** The draws of an earlier run, with the truth worked out anew from their logs. */
const drawn = (folder) =>
  fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.truth.json'))
    .map((file) => {
      const { kind, seed, log } = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))
      const name = `${kind}-${seed}`
      return { name, file: path.join(folder, `${name}.pcap`), connections: truthOf(log, KINDS[kind](new Random(seed)).truth) }
    })

async function report(draws, where) {
  const confusion = new Confusion()
  for (const one of draws.sort((a, b) => a.name.localeCompare(b.name)))
    for (const line of await compare(one, confusion)) process.stdout.write(`${line}\n`)
  const connections = draws.reduce((sum, one) => sum + one.connections.length, 0)
  process.stdout.write(`\n${draws.length} draws, ${connections} connections, ${where}\n\n${tableOf(confusion.rows())}\n`)
}

async function main() {
  const { values } = parseArgs({
    options: {
      draws: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      parallel: { type: 'string' },
      out: { type: 'string' },
      again: { type: 'string' },
      'draw-only': { type: 'boolean' },
    },
  })
  if (values.again !== undefined) return report(values.again.split(',').flatMap(drawn), `captures in ${values.again}`)
  const kinds = values.only === undefined ? Object.keys(KINDS) : values.only.split(',')
  const draws = Number(values.draws ?? kinds.length)
  const first = Number(values.seed ?? 1)
  const folder = path.resolve(values.out ?? fs.mkdtempSync(path.join(os.tmpdir(), 'random-lab-')))
  fs.mkdirSync(folder, { recursive: true })
  const queue = Array.from({ length: draws }, (_, i) => ({
    kind: kinds[i % kinds.length],
    seed: first + Math.floor(i / kinds.length),
  }))
  os.setPriority(-15)
  hurry('self')
  const watch = watchStalls()
  const done = []
  let unsound = 0
  /** Its capture is no evidence, of anything: nor is it audited again. */
  const leftOut = ({ name, file }) => {
    unsound++
    fs.rmSync(file)
    fs.rmSync(path.join(folder, `${name}.truth.json`))
  }
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      try {
        // A client that had to wait for the processor is another client than the one that was drawn.
        for (let left = MOST_TRIES; left > 0; left--) {
          const began = performance.now()
          const one = await draw(next.kind, next.seed, folder)
          const most = (performance.now() - began < SHORT * 1000 ? 1 : 6) * LONGEST_STALL * 1000
          const stalled = stalls.some(({ from, to }) => to > began && to - from > most)
          const why = stalled ? 'the client had to wait' : one.unsound
          if (why === null) {
            done.push(one)
            break
          }
          process.stderr.write(`${one.name} is drawn again: ${why}\n`)
          if (left === 1) leftOut(one)
        }
      } catch (error) {
        process.stderr.write(`${next.kind}-${next.seed} failed: ${error.message}\n`)
        process.exitCode = 1
      }
    }
  }
  await Promise.all(Array.from({ length: Number(values.parallel ?? 6) }, worker))
  clearInterval(watch)
  if (values['draw-only'] === true) process.stdout.write(`${done.length} draws in ${folder}\n`)
  else await report(done, `seed ${first}, captures in ${folder}`)
  if (unsound > 0)
    process.stdout.write(`\n${unsound} draws left out: in ${MOST_TRIES} tries the machine never let them be what was drawn.\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
