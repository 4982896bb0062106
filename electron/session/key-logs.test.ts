import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectKeyLog, readKeyLogs } from './key-logs'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'key-logs-'))))
afterAll(() => rm(folder, { recursive: true }))

const line = (octet: number): string => `CLIENT_RANDOM ${Buffer.alloc(32, octet).toString('hex')} ${'ab'.repeat(48)}\n`
const random = (octet: number): Uint8Array => new Uint8Array(32).fill(octet)

describe('key logs of an audit', () => {
  it.each([
    ['shop.pcap', 'shop.pcap.keylog'],
    ['shop.pcapng', 'shop.keylog'],
    ['shop.pcap.gz', 'shop.keylog'],
    ['shop.pcap.gz', 'shop.pcap.keylog'],
    ['shop.1.cap', 'shop.1.keylog'],
  ])('of %s: %s is found', async (capture, name) => {
    await writeFile(join(folder, name), line(1))
    expect((await readKeyLogs([], [join(folder, capture)])).has(random(1))).toBe(true)
    await rm(join(folder, name))
  })

  it('come together with the one that was chosen', async () => {
    await writeFile(join(folder, 'a.keylog'), line(1))
    await writeFile(join(folder, 'chosen'), line(2))
    const keys = await readKeyLogs([join(folder, 'chosen')], [join(folder, 'a.pcap'), join(folder, 'b.pcap')])
    expect([keys.size, keys.has(random(1)), keys.has(random(2))]).toEqual([2, true, true])
  })

  it('that were chosen and are none are refused, unless nothing is in them yet', async () => {
    for (const [name, content] of [
      ['text', 'CLIENT_RANDOM 1234 abcd\n'],
      ['binary', `\0${line(1)}`],
    ] as const) {
      await writeFile(join(folder, name), content)
      await expect(expectKeyLog(join(folder, name))).rejects.toThrow(/is no key log: no line of it holds a TLS secret/)
    }
    await writeFile(join(folder, 'empty'), '')
    await writeFile(join(folder, 'good'), `# comment\n${line(1)}`)
    await expectKeyLog(join(folder, 'empty'))
    await expectKeyLog(join(folder, 'good'))
  })

  it('are read whole however long they are', async () => {
    const long = `${'#'.repeat(3_000_000)}\n${line(3)}${'x\n'.repeat(900_000)}${line(4).trimEnd()}`
    await writeFile(join(folder, 'long'), long)
    const keys = await readKeyLogs([join(folder, 'long')], [])
    expect([keys.size, keys.has(random(3)), keys.has(random(4))]).toEqual([2, true, true])
  })

  it('that cannot be read matter only if they were chosen', async () => {
    await expect(readKeyLogs([join(folder, 'none')], [])).rejects.toMatchObject({ code: 'no-such-file' })
    expect((await readKeyLogs([], [join(folder, 'none.pcap')])).size).toBe(0)
  })
})
