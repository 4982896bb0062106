/** The whole story of reading: a file's bytes are recognised, unpacked, cut into packets, and become facts. */
import { bytes, nanos, timeBase } from '../../shared/units'
import type { CaptureFact, FactSink } from '../../shared/model/facts'
import { ReadWindow } from './bytes/window'
import { Clock } from './capture/clock'
import { decompress } from './capture/compressed'
import { Diagnostics } from './capture/diagnostics'
import { formatOf, HEAD_LENGTH, refusal } from './capture/format'
import { PeekedSource } from './capture/head'
import { Packet } from './capture/packet'
import { readPcap } from './capture/pcap'
import type { Reading } from './capture/pcap'
import { readPcapng } from './capture/pcapng'
import { readHar } from './har/index'
import { PacketDecoder } from './link/decoder'
import { InputError } from './source'
import type { ByteSource, ReadOptions } from './source'
import { TcpTracker } from './tcp/tracker'

/**
 * Reads a capture or HAR file from front to back and gives its facts to the sink as they become known.
 *
 * @returns what the file was. Damage inside it is a diagnostic, never an error: what can be read is read.
 * @throws InputError when nothing of it can be read, or when it was cancelled.
 */
export async function readCapture(source: ByteSource, sink: FactSink, options: ReadOptions = {}): Promise<CaptureFact> {
  const counted = new CountedSource(source)
  let input = new PeekedSource(counted)
  let head = await input.peek(HEAD_LENGTH)
  let format = formatOf(head)
  let compression: CaptureFact['compression'] = null
  let unpacked: ReturnType<typeof decompress> | null = null
  if (format === 'gzip' || format === 'zstd') {
    compression = format
    unpacked = decompress(format, input)
    input = new PeekedSource(unpacked)
    head = await input.peek(HEAD_LENGTH)
    format = formatOf(head)
  }
  if (format === 'json') return { ...(await readHar(input, new Uint8Array(0), sink, options)), compression }
  if (format !== 'pcap' && format !== 'pcapng') {
    if (unpacked?.failure != null && head.length === 0) throw new InputError('unreadable', `${source.name} is damaged: ${unpacked.failure}.`)
    throw new InputError('unknown-format', refusal(source.name, head))
  }

  const diagnostics = new Diagnostics(sink)
  const clock = new Clock(options.timeBase ?? null)
  const packet = new Packet()
  packet.number = options.packetsBefore ?? 0
  const tracker = new TcpTracker(sink, diagnostics, options.firstConnectionId ?? 0)
  const decoder = new PacketDecoder(tracker, diagnostics)
  const window = new ReadWindow(input, options, () =>
    options.onProgress?.({ bytesRead: counted.bytesRead, packets: packet.number, timeBase: clock.base }),
  )
  const reading: Reading = { window, clock, packet, diagnostics, linkTypes: new Set(), onPacket: (p) => decoder.decode(p) }

  const truncated = await readSections(reading, source.name)
  if (unpacked?.failure != null) {
    diagnostics.note('warning', 'damaged-compression', `Decompression stopped early (${unpacked.failure}): the packets before that were read.`)
  }
  tracker.finish()
  diagnostics.finish()
  await options.drain?.()
  return {
    file: source.name,
    format,
    compression,
    packets: packet.number - (options.packetsBefore ?? 0),
    linkTypes: [...reading.linkTypes],
    timeBase: clock.base ?? timeBase(0),
    firstAt: clock.firstAt === null ? null : nanos(clock.firstAt),
    lastAt: clock.lastAt === null ? null : nanos(clock.lastAt),
    truncated: truncated || unpacked?.failure != null,
    size: bytes(source.size),
  }
}

/** A file may be several captures one after the other, as `cat` makes them. */
async function readSections(reading: Reading, name: string): Promise<boolean> {
  const { window, diagnostics, packet } = reading
  for (;;) {
    await window.require(HEAD_LENGTH)
    if (window.available === 0) return false
    const kind = formatOf(window.buf.subarray(window.pos, Math.min(window.end, window.pos + HEAD_LENGTH)))
    if (kind === 'pcapng') return (await readPcapng(reading)).truncated
    if (kind !== 'pcap') {
      diagnostics.note('warning', 'trailing-bytes', `${name} holds bytes after its last packet that are no capture.`, packet.number, window.offset)
      return true
    }
    const before = window.offset
    if ((await readPcap(reading)).truncated) return true
    if (window.offset === before) return true
  }
}

class CountedSource implements ByteSource {
  bytesRead = 0
  constructor(private readonly inner: ByteSource) {}
  get name(): string {
    return this.inner.name
  }
  get size(): number {
    return this.inner.size
  }
  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    const got = await this.inner.read(into, offset, length)
    this.bytesRead += got
    return got
  }
}
