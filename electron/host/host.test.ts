import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FromHost } from '../../shared/contract/host-messages'
import { startHost, type ReportWriters } from './host'
import type { EnginePort, ParentPort } from './port'
import { portPair, settle } from './testing/port-pair'
import { pieces, session } from './testing/session'

let folder = ''
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'roundtrip-host-'))))
afterEach(() => rm(folder, { recursive: true }))

async function* breaking(): AsyncGenerator<string> {
  yield await Promise.resolve('half')
  throw new Error('row 3 is gone')
}

function start(): {
  sent: FromHost[]
  logged: unknown[]
  exits: () => number
  opened: ReturnType<typeof session>
  tell: (data: unknown, ports?: readonly EnginePort[]) => void
} {
  const sent: FromHost[] = []
  const logged: unknown[] = []
  let exits = 0
  let tell: (data: unknown, ports?: readonly EnginePort[]) => void = () => undefined
  const parent: ParentPort = {
    postMessage: (message) => void sent.push(message),
    on: (_event, listener) => (tell = (data, ports = []) => listener({ data, ports })),
  }
  const writers: ReportWriters = {
    html: (_session, { version }) => pieces('<p>ü', version, '</p>'),
    markdown: breaking,
    json: () => pieces('{}'),
    csv: () => pieces(''),
  }
  const opened = session()
  startHost({
    parent,
    openAudit: () => Promise.resolve(opened),
    writers,
    version: '1.2.3',
    log: (thrown) => logged.push(thrown),
    exit: () => (exits += 1),
  })
  return { sent, logged, exits: () => exits, opened, tell: (data, ports) => tell(data, ports) }
}

async function withAudit(): Promise<ReturnType<typeof start> & { audit: string; close: () => void }> {
  const host = start()
  const { port, window } = portPair()
  host.tell({ kind: 'connect' }, [port])
  window.call(1, 'open', { paths: ['shop.pcap'] })
  const answer = await window.answer(1)
  if (answer.kind !== 'result') throw new Error(answer.message)
  return { ...host, audit: (answer.value as { audit: string }).audit, close: window.close }
}

describe('the engine process', () => {
  it('says that it is ready', () => {
    expect(start().sent).toEqual([{ kind: 'ready' }])
  })

  it("writes the report of a window's audit where main asks", async () => {
    const { tell, sent, audit, close } = await withAudit()
    const path = join(folder, 'report.html')
    tell({ kind: 'report', id: 4, audit, format: 'html', path })
    await expect.poll(() => sent.at(-1)).toEqual({ kind: 'reported', id: 4, path })
    expect(await readFile(path, 'utf8')).toBe('<p>ü1.2.3</p>')
    close()
  })

  it('says what failed, and leaves no half of a file', async () => {
    const { tell, sent, logged, audit, close } = await withAudit()
    const path = join(folder, 'report.md')
    tell({ kind: 'report', id: 5, audit, format: 'markdown', path })
    await expect.poll(() => sent.at(-1)).toEqual({ kind: 'failed', id: 5, message: 'The engine failed: row 3 is gone' })
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(logged).toHaveLength(1)
    close()
  })

  it('knows no report of an audit that is not open, and survives nonsense', async () => {
    const { tell, sent } = start()
    for (const junk of [null, 'stop', { kind: 'report', id: 1, audit: 'a', format: 'exe', path: 'x' }, { kind: 'constructor' }])
      tell(junk)
    tell({ kind: 'report', id: 6, audit: 'none', format: 'html', path: join(folder, 'x') })
    await expect.poll(() => sent.at(-1)).toEqual({ kind: 'failed', id: 6, message: 'This audit is no longer open.' })
    expect(sent).toHaveLength(2)
  })

  it.each(['a window that is open', 'a window that has just gone'])('closes the audits of %s before it stops', async (which) => {
    const { tell, exits, opened, close } = await withAudit()
    let closed: () => void = () => undefined
    opened.close = () => new Promise((resolve) => (closed = resolve))
    if (which.includes('gone')) {
      close()
      await settle()
    }
    tell({ kind: 'stop' })
    await settle()
    expect(exits()).toBe(0)
    closed()
    await expect.poll(exits).toBe(1)
  })
})
