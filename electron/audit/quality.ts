/** How far the capture can be trusted: what it lacks, how many connections show it, and what that took out of the numbers. */
import { QUALITY_KINDS } from '../../shared/model/audit'
import type { Quality, QualityIssue, QualityKind } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { Store } from '../store/store'
import { CLOCK_SET, UNKNOWN_IF_FREE } from './not-judged'
import { vantageTotals } from './vantage'

const marked = (mark: string): string => `contains(c.marks, '${mark}')`
const OPENED_BEFORE_RECORDING = "(c.transport = 'har' AND c.setup_time IS NULL)"

/** Connections whose reuse cannot be counted: what came before the capture, or in the missing packets, is unknown. */
export const FALSIFIES_REUSE = `(${marked('mid-stream')} OR ${marked('gap')} OR ${OPENED_BEFORE_RECORDING})`

/** Connections that show each shortcoming, as conditions on a connection and its subject. */
const SHOWN_BY: Readonly<Record<QualityKind, string>> = {
  dropped: 'false',
  gap: marked('gap'),
  'one-sided': marked('one-sided'),
  'truncated-file': 'false',
  truncated: marked('truncated'),
  'clock-jump': 's.clock_jumped',
  'mid-stream': `(${marked('mid-stream')} OR ${OPENED_BEFORE_RECORDING})`,
  estimated: marked('estimated'),
  unfinished: marked('unfinished'),
  duplicates: 'coalesce(c.duplicates, 0) > 0',
  'without-exchanges': 'c.exchange_count = 0',
}

/** The two that {@link FALSIFIES_REUSE} looks at. */
const LEAVES_OUT: readonly QualityKind[] = ['gap', 'mid-stream']

/** What keeps a connection from being judged. Packets missing on one can leave the next without a verdict. */
const UNJUDGES: Partial<Record<QualityKind, string>> = {
  gap: `starts_with(v.reason, '${UNKNOWN_IF_FREE}')`,
  'one-sided': SHOWN_BY['one-sided'],
  truncated: `(${SHOWN_BY.truncated} AND c.exchange_count = 0)`,
  'clock-jump': `(${SHOWN_BY['clock-jump']} OR starts_with(v.reason, '${CLOCK_SET}'))`,
  'mid-stream': SHOWN_BY['mid-stream'],
  'without-exchanges': SHOWN_BY['without-exchanges'],
}

const SUMS = QUALITY_KINDS.map((kind) => {
  const leftOut = LEAVES_OUT.includes(kind) ? `${SHOWN_BY[kind]} AND c.exchange_count > 0` : 'false'
  return `
  count_if(${SHOWN_BY[kind]})::DOUBLE AS "${kind}",
  count_if(${leftOut})::DOUBLE AS "${kind} left out",
  count_if(${UNJUDGES[kind] ?? 'false'} AND v.verdict = 'not-judged')::DOUBLE AS "${kind} not judged"`
}).join(',')

const QUALITY = `
SELECT ${SUMS},
  count_if(${marked('mid-stream')})::DOUBLE AS marked_mid_stream,
  coalesce(sum(c.gaps), 0)::DOUBLE AS gaps, coalesce(sum(c.duplicates), 0)::DOUBLE AS copies,
  (SELECT coalesce(sum(count), 0) FROM diagnostics WHERE code = 'clock-jump')::DOUBLE AS jumps
FROM connections c JOIN verdicts v ON v.connection = c.id JOIN subjects s ON s.id = c.id`

/** Reads facts and verdicts; a shortcoming that was not found is not listed. */
export async function qualityOf(store: Store, captures: readonly CaptureFact[]): Promise<Quality> {
  const [row = {}] = await store.rows(QUALITY)
  const n = (name: string): number => (row[name] ?? 0) as number
  const occurrences: Partial<Record<QualityKind, number>> = {
    dropped: captures.reduce((sum, { dropped }) => sum + (dropped ?? 0), 0),
    gap: n('gaps'),
    'truncated-file': captures.filter(({ truncated }) => truncated).length,
    'clock-jump': n('jumps'),
    duplicates: n('copies'),
  }
  const issues = QUALITY_KINDS.map((kind): QualityIssue => ({
    kind,
    occurrences: occurrences[kind] ?? null,
    connections: n(kind),
    leftOutOfReuse: n(`${kind} left out`),
    notJudged: n(`${kind} not judged`),
  }))
  return {
    midStream: n('marked_mid_stream'),
    oneSided: n('one-sided'),
    withGaps: n('gap'),
    truncated: n('truncated'),
    estimated: n('estimated'),
    unfinished: n('unfinished'),
    withoutExchanges: n('without-exchanges'),
    issues: issues.filter((issue) => issue.connections > 0 || (issue.occurrences ?? 0) > 0),
    vantage: await vantageTotals(store),
  }
}
