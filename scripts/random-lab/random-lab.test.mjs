/** A handful of the random lab's draws, of those that no wait for the processor makes another client of. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inProject } from '../lib/project.mjs'
import { KINDS } from './draws.mjs'
import { Random } from './random.mjs'
import { compare, draw, unsoundness } from './run.mjs'
import { Confusion, truthOf } from './score.mjs'

/** Kinds, seeds of short draws, and what must be said of every connection after the first. */
const DRAWS = [
  ['idle-nginx-raw', 225, 'server-idle-timeout'],
  ['limit-apache-raw', 3, 'request-limit'],
  ['off-node', 3, 'keepalive-disabled'],
  ['asks-to-close-curl', 3, 'client-requested-close'],
  ['http10-raw', 3, 'http10'],
  ['moved-raw', 3, 'different-address'],
  ['two-names-node', 3, 'missed-coalescing'],
]

const isRoot = process.getuid?.() === 0

function missing() {
  if (!isRoot) return 'root, to capture'
  if (!fs.existsSync(inProject('out/main'))) return 'a build in out/'
  return ['tcpdump', 'nginx', 'apache2', 'haproxy', 'curl', 'openssl'].find((program) => !has(program))
}

function has(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const lacks = missing()
if (lacks !== undefined) process.stderr.write(`Skipped: the random lab's servers and clients need ${lacks}.\n`)

describe.skipIf(lacks !== undefined)('the random lab', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'random-lab-'))
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

  it.concurrent.each(DRAWS)(
    '%s, seed %i: every connection after the first is %s',
    { timeout: 60_000 },
    async (kind, seed, cause) => {
      const one = await draw(kind, seed, folder)
      const confusion = new Confusion()
      expect(await compare(one, confusion)).toEqual([])
      const said = confusion.rows().map((row) => row.cause)
      expect(said).toEqual(['first', cause].sort())
    },
  )
})

describe('a draw that the machine made another', () => {
  const nowhere = path.join(os.tmpdir(), 'no-such-draw')
  const entry = (start, end, more = {}) => ({ port: 1, start, opened: start, end, answered: true, ...more })

  it('shows in the client’s log: an answer that took long, though not one that never came', () => {
    const drawn = { settings: { delay: 0.08 } }
    expect(unsoundness(drawn, [entry(0, 0.09), entry(1, 1.17)], nowhere)).toBeNull()
    expect(unsoundness(drawn, [entry(0, 0.09), entry(1, 1.19)], nowhere)).toBe('an answer took 0.190 s')
    expect(unsoundness(drawn, [entry(0, 4, { answered: false }), entry(5, 5.1)], nowhere)).toBeNull()
  })

  it('or in when it opened its connections: the late one at most 30 ms after the answer', () => {
    const drawn = KINDS['late-urllib3'](new Random(1))
    const late = (by) => [entry(1, 1.085), entry(1.085 + by, 1.17 + by)]
    expect(unsoundness(drawn, late(0.02), nowhere)).toBeNull()
    for (const by of [-0.01, 0.06]) expect(unsoundness(drawn, late(by), nowhere)).toBe('the client was another by its log')
  })

  it('or by the server’s own clock', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'random-lab-'))
    fs.writeFileSync(path.join(folder, 'stalls'), '120\n')
    expect(unsoundness({ settings: {} }, [entry(0, 0.01)], folder)).toBe('the server had to wait')
    fs.rmSync(folder, { recursive: true })
  })
})

describe('the truth of a draw', () => {
  const entry = (port, start, end, more = {}) => ({ port, start, end, answered: true, ...more })

  it('is what the client’s log and the settings say, never the packets', () => {
    const log = [entry(1, 0, 1), entry(2, 0.5, 2), entry(1, 3, 4), entry(3, 6, 7), entry(4, 8, 9)]
    const truth = truthOf(log, ({ count, idle }) => `after ${count}, ${idle} s`)
    expect(truth.map((t) => t.cause)).toEqual(['first', 'concurrency', 'after 2, 2 s', 'after 1, 1 s'])
  })

  it('is a lost race where the request before was never answered', () => {
    const log = [entry(1, 0, 1), entry(1, 2, 2.2, { answered: false }), entry(2, 3, 4)]
    expect(truthOf(log, () => 'server-idle-timeout').map((t) => t.cause)).toEqual(['first', 'lost-race'])
  })

  it('“unknown” is a miss in recall, and spoils nobody’s precision', () => {
    const confusion = new Confusion()
    confusion.add('reset', 'reset')
    confusion.add('reset', 'unknown')
    confusion.add('http10', 'http10')
    expect(confusion.rows().find((row) => row.cause === 'reset')).toMatchObject({ precision: 1, recall: 0.5, all: 2 })
  })
})
