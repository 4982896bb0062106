import type { AuditSummary, ConnectionVerdict } from '../../../shared/model/audit'
import type { CaptureFact, Diagnostic } from '../../../shared/model/facts'
import { bytes, fromSeconds, timeBase } from '../../../shared/units'
import { verdictOf } from '../../store/rows'
import { Store } from '../../store/store'
import { audit } from '../audit'
import type { Traffic } from './traffic'

export interface Audited {
  readonly summary: AuditSummary
  readonly verdicts: readonly ConnectionVerdict[]
}

/** What is said of the capture that told traffic comes from. */
export const TOLD_CAPTURE: CaptureFact = {
  file: 'told.pcap',
  format: 'pcap',
  compression: null,
  packets: 1,
  linkTypes: [1],
  timeBase: timeBase(1_700_000_000),
  firstAt: fromSeconds(0),
  lastAt: fromSeconds(60),
  truncated: false,
  size: bytes(1),
}

/** A capture file of those that told traffic comes from, between two instants in seconds. */
export const toldBetween = (from: number, to: number): CaptureFact => ({
  ...TOLD_CAPTURE,
  firstAt: fromSeconds(from),
  lastAt: fromSeconds(to),
})

const isList = (about: object): about is readonly CaptureFact[] => Array.isArray(about)

/** Judges the told traffic through a real store. @param about what is told of its one capture, or all of its captures */
export async function audited(
  told: Traffic,
  about: Partial<CaptureFact> | readonly CaptureFact[] = {},
  diagnostics: readonly Diagnostic[] = [],
): Promise<Audited> {
  const captures = isList(about) ? about : [{ ...TOLD_CAPTURE, ...about }]
  const store = await Store.open()
  try {
    const sink = store.sink(0)
    told.into(sink)
    for (const diagnostic of diagnostics) sink.diagnostic(diagnostic)
    await store.flush()
    await store.addCaptures(captures)
    const summary = await audit(store, captures)
    const verdicts: ConnectionVerdict[] = []
    for await (const row of store.stream('SELECT * FROM verdicts ORDER BY connection')) verdicts.push(verdictOf(row))
    return { summary, verdicts }
  } finally {
    await store.close()
  }
}
