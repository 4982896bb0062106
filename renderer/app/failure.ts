/** A failure as a person should read it: what happened, and what to do. */
import type { ErrorCode } from '../../shared/contract/engine-api'
import { EngineError } from '../backend/engine-client'

export interface Failure {
  readonly title: string
  /** The engine's sentence. */
  readonly message: string
  readonly advice: string
}

const words: Record<ErrorCode, readonly [title: string, advice: string]> = {
  cancelled: ['Cancelled', ''],
  'no-such-file': ['File not found', 'It may have been moved or deleted. Open it again from where it is now.'],
  unreadable: ['File cannot be read', 'Check that you may read it and that it was copied completely, then try again.'],
  'unknown-format': ['Not a capture', 'Open a pcap or pcapng capture, or a HAR file saved from a browser.'],
  'key-log': ['A key log, not a capture', 'Open the capture first, then add this key log to it; or open both at once.'],
  'no-such-audit': ['This audit is no longer open', 'Open the file again.'],
  'bad-request': ['That did not work', 'Open the file again. If it happens again, please report it.'],
  internal: [
    'The analysis stopped',
    'Open the file again. If it happens again, please report it with the file’s format and size.',
  ],
}

/** Any thrown thing as a failure. */
export function failureOf(error: unknown): Failure {
  const code = error instanceof EngineError ? error.code : 'internal'
  const [title, advice] = words[code]
  return { title, message: error instanceof Error ? error.message : String(error), advice }
}
