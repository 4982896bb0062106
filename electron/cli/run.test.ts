import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionRow } from '../../shared/model/audit'
import { auditOf, CONNECTION, EXCHANGE, factsOf, totals } from '../report/testing/fixture'
import type { AuditSession, Environment } from './environment'
import { run } from './run'

let folder = ''
let capture = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'))
  capture = join(folder, 'shop.pcapng')
  writeFileSync(capture, 'packets')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = (name: string): string => join(folder, name)

class Sink extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8')
    done()
  }
}

interface Ran {
  readonly status: number
  readonly out: string
  readonly err: string
  readonly closed: number
}

const FACTS = factsOf([{ connection: CONNECTION, exchanges: [EXCHANGE] }])

async function roundtrip(args: readonly string[], some: Partial<Environment> = {}): Promise<Ran> {
  const [stdout, stderr] = [new Sink(), new Sink()]
  let closed = 0
  const closable = {
    close: () => {
      closed += 1
      return Promise.resolve()
    },
  }
  const status = await run(args, {
    openAudit: () => Promise.resolve({ ...auditOf(), ...closable }),
    openFacts: () => Promise.resolve({ ...FACTS, ...closable }),
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    version: '0.1.0',
    now: () => 0,
    home: folder,
    signal: new AbortController().signal,
    ...some,
  })
  return { status, out: stdout.text, err: stderr.text, closed }
}

