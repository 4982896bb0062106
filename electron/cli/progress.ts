/** A line on stderr that says how far a long reading is. Short work shows nothing. */
import { formatPercent, plural } from '../../shared/format'
import type { Progress } from '../../shared/contract/engine-api'

export interface ProgressStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const QUIET_MS = 1000
const TERMINAL_MS = 100
const LINES_MS = 2000

export interface ProgressLine {
  show(progress: Omit<Progress, 'audit'>): void
  clear(): void
}

export function progressText(progress: Omit<Progress, 'audit'>): string {
  if (progress.phase !== 'reading') return `Judging ${plural(progress.connections, 'connection')} …`
  const share = progress.bytesTotal > 0 ? formatPercent(Math.min(1, progress.bytesRead / progress.bytesTotal)) : ''
  const counts = [plural(progress.packets, 'packet'), plural(progress.connections, 'connection')]
  return ['Reading', share, [...counts, plural(progress.exchanges, 'request')].join(' · ')]
    .filter((part) => part !== '')
    .join(' ')
}

/**
 * On a terminal one line that is rewritten; elsewhere nothing, or plain lines if they were asked for.
 * @param now milliseconds, of any clock that only goes forward
 */
export function progressLine(stream: ProgressStream, lines: boolean, now: () => number = () => performance.now()): ProgressLine {
  const terminal = stream.isTTY === true
  const start = now()
  let last = Number.NEGATIVE_INFINITY
  let drawn = false
  return {
    show(progress) {
      const at = now()
      if ((!terminal && !lines) || at - start < QUIET_MS || at - last < (terminal ? TERMINAL_MS : LINES_MS)) return
      last = at
      drawn = true
      stream.write(terminal ? `\r\u001b[K${progressText(progress)}` : `${progressText(progress)}\n`)
    },
    clear() {
      if (drawn && terminal) stream.write('\r\u001b[K')
      drawn = false
    },
  }
}
