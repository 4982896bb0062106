import type { Clock } from './clock'
import type { CaptureFile } from './file'
import type { Packet } from './packet'

/**
 * Gives the packets of several files in time order. A file is only opened fully when its first packet is due, so that a
 * ring buffer of a hundred files costs the memory of one.
 */
export async function inTimeOrder(
  files: readonly CaptureFile[],
  clock: Clock,
  onPacket: (packet: Packet, file: CaptureFile) => void,
): Promise<void> {
  const waiting: CaptureFile[] = []
  for (const file of files) if (await file.advance()) waiting.push(file)
  waiting.sort((a, b) => a.packet.at - b.packet.at)
  const by = clock.startBefore(waiting[0]?.packet.at ?? 0)
  if (by > 0) for (const file of waiting) file.rebase(by)
  const active: CaptureFile[] = []
  for (;;) {
    let first = earliest(active)
    const next = waiting[0]
    if (next !== undefined && (first === null || next.packet.at < first.packet.at)) {
      waiting.shift()
      active.push(next)
      first = next
    }
    if (first === null) return
    const alone = active.length === 1
    const until = waiting[0]?.packet.at ?? Infinity
    onPacket(first.packet, first)
    // The usual case: one file at a time, as long as its packets come before the next file's first.
    let more = first.tryAdvance()
    while (more && alone && first.packet.at <= until) {
      onPacket(first.packet, first)
      more = first.tryAdvance()
    }
    if (!more && !(await first.advance())) active.splice(active.indexOf(first), 1)
  }
}

function earliest(files: readonly CaptureFile[]): CaptureFile | null {
  let found: CaptureFile | null = null
  for (const file of files) if (found === null || file.packet.at < found.packet.at) found = file
  return found
}
