import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCaptures } from '../engine/pipeline'
import { Store } from '../store/store'
import { openFile } from './files'
import type { ReaderOrder } from './reader-messages'
import { ReaderThread } from './read-in-thread'
import type { ThreadHooks } from './read-in-thread'

const root = resolve(fileURLToPath(import.meta.url), '../../..')
/** The test command builds before it tests. */
const bundle = join(root, 'out/main/reader.cjs')
const hooks = { onProgress: () => undefined }
const readInThread = (path: string, store: Store, order: ReaderOrder, told: ThreadHooks) =>
  new ReaderThread(path, order).into(store, told)

describe.skipIf(!existsSync(bundle))('reading on a thread of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-thread-'))
  const file = join(folder, 'made.pcap')
  let truth: { packets: number; connections: number; requests: number }

  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'bench/make-capture.mjs'), '--size', '6M', '--out', file])
    truth = JSON.parse(readFileSync(`${file}.truth.json`, 'utf8')) as typeof truth
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const everything = async (store: Store): Promise<string> => {
    await store.flush()
    const all: unknown[] = []
    for await (const fact of store.facts()) all.push(fact)
    await store.close()
    return JSON.stringify(all)
  }

  it('gives what was put into the capture, and the same facts as reading in place', async () => {
    const there = await Store.open()
    const order = { paths: [file], keyLogs: [], notes: [] }
    const [capture] = await readInThread(bundle, there, order, hooks)
    expect(capture?.packets).toBe(truth.packets)
    const [sums] = await there
      .flush()
      .then(() => there.rows('SELECT count(*)::DOUBLE AS n, sum(exchange_count)::DOUBLE AS x FROM connections'))
    expect(sums).toEqual({ n: truth.connections, x: truth.requests })

    const here = await Store.open()
    const opened = await openFile(file)
    await readCaptures([opened], here.sink())
    await opened.close()
    expect(await everything(there)).toBe(await everything(here))
  })

  it('tells a file that is none as reading in place would', async () => {
    const store = await Store.open()
    const order = { paths: [`${file}.truth.json`], keyLogs: [], notes: [] }
    await expect(readInThread(bundle, store, order, hooks)).rejects.toMatchObject({ name: 'InputError', code: 'unknown-format' })
    await expect(readInThread(bundle, store, { ...order, paths: [join(folder, 'none')] }, hooks)).rejects.toMatchObject({
      name: 'FileError',
      code: 'no-such-file',
    })
    await store.close()
  })

  it('stops when it is cancelled', async () => {
    const store = await Store.open()
    const order = { paths: [file], keyLogs: [], notes: [] }
    await expect(readInThread(bundle, store, order, { ...hooks, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    })
    await store.close()
  })
})
