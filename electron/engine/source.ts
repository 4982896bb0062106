/** What the engine is given: bytes, and the wishes of whoever reads them. It opens no file itself. */
import type { TimeBase } from '../../shared/units'
import type { KeyLog } from './tls/keylog'

/** A sequence of bytes read front to back: a file, standard input, a decompressed stream. */
export interface ByteSource {
  /** The file's name without its folder, for messages. */
  readonly name: string
  /** Total bytes, or 0 where it is not known. */
  readonly size: number
  /** Fills `into[offset, offset + length)` from the front; resolves to the bytes written, 0 at the end. */
  read(into: Uint8Array, offset: number, length: number): Promise<number>
}

export interface ReadProgress {
  /** Bytes of the source read so far (compressed bytes, where it is compressed). */
  readonly bytesRead: number
  readonly packets: number
  readonly timeBase: TimeBase | null
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined
  /** Awaited between chunks of input: lets the sink catch up, so that facts never pile up. */
  readonly drain?: (() => Promise<void> | undefined) | undefined
  /** Count instants from here instead of from the capture's first packet. */
  readonly timeBase?: TimeBase | undefined
  /** Number the connections from here (several captures in one audit). */
  readonly firstConnectionId?: number | undefined
  /** TLS secrets in the format of SSLKEYLOGFILE, or such a log already read, which several readings may share. */
  readonly keylog?: Uint8Array | KeyLog | undefined
  /** TCP connections followed at once; 200,000 unless told. Beyond it the quietest is given up: see docs/architecture.md. */
  readonly mostConnections?: number | undefined
  /** Number the packets from here + 1. */
  readonly packetsBefore?: number | undefined
}

export type InputErrorCode = 'unknown-format' | 'key-log' | 'unreadable' | 'cancelled'

/** Input that cannot be read at all. The message is one sentence for the person who chose it. */
export class InputError extends Error {
  constructor(
    readonly code: InputErrorCode,
    message: string,
  ) {
    super(message)
    this.name = 'InputError'
  }
}

/** Throws InputError 'cancelled' once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InputError('cancelled', 'Reading was cancelled.')
}
