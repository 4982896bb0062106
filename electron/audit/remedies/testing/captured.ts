/** What goes over loopback while something is done, captured by tcpdump, and its audit. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditSummary } from '../../../../shared/model/audit'
import { readCapture } from '../../../engine/pipeline'
import { bytesSource } from '../../../engine/testing/collect'
import { KeyLog } from '../../../engine/tls/keylog'
import { Store } from '../../../store/store'
import { audit } from '../../audit'
import { longestStall } from '../../testing/undisturbed'
import type { Programs } from './servers'
import { until } from './servers'

/**
 * Writes the packets of these ports to a file; needs root.
 * @returns the longest time that the machine stood still meanwhile, in milliseconds
 */
export async function capture(
  programs: Programs,
  file: string,
  ports: readonly number[],
  during: () => Promise<unknown>,
): Promise<number> {
  // In immediate mode a packet takes as much room as the largest could: of 8 MiB a burst that tcpdump is late for can lose some.
  const args = ['-i', 'lo', '-U', '-B', '65536', '--immediate-mode', '-Z', 'root', '-w', file]
  const tcpdump = programs.start('tcpdump', [...args, ports.map((port) => `tcp port ${port}`).join(' or ')])
  await until(
    () => tcpdump.said.includes('listening on'),
    () => tcpdump.said,
  )
  const stall = await longestStall(during)
  await sleep(200)
  await programs.stop(tcpdump, 'SIGINT')
  return stall
}

/** @param keys lines of a key log */
export async function auditOf(file: string, keys = ''): Promise<AuditSummary> {
  const source = bytesSource('loopback.pcap', readFileSync(file))
  const keylog = new KeyLog()
  keylog.add(Buffer.from(keys))
  const store = await Store.open()
  try {
    const fact = await readCapture(source, store.sink(0), { keylog })
    await store.flush()
    await store.addCaptures([fact])
    return await audit(store, [fact])
  } finally {
    await store.close()
  }
}
