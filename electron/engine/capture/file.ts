/** One capture file of an audit: its window, its reader, and the packet it stands at. */
import { bytes, nanos, timeBase } from '../../../shared/units'
import type { CaptureFact } from '../../../shared/model/facts'
import { ReadWindow } from '../bytes/window'
import type { ReadOptions } from '../source'
import { formatOf, HEAD_LENGTH } from './format'
import type { OpenedInput } from './opened'
import { Packet } from './packet'
import { PcapReader } from './pcap'
import { PcapngReader } from './pcapng'
import { Step } from './reader'
import type { Input, PacketReader, ReadingContext } from './reader'

/** Packets of several queues may stand a little out of order; beyond this a clock was set. */
const BACKWARDS = 1e9

export class CaptureFile {
  /** The packet found last by {@link advance}; valid until it is called again. */
  readonly packet = new Packet()
  private readonly window: ReadWindow
  private readonly linkTypes = new Set<number>()
  private reader: PacketReader
  private truncated = false
  private packets = 0
  private firstAt = Infinity
  private lastAt = -Infinity
  private lastSeen = -Infinity
  private dropped: number | null = null

  constructor(
    readonly opened: OpenedInput,
    /** Its place among the files given. */
    readonly index: number,
    private readonly context: ReadingContext,
    options: ReadOptions,
    afterRead: () => void,
    pieces = ReadWindow.pieces(),
  ) {
    this.window = new ReadWindow(opened.source, options, afterRead, pieces)
    this.reader = this.readerFor(opened.format === 'pcapng' ? 'pcapng' : 'pcap')
  }

  private readerFor(format: 'pcap' | 'pcapng'): PacketReader {
    const input: Input = { window: this.window, context: this.context, linkTypes: this.linkTypes }
    return format === 'pcapng' ? new PcapngReader(input) : new PcapReader(input)
  }

  /** Moves to the next packet if the window holds it: the fast path, without a promise. */
  tryAdvance(): boolean {
    return this.reader.next(this.packet, false) === Step.packet && this.found()
  }

  /** Moves to the next packet, reading more as needed; false at the end. */
  async advance(): Promise<boolean> {
    for (let last = false; ;) {
      const step = this.reader.next(this.packet, last)
      if (step === Step.packet) return this.found()
      if (step === Step.more) {
        last = !(await this.window.require(this.reader.needed))
        continue
      }
      this.truncated ||= this.reader.truncated
      this.packets += this.reader.others
      if (this.reader.dropped !== null) this.dropped = (this.dropped ?? 0) + this.reader.dropped
      if (this.reader.truncated || !(await this.another())) {
        this.window.release()
        return false
      }
      last = false
    }
  }

  /** The time base has moved: what was read of this file so far counts from the new one. */
  rebase(by: number): void {
    this.packet.at += by
    this.lastSeen += by
    this.firstAt += by
    this.lastAt += by
  }

  private found(): boolean {
    this.packets++
    const { at } = this.packet
    if (at < this.lastSeen - BACKWARDS) this.clockWentBack(this.lastSeen - at)
    else if (at > this.lastSeen) this.lastSeen = at
    if (at < this.firstAt) this.firstAt = at
    if (at > this.lastAt) this.lastAt = at
    return true
  }

  private clockWentBack(by: number): void {
    this.context.diagnostics.note(
      'warning',
      'clock-jump',
      `The capture's clock goes back by ${(by / 1e9).toFixed(1)} s here: durations across this point are wrong.`,
      this.context.packets + 1,
    )
    // From here on the new clock is the measure, so that one jump is told once.
    this.lastSeen = this.packet.at
  }

  /** Does another capture follow in the same file, as `cat` puts them together? */
  private async another(): Promise<boolean> {
    const { window, context, opened } = this
    await window.require(HEAD_LENGTH)
    if (window.available === 0) return false
    const format = formatOf(window.buf.subarray(window.pos, Math.min(window.end, window.pos + HEAD_LENGTH)))
    if (format === 'pcap' || format === 'pcapng') {
      this.reader = this.readerFor(format)
      return true
    }
    this.truncated = true
    context.diagnostics.note(
      'warning',
      'trailing-bytes',
      `${opened.source.name} holds bytes after its last packet that are no capture.`,
      context.packets,
      window.offset,
    )
    return false
  }

  /** What the file was, once it has been read. */
  fact(): CaptureFact {
    const { opened, context } = this
    const failure = opened.unpacked?.failure ?? null
    if (failure !== null) {
      context.diagnostics.note(
        'warning',
        'damaged-compression',
        `${opened.source.name} stopped decompressing early (${failure}): the packets before that were read.`,
      )
    }
    if (this.dropped !== null && this.dropped > 0) {
      context.diagnostics.note(
        'warning',
        'dropped-packets',
        `${opened.source.name} says that ${this.dropped} packets were dropped while capturing: connections may lack bytes or look longer than they were.`,
      )
    }
    return {
      file: opened.source.name,
      format: opened.format === 'pcapng' ? 'pcapng' : 'pcap',
      compression: opened.compression,
      packets: this.packets,
      linkTypes: [...this.linkTypes],
      timeBase: context.clock.base ?? timeBase(0),
      firstAt: this.firstAt === Infinity ? null : nanos(this.firstAt),
      lastAt: this.lastAt === -Infinity ? null : nanos(this.lastAt),
      truncated: this.truncated || failure !== null,
      dropped: this.dropped,
      size: bytes(opened.source.size),
    }
  }
}
