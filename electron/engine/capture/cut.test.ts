/** A file cut anywhere still tells what was whole; only what holds no capture at all is refused, by InputError. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { InputError } from '../source'
import type { Collected } from '../testing/collect'
import { get, ok } from '../testing/http'
import { octets } from '../testing/octets'
import { pcap } from '../testing/pcap-file'
import { description, enhanced, obsolete, pcapng, section, simple } from '../testing/pcapng-file'
import { captureOf, readBytes } from '../testing/read'
import { Wire } from '../testing/wire'
import { zstd } from '../testing/zstd-file'

const wire = new Wire()
const talk = wire.talk().opens()
talk.client.says(get('/'))
talk.server.says(ok())
talk.closes()
const { packets } = wire

interface Kind {
  readonly name: string
  readonly file: Uint8Array
  /** Sizes at which 0, 1, 2 … packets are whole; null where compression hides them. */
  readonly whole: readonly number[] | null
}

/** A file out of its parts, and where each packet ends. */
function built(name: string, head: readonly Uint8Array[], records: readonly Uint8Array[]): Kind {
  const whole = [octets(...head).length]
  for (const record of records) whole.push(whole.at(-1)! + record.length)
  return { name, file: octets(...head, ...records), whole }
}

const recordsOf = (file: Uint8Array, head: number, perRecord: number): Uint8Array[] => {
  const records: Uint8Array[] = []
  for (let at = head; at < file.length;) {
    const end = at + perRecord + packets[records.length]!.data.length
    records.push(file.subarray(at, end))
    at = end
  }
  return records
}
const classic = (name: string, file: Uint8Array, perRecord = 16): Kind =>
  built(name, [file.subarray(0, 24)], recordsOf(file, 24, perRecord))
const plain = pcapng(packets)

const kinds: readonly Kind[] = [
  classic('pcap', pcap(packets)),
  classic('pcap, big-endian nanoseconds', pcap(packets, { order: 'big', resolution: 'nanos' })),
  classic('pcap of Kuznetzov', pcap(packets, { kuznetzov: true }), 24),
  built(
    'pcapng',
    [section(), description({ tsresol: 9 })],
    packets.map((p) => enhanced(p, { tsresol: 9 })),
  ),
  built(
    'pcapng with simple packets',
    [section('big'), description({ order: 'big' })],
    packets.map((p) => simple(p, { order: 'big' })),
  ),
  built(
    'pcapng with obsolete packets',
    [section(), description()],
    packets.map((p) => obsolete(p)),
  ),
  { name: 'pcapng in gzip', file: gzipSync(plain), whole: null },
  { name: 'pcapng in zstd', file: zstd(plain, 64), whole: null },
]

async function attempt(content: Uint8Array): Promise<Collected | null> {
  try {
    return await readBytes(content)
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

describe.each(kinds)('$name cut at every octet', ({ file, whole }) => {
  it('gives the facts of what was whole', async () => {
    let before = 0
    for (let length = 0; length <= file.length; length++) {
      const read = await attempt(octets(file.subarray(0, length)))
      if (read === null) {
        // Four octets tell what a file is; a compressed one needs a few more.
        expect(length, `refused with ${length} octets`).toBeLessThan(whole === null ? 100 : 4)
        continue
      }
      const capture = captureOf(read)
      expect(capture.packets).toBeGreaterThanOrEqual(before)
      before = capture.packets
      if (whole === null) continue
      const complete = whole.filter((size) => size <= length).length - 1
      expect(capture.packets, `packets in ${length} octets`).toBeGreaterThanOrEqual(complete)
      // The beginning of one packet more may be readable.
      expect(capture.packets, `packets in ${length} octets`).toBeLessThanOrEqual(Math.max(0, complete) + 1)
      const atBoundary = whole.includes(length)
      if (length >= whole[0]!) expect(capture.truncated, `truncated at ${length}`).toBe(!atBoundary)
      if (length === file.length) expect(read.connections.map(({ exchanges }) => exchanges.length)).toEqual([1])
    }
    expect(before).toBe(8)
  })
})
