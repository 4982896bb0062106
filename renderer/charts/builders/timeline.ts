/** Connections opened over time. */
import { formatCount, formatDuration } from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { BarModel } from '../model'

export function timelineChart({ bucketSeconds, buckets }: AuditSummary['timeline']): BarModel {
  const total = (of: 'needed' | 'avoidable' | 'notJudged'): number => buckets.reduce((sum, bucket) => sum + bucket[of], 0)
  const end = buckets.length === 0 ? 0 : (buckets[buckets.length - 1]?.from ?? 0) + bucketSeconds
  return {
    horizontal: false,
    unit: 'count',
    categories: buckets.map((bucket) => (bucket.from === 0 ? '0' : formatDuration(bucket.from))),
    names: buckets.map((bucket) => `${formatDuration(bucket.from)} – ${formatDuration(bucket.from + bucketSeconds)}`),
    series: [
      { label: 'Needed', tone: 'needed', values: buckets.map((bucket) => bucket.needed) },
      { label: 'Avoidable', tone: 'avoidable', values: buckets.map((bucket) => bucket.avoidable) },
      { label: 'Not judged', tone: 'unjudged', values: buckets.map((bucket) => bucket.notJudged) },
    ],
    endLabels: [],
    max: null,
    categoryTitle: 'Time',
    summary:
      `Connections opened over ${formatDuration(end)}: ${formatCount(total('needed'))} needed, ` +
      `${formatCount(total('avoidable'))} avoidable, ${formatCount(total('notJudged'))} not judged.`,
  }
}
