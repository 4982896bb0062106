import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { parse, type PacketHeader } from 'pcap-parser'
import { describe, expect, it } from 'vitest'
import { timeBase } from '../../../shared/units'
import { Clock } from '../capture/clock'
import { Diagnostics } from '../capture/diagnostics'
import { CaptureFile } from '../capture/file'
import { openInput } from '../capture/opened'
import { bytesSource } from '../testing/collect'
import { announceSkip, corpusFiles } from './corpus'

announceSkip('comparison of the corpus with pcap-parser')

/** Microseconds since 1970, captured length, original length, digest of the bytes. */
type Row = readonly [bigint, number, number, string]

const digest = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64')

function theirs(content: Uint8Array): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = []
    parse(Readable.from([Buffer.from(content)]))
      .on('packet', ({ header, data }: { readonly header: PacketHeader; readonly data: Buffer }) => {
        const at = BigInt(header.timestampSeconds) * 1_000_000n + BigInt(header.timestampMicroseconds)
        rows.push([at, header.capturedLength, header.originalLength, digest(data)])
      })
      .on('end', () => resolve(rows))
      .on('error', reject)
  })
}

async function ours(content: Uint8Array, step?: number): Promise<readonly Row[]> {
  const rows: Row[] = []
  const nowhere = { connection: () => undefined, exchange: () => undefined, diagnostic: () => undefined }
  const context = { clock: new Clock(timeBase(0)), diagnostics: new Diagnostics(nowhere), packets: 0 }
  const file = new CaptureFile(await openInput(bytesSource('test.pcap', content, step)), 0, context, {}, () => undefined)
  while (file.tryAdvance() || (await file.advance())) {
    const { buf, start, end, wireLength, at } = file.packet
    // Counted from 1970 an instant loses nanoseconds, but no microsecond.
    rows.push([BigInt(Math.round(at / 1000)), end - start, wireLength, digest(buf.subarray(start, end))])
  }
  return rows
}

/** A capture of packets of 0 to 1514 bytes, made here: no corpus is needed for it. */
function madeUp(bigEndian: boolean, count: number): Uint8Array {
  const records = Array.from({ length: count }, (_, i) => {
    const length = (i * 379) % 1515
    const record = Buffer.alloc(16 + length, i & 0xff)
    const u32 = (value: number, offset: number): number =>
      bigEndian ? record.writeUInt32BE(value, offset) : record.writeUInt32LE(value, offset)
    u32(1_700_000_000 + i, 0)
    u32((i * 7919) % 1_000_000, 4)
    u32(length, 8)
    u32(length + (i % 3 === 0 ? 100 : 0), 12)
    return record
  })
  const header = Buffer.alloc(24)
  const u32 = (value: number, offset: number): number =>
    bigEndian ? header.writeUInt32BE(value, offset) : header.writeUInt32LE(value, offset)
  const u16 = (value: number, offset: number): number =>
    bigEndian ? header.writeUInt16BE(value, offset) : header.writeUInt16LE(value, offset)
  u32(0xa1b2c3d4, 0)
  u16(2, 4)
  u16(4, 6)
  u32(65535, 16)
  u32(1, 20)
  return Buffer.concat([header, ...records])
}

/** Classic, in microseconds: all that pcap-parser reads. */
const isReadableToBoth = (content: Uint8Array): boolean =>
  ['d4c3b2a1', 'a1b2c3d4'].includes(Buffer.from(content.subarray(0, 4)).toString('hex'))

describe('classic pcap, as pcap-parser reads it', () => {
  it.each([
    ['little-endian', false],
    ['big-endian', true],
  ])('a capture made up here, %s', async (_, bigEndian) => {
    const content = madeUp(bigEndian, 500)
    const expected = await theirs(content)
    expect(expected).toHaveLength(500)
    expect(await ours(content)).toEqual(expected)
    expect(await ours(content, 4096)).toEqual(expected)
  })

  it('stops where the last packet is cut, with the same packets before', async () => {
    const content = madeUp(false, 20)
    const cut = content.subarray(0, content.length - 5)
    const rows = await ours(cut)
    expect(rows).toHaveLength(19)
    expect(rows).toEqual(await theirs(cut))
  })

  const captures = ['http1', 'tcp', 'encap', 'format', 'malformed', 'tls', 'http2', 'quic', 'proxy-websocket']
    .flatMap(corpusFiles)
    .filter(({ path }) => path.endsWith('.pcap') && isReadableToBoth(readFileSync(path)))

  it.each(captures)('$key', async ({ path }) => {
    const content = readFileSync(path)
    expect(await ours(content)).toEqual(await theirs(content))
  })
})
