import type { ErrorCode } from '../../shared/contract/engine-api'

/** A failure a window is told about: a code it can act on and one sentence a person can. */
export class EngineError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message)
    this.name = 'EngineError'
  }
}

export const badRequest = (message: string): EngineError => new EngineError('bad-request', message)
export const cancelled = (): EngineError => new EngineError('cancelled', 'Cancelled.')

/** What leaves the engine process for a window. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
}

const CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'cancelled',
  'no-such-file',
  'unreadable',
  'unknown-format',
  'key-log',
  'no-such-audit',
  'bad-request',
  'internal',
])
const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && CODES.has(code)

/** System error codes (errno) of opening and reading a file. */
const SYSTEM: ReadonlyMap<unknown, Failure> = new Map<unknown, Failure>([
  ['ENOENT', { code: 'no-such-file', message: 'There is no such file.' }],
  ['ENOTDIR', { code: 'no-such-file', message: 'There is no such file.' }],
  ['EACCES', { code: 'unreadable', message: 'You have no permission to read this file.' }],
  ['EPERM', { code: 'unreadable', message: 'You have no permission to read this file.' }],
  ['EISDIR', { code: 'unreadable', message: 'This is a folder, not a file.' }],
  ['EIO', { code: 'unreadable', message: 'The disk failed while the file was read.' }],
  ['EMFILE', { code: 'unreadable', message: 'Too many files are open.' }],
  ['ENOSPC', { code: 'internal', message: 'The disk is full.' }],
])

/** Long enough for a sentence and a path; a hostile capture cannot fill a window with its own words. */
const MAX_MESSAGE = 300

/** First line only: a message may carry a stack or a query after it. */
function sentence(message: string): string {
  const line = message.split(/[\r\n]/, 1)[0]?.trim() ?? ''
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE - 1)}…` : line
}

/** The last part of a path, whichever system wrote it. */
const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path

/** Turns whatever was thrown into a code and one sentence, never a stack. */
export function toFailure(thrown: unknown): Failure {
  if (!(thrown instanceof Error)) return { code: 'internal', message: 'Something went wrong inside the engine.' }
  if (thrown.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' }
  const code: unknown = 'code' in thrown ? thrown.code : undefined
  if (isErrorCode(code)) return { code, message: sentence(thrown.message) }
  const system = SYSTEM.get(code)
  if (system) {
    const path: unknown = 'path' in thrown ? thrown.path : undefined
    const subject = typeof path === 'string' && path !== '' ? `${fileName(path)}: ` : ''
    return { code: system.code, message: sentence(subject + system.message) }
  }
  const detail = sentence(thrown.message)
  return { code: 'internal', message: detail === '' ? 'Something went wrong inside the engine.' : `The engine failed: ${detail}` }
}
