/** What was captured, in one line. */
import { formatBytes, formatDuration, plural } from '../../shared/format'
import type { CaptureFact } from '../../shared/model/facts'

/** Seconds from the first to the last packet over all captures; null without any. */
export function spanSeconds(captures: readonly CaptureFact[]): number | null {
  const first = captures.flatMap(({ timeBase, firstAt }) => (firstAt === null ? [] : [timeBase + firstAt / 1e9]))
  const last = captures.flatMap(({ timeBase, lastAt }) => (lastAt === null ? [] : [timeBase + lastAt / 1e9]))
  return first.length === 0 || last.length === 0 ? null : Math.max(...last) - Math.min(...first)
}

/** "pcapng · 12,480 packets · 3.2 MB · 4 min 12 s". */
export function describeCaptures(captures: readonly CaptureFact[]): string {
  const formats = [...new Set(captures.map(({ format }) => (format === 'har' ? 'HAR' : format)))]
  const packets = captures.reduce((sum, capture) => sum + capture.packets, 0)
  const size = captures.reduce((sum, capture) => sum + capture.size, 0)
  const span = spanSeconds(captures)
  return [
    formats.join(', '),
    packets > 0 ? plural(packets, 'packet') : '',
    formatBytes(size),
    span === null ? '' : formatDuration(span),
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