describe('roundtrip', () => {
  it('prints help and version', async () => {
    expect((await roundtrip(['--version'])).out).toBe('0.1.0\n')
    for (const args of [['--help'], ['audit', '-h'], ['facts', '--help'], ['what-if', '--help']]) {
      const { status, out } = await roundtrip(args)
      expect(status).toBe(0)
      expect(out).toContain('Usage:')
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('replays under other settings, for an origin that is there', async () => {
    const { status, out } = await roundtrip(['what-if', capture, '--idle-timeout', '75'])
    expect([status, out.split('\n')[0]]).toEqual([0, 'What if, for every origin: 400 requests'])
    const json = await roundtrip(['what-if', capture, '-f', 'json', '--protocol', 'h2'])
    expect(JSON.parse(json.out)).toMatchObject({ schema: 'roundtrip.what-if/1', policy: { protocol: 'h2' } })
    const elsewhere = await roundtrip(['what-if', capture, '--origin', 'http://elsewhere'])
    expect(elsewhere.status).toBe(2)
    expect(elsewhere.err).toMatch(/^roundtrip: There is no origin “http:\/\/elsewhere” in it; there is /)
  })

  it('prints facts', async () => {
    const { status, out, closed } = await roundtrip(['facts', capture])
    expect(status).toBe(0)
    expect(closed).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ schema: 'roundtrip.facts/1', connections: [{ exchanges: [{ target: '/x' }] }] })
  })

  it.each([
    ['text', /^shop\.pcapng: 812 packets.*\n\nMost handshakes were avoidable\n/],
    ['json', /^\{\n {2}"schema": "roundtrip\.audit\/1"/],
    ['csv', /^id,client_ip/],
    ['markdown', /^# Connection reuse audit\n/],
    ['html', /^<!doctype html>/],
  ])('prints the audit as %s', async (format, beginning) => {
    const { status, out, err } = await roundtrip(['audit', capture, '--format', format])
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(beginning)
  })

  it('writes to a file, whole, and leaves nothing beside it', async () => {
    writeFileSync(at('a.json'), 'older')
    const { status, out } = await roundtrip(['audit', capture, '--out', at('a.json')])
    expect([status, out]).toEqual([0, ''])
    expect(JSON.parse(readFileSync(at('a.json'), 'utf8'))).toMatchObject({ totals: { avoidable: 30 } })
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'shop.pcapng'])
  })

  it('leaves an older file alone when writing fails', async () => {
    writeFileSync(at('a.csv'), 'older')
    const broken = {
      ...auditOf(),
      close: () => Promise.resolve(),
      rows: async function* (): AsyncGenerator<ConnectionRow> {
        await Promise.resolve()
        throw new Error('store')
      },
    }
    const { status, err } = await roundtrip(['audit', capture, '-o', at('a.csv')], { openAudit: () => Promise.resolve(broken) })
    expect([status, err]).toEqual([2, 'roundtrip: store\n'])
    expect(readFileSync(at('a.csv'), 'utf8')).toBe('older')
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'shop.pcapng'])
  })

  it('never writes over an input, by whatever name', async () => {
    linkSync(capture, at('link.json'))
    for (const out of [capture, at('link.json'), join(folder, '.', 'shop.pcapng')]) {
      const { status, err } = await roundtrip(['audit', capture, '--format', 'json', '--out', out])
      expect(status).toBe(2)
      expect(err).toContain('is an input: choose another name for the output.\n')
    }
    expect(readFileSync(capture, 'utf8')).toBe('packets')
  })

  it.each([
    [() => ['audit', at('none.pcap')], /^roundtrip: .*none\.pcap cannot be read: there is no such file\.\n$/],
    [() => ['audit', capture, '--keylog', folder], /^roundtrip: .* is a folder: give a file\.\n$/],
    [() => ['facts', capture, '--keylog', at('keys')], /keys cannot be read: there is no such file\.\n$/],
    [() => ['audit', capture, '-f', 'csv', '-o', folder], /is a folder: give --out the name of a file\.\n$/],
    [() => ['audit', capture, '-o', at('no/a.csv')], /^roundtrip: There is no folder .*no to write a\.csv in\.\n$/],
    [() => ['audit', capture, '--frob'], /^roundtrip: Unknown option '--frob'; roundtrip --help lists the options\.\n$/],
  ])('ends with 2 and one sentence: %#', async (args, sentence) => {
    const { status, out, err } = await roundtrip(args())
    expect([status, out]).toEqual([2, ''])
    expect(err).toMatch(sentence)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })

  it.skipIf(process.getuid?.() === 0)('says when a file may not be read', async () => {
    chmodSync(capture, 0)
    expect((await roundtrip(['audit', capture])).err).toMatch(/cannot be read: permission denied\.\n$/)
  })

  it('passes on what the engine could not read, without steering the terminal', async () => {
    const openAudit = () => Promise.reject(Object.assign(new Error('x\u001b[2J.pcap is no capture.'), { code: 'unknown-format' }))
    expect(await roundtrip(['audit', capture], { openAudit })).toMatchObject({
      status: 2,
      out: '',
      err: 'roundtrip: x\ufffd[2J.pcap is no capture.\n',
    })
  })

  it('hands the key log on to the reading', async () => {
    writeFileSync(at('keys'), '')
    const given: unknown[] = []
    const openAudit: Environment['openAudit'] = (_paths, { keylog }) => {
      given.push(keylog)
      return Promise.resolve({ ...auditOf(), close: () => Promise.resolve() })
    }
    await roundtrip(['audit', capture, '--keylog', at('keys')], { openAudit })
    await roundtrip(['audit', capture], { openAudit })
    expect(given).toEqual([at('keys'), null])
  })

  it('ends with 1 where a condition is met, after the report is out', async () => {
    const met = await roundtrip(['audit', capture, '--fail-on', 'avoidable>0', '--fail-on', 'reuse<0.5'])
    expect(met.status).toBe(1)
    expect(met.out).toContain('Most handshakes were avoidable')
    expect(met.err).toBe('--fail-on avoidable>0: met, avoidable is 30.\n')
    expect((await roundtrip(['audit', capture, '--fail-on', 'reuse<0.5'])).status).toBe(0)
  })

  it('ends with 3 where the capture does not tell what a condition asks', async () => {
    const audit = auditOf()
    const unread = { ...audit.summary, totals: totals({ connections: 9, notJudged: 9 }), encrypted: 9, findings: [], races: [] }
    const openAudit = () => Promise.resolve({ ...audit, summary: unread, close: () => Promise.resolve() })
    const silent = await roundtrip(['audit', capture, '--fail-on', 'avoidable>0'], { openAudit })
    expect(silent.status).toBe(3)
    expect(silent.err).toBe(
      '--fail-on avoidable>0: the capture does not tell avoidable: no connection could be judged, and a key log (--keylog) is missing.\n',
    )
    const others = { code: 'key-log-of-others', severity: 'warning', packet: null, offset: null, message: '', count: 1 } as const
    const misled = await roundtrip(['audit', capture, '--fail-on', 'avoidable>0'], {
      openAudit: () =>
        Promise.resolve({ ...audit, summary: { ...unread, diagnostics: [others] }, close: () => Promise.resolve() }),
    })
    expect(misled.err).toContain('and the key log has none of their secrets.\n')
    const met = await roundtrip(['audit', capture, '--fail-on', 'avoidable>0', '--fail-on', 'connections>8'], { openAudit })
    expect(met.status).toBe(1)
  })

  it('colours a terminal, and respects NO_COLOR and its width', async () => {
    const terminal = () => Object.assign(new Sink(), { isTTY: true, columns: 100 })
    const [coloured, plain] = [terminal(), terminal()]
    await roundtrip(['audit', capture], { stdout: coloured })
    await roundtrip(['audit', capture], { stdout: plain, env: { NO_COLOR: '1' } })
    expect(coloured.text).toContain('\u001b[31mMost')
    expect(plain.text).not.toContain('\u001b')
    expect(Math.max(...plain.text.split('\n').map((line) => line.length))).toBeGreaterThan(90)
  })

  it('is quiet when its reader has seen enough', async () => {
    const gone = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    })
    gone.on('error', () => undefined)
    expect(await roundtrip(['audit', capture], { stdout: gone })).toMatchObject({ status: 0, err: '', closed: 1 })
  })

  it('stops when interrupted, and leaves nothing behind', async () => {
    const interrupted = new AbortController()
    const session: AuditSession = {
      ...auditOf(),
      close: () => Promise.resolve(),
      rows: () => {
        interrupted.abort()
        return auditOf().rows()
      },
    }
    const { status, err } = await roundtrip(['audit', capture, '-o', at('a.csv')], {
      openAudit: () => Promise.resolve(session),
      signal: interrupted.signal,
    })
    expect([status, err]).toEqual([130, ''])
    expect(readdirSync(folder)).toEqual(['shop.pcapng'])
  })

  describe('as a PDF', () => {
    const printer = (code: string): Partial<Environment> => {
      const home = mkdtempSync(join(folder, 'home-'))
      const scripts = join(home, 'scripts')
      mkdirSync(scripts)
      writeFileSync(
        join(scripts, 'print-pdf.mjs'),
        `import { copyFileSync } from 'node:fs'; const [, , html, pdf] = process.argv; ${code}`,
      )
      return { home: join(home, 'out', 'main') }
    }

    it('has the page printed', async () => {
      const { status } = await roundtrip(['audit', capture, '--out', at('a.pdf')], printer('copyFileSync(html, pdf)'))
      expect(status).toBe(0)
      expect(readFileSync(at('a.pdf'), 'utf8')).toMatch(/^<!doctype html>/)
    })

    it('says what to do where it cannot be printed', async () => {
      const { status, err } = await roundtrip(['audit', capture, '--out', at('a.pdf')], printer('process.exit(3)'))
      expect(status).toBe(2)
      expect(err).toBe(
        'roundtrip: The PDF could not be printed. Use --format html, which needs no Electron, and print it from a browser.\n',
      )
      expect(existsSync(at('a.pdf'))).toBe(false)
    })
  })
})
