import type { ReadWindow } from '../bytes/window'
import type { KeyLog } from '../tls/keylog'
import type { Clock } from './clock'
import type { Diagnostics } from './diagnostics'
import type { Packet } from './packet'

/** What a reader found: a packet, the need for more bytes, or its end. */
export const Step = { packet: 0, more: 1, end: 2 } as const
export type Step = (typeof Step)[keyof typeof Step]

/** What all readers of one audit share. */
export interface ReadingContext {
  readonly clock: Clock
  readonly diagnostics: Diagnostics
  /** TLS secrets, to which files that carry some add theirs. */
  readonly keys?: KeyLog
  /** Packets read before the present one, over all files. */
  packets: number
}

/** Cuts the bytes of one file into packets, as many as its window holds: the caller fetches more when it says so. */
export interface PacketReader {
  /** Bytes that must be in the window before {@link next} can go on; meaningful after Step.more. */
  readonly needed: number
  /** The file ends inside a record, or is damaged from here on. */
  readonly truncated: boolean
  /** Records that count as packets but gave none to decode: damaged ones, and blocks that other analysers number too. */
  readonly others: number
  /** Packets the capturing machine says it dropped; null where it says nothing. */
  readonly dropped: number | null
  /** Fills the packet (all but its number) from the window, or says what is missing. `last`: no more bytes will come. */
  next(packet: Packet, last: boolean): Step
}

/** What a reader works with. */
export interface Input {
  readonly window: ReadWindow
  readonly context: ReadingContext
  readonly linkTypes: Set<number>
}

export const TRUNCATED_FILE = (inside: string): string =>
  `The file ends in the middle of a ${inside}: the packets before it were read.`
