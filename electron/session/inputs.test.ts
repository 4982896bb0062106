import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../shared/model/facts'
import { identity } from '../engine/testing/certificate'
import { get, ok } from '../engine/testing/http'
import { pcapng } from '../engine/testing/pcapng-file'
import { captured, recordTls } from '../engine/testing/tls'
import { Wire } from '../engine/testing/wire'
import { openFacts } from './index'
import type { OpenHooks } from './index'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'inputs-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

/** Two exchanges on one connection, with time between them: packets 1 to 10. */
const wire = new Wire()
const talk = wire.talk().opens()
for (const target of ['/a', '/b']) {
  talk.client.says(get(target))
  talk.server.says(ok())
  wire.pause(500)
}
talk.closes()
const packets = wire.packets
const pieces = [packets.slice(0, 4), packets.slice(4, 6), packets.slice(6)].map((some) => pcapng(some, { tsresol: 9 }))
const HAR = JSON.stringify({ log: { version: '1.2', creator: { name: 'x', version: '1' }, entries: [] } })

interface Got {
  readonly files: readonly string[]
  readonly connections: readonly { readonly first: number; readonly last: number; readonly targets: readonly (string | null)[] }[]
  readonly notes: readonly Diagnostic[]
}

async function read(paths: readonly string[], hooks: OpenHooks = {}): Promise<Got> {
  const session = await openFacts(paths, hooks)
  const connections = []
  for await (const { connection: c, exchanges } of session.facts()) {
    connections.push({ first: c.first.packet, last: c.last.packet, targets: exchanges.map(({ target }) => target) })
  }
  const { captures, diagnostics } = session.summary
  await session.close()
  return { files: captures.map(({ file }) => file), connections, notes: diagnostics }
}

const WHOLE = [{ first: 1, last: 10, targets: ['/a', '/b'] }]

function ring(): void {
  writeFileSync(at('ring_2.pcapng'), pieces[1]!)
  writeFileSync(at('ring_1'), gzipSync(pieces[0]!))
  writeFileSync(at('ring_3.txt'), pieces[2]!)
}

describe('a folder', () => {
  it('stands for the captures in it, by content', async () => {
    ring()
    writeFileSync(at('notes.pcap'), 'no packets here')
    writeFileSync(at('package.json'), '{"name": "x"}')
    writeFileSync(at('empty.pcap'), '')
    writeFileSync(at('ring_1.keylog'), '')
    writeFileSync(at('page.har'), ` \n${HAR}`)
    mkdirSync(at('sub.pcap'))
    const { files, connections, notes } = await read([folder])
    expect(files).toEqual(['page.har', 'ring_1', 'ring_2.pcapng', 'ring_3.txt'])
    expect(connections).toEqual(WHOLE)
    const skipped = notes.filter(({ code }) => code === 'skipped-files')
    expect(skipped).toMatchObject([{ severity: 'info', count: 3 }])
    expect(skipped[0]?.message).toContain('skipped: empty.pcap, notes.pcap, package.json.')
  })

  it('may be one of several inputs', async () => {
    mkdirSync(at('ring'))
    writeFileSync(at('ring/b.pcapng'), pieces[1]!)
    writeFileSync(at('ring/a.pcapng'), pieces[0]!)
    writeFileSync(at('last.pcapng'), pieces[2]!)
    expect((await read([at('last.pcapng'), at('ring')])).connections).toEqual(WHOLE)
  })

  it('with key logs beside its captures gives them', async () => {
    ring()
    writeFileSync(at('ring_2.keylog'), 'not a key log at all')
    expect((await read([folder])).notes.some(({ message }) => message.includes('keylog'))).toBe(false)
  })
})

describe('several files', () => {
  it('are one capture, in whatever order they are named', async () => {
    ring()
    const { files, connections } = await read([at('ring_3.txt'), at('ring_1'), at('ring_2.pcapng')])
    expect(files).toEqual(['ring_3.txt', 'ring_1', 'ring_2.pcapng'])
    expect(connections).toEqual(WHOLE)
  })

  it('that are the same file by several names are read once', async () => {
    ring()
    linkSync(at('ring_1'), at('hard'))
    symlinkSync(at('ring_1'), at('soft'))
    const { files, connections, notes } = await read([at('ring_1'), at('hard'), at('soft'), at('ring_1'), folder])
    expect(files).toEqual(['ring_1', 'ring_2.pcapng', 'ring_3.txt'])
    expect(connections).toEqual(WHOLE)
    expect(notes.filter(({ code }) => code === 'same-file')).toHaveLength(6)
  })

  it('are closed again when one of them is not there', async () => {
    ring()
    await expect(read([at('ring_1'), at('none')])).rejects.toMatchObject({ code: 'no-such-file' })
  })
})

describe('a key log among the files', () => {
  const KEYS = `# comment\nCLIENT_RANDOM ${'ab'.repeat(32)} ${'cd'.repeat(48)}\n`

  it('is no capture, whatever it is called: its keys are for those that are', async () => {
    ring()
    writeFileSync(at('keys.pcap'), KEYS)
    const { files, connections } = await read([at('keys.pcap'), at('ring_1'), at('ring_2.pcapng'), at('ring_3.txt')])
    expect(files).toEqual(['ring_1', 'ring_2.pcapng', 'ring_3.txt'])
    expect(connections).toEqual(WHOLE)
  })

  it('decrypts', async () => {
    const { pieces: said, keylog } = await recordTls({ identity: identity('ec', ['shop.example']), requests: ['/5'] })
    writeFileSync(at('tls.pcap'), captured({ pieces: said }).file())
    writeFileSync(at('sslkeys.txt'), keylog)
    expect((await read([at('tls.pcap')])).connections[0]?.targets).toEqual([])
    expect((await read([at('tls.pcap'), at('sslkeys.txt')])).connections[0]?.targets).toEqual(['/5'])
  })

  it('alone is told for what it is', async () => {
    writeFileSync(at('keys.txt'), KEYS)
    await expect(read([at('keys.txt')])).rejects.toMatchObject({ code: 'key-log', message: expect.stringContaining('key log') })
  })
})

describe('standard input', () => {
  const whole = pcapng(packets, { tsresol: 9 })

  it.each([
    ['plain', whole],
    ['compressed', gzipSync(whole)],
  ])('is read as it comes: %s', async (_, content) => {
    const totals = new Set<number>()
    const pipe = Readable.from(Array.from(content, (octet) => Uint8Array.of(octet)))
    const got = await read(['-', '-'], { stdin: pipe, onProgress: ({ bytesTotal }) => totals.add(bytesTotal) })
    expect(got.files).toEqual(['standard input'])
    expect(got.connections).toEqual(WHOLE)
    expect([...totals]).toEqual([0])
    expect(pipe.destroyed).toBe(true)
  })

  it('can be one part of a capture', async () => {
    ring()
    const got = await read([at('ring_3.txt'), '-', at('ring_1')], { stdin: Readable.from([pieces[1]!]) })
    expect(got.connections).toEqual(WHOLE)
  })

  it('is given up at once when the reading is cancelled, even while nothing comes', async () => {
    const stop = new AbortController()
    const pipe = new PassThrough()
    pipe.write(whole.subarray(0, 300))
    setTimeout(() => stop.abort(), 50)
    await expect(read(['-'], { stdin: pipe, signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('is a file named "-" where there is no standard input', async () => {
    await expect(read(['-'])).rejects.toMatchObject({ code: 'no-such-file' })
  })
})
