import { PIECE_OVERHEAD } from '../../bytes/budget'
import type { Budget } from '../../bytes/budget'
import type { QpackDecoder } from '../qpack/decoder'

interface Section {
  readonly decoder: QpackDecoder
  readonly bytes: Uint8Array
  readonly decode: () => void
}

/** Peers agree on how many streams may be blocked; sixteen to a hundred are usual (SETTINGS_QPACK_BLOCKED_STREAMS). */
const MOST_SECTIONS = 1024
const MOST_BYTES = 4 << 20

/** Header sections that came before the insertions they refer to (RFC 9204 §2.1.2). */
export class BlockedSections {
  private sections: Section[] = []
  private bytes = 0

  constructor(private readonly budget: Budget) {}

  add(decoder: QpackDecoder, bytes: Uint8Array, packet: number, decode: () => void): void {
    this.sections.push({ decoder, bytes, decode })
    this.bytes += bytes.length
    const afforded = this.budget.take(bytes.length + PIECE_OVERHEAD, packet)
    while (this.sections.length > MOST_SECTIONS || this.bytes > MOST_BYTES) this.give(this.sections.shift()!)
    if (!afforded) this.flush()
  }

  /** Insertions came: those that waited for them are decoded, in the order in which they came. */
  retry(): void {
    if (this.sections.length === 0) return
    const ready = this.sections.filter(({ decoder, bytes }) => !decoder.isBlocked(bytes, 0, bytes.length))
    if (ready.length === 0) return
    this.sections = this.sections.filter((section) => !ready.includes(section))
    for (const section of ready) this.give(section)
  }

  /** Nothing more will come: they are decoded as far as they can be. */
  flush(): void {
    const all = this.sections
    this.sections = []
    for (const section of all) this.give(section)
  }

  private give(section: Section): void {
    this.bytes -= section.bytes.length
    this.budget.give(section.bytes.length + PIECE_OVERHEAD)
    section.decode()
  }
}
