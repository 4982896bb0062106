/** Why connections were not reused, and when they were opened. */
import { formatCount, formatDuration, formatPercent } from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import { causeShares } from '../words'
import { columnChart, inlineBar, FILL, legend } from './charts'
import { html, type Markup } from './markup'

export function causes(summary: AuditSummary): Markup | null {
  const shares = causeShares(summary.causes)
  if (shares.length === 0) return null
  const most = Math.max(...shares.map(({ share }) => share))
  return html`<section>
    <h2>Why connections were not reused</h2>
    <p class="lead">
      Each avoidable connection has one cause: what had become of the connection that could have carried its request.
    </p>
    <table class="causes">
      <thead>
        <tr>
          <th>Cause</th>
          <th></th>
          <th class="n">Connections</th>
          <th class="n">Share</th>
        </tr>
      </thead>
      <tbody>
        ${shares.map(
          ({ label, description, count, share }) =>
            html`<tr>
              <td><b>${label}</b><br /><span class="faint">${description}</span></td>
              <td class="bar">${inlineBar(share / most, FILL.avoidable)}</td>
              <td class="n">${formatCount(count)}</td>
              <td class="n">${formatPercent(share)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`
}

const axisTime = (seconds: number): string => (seconds === 0 ? '0 s' : formatDuration(seconds))

/** Neighbouring buckets added up until a chart's width can show them. */
export function merged(timeline: AuditSummary['timeline'], longest: number): AuditSummary['timeline'] {
  const { bucketSeconds, buckets } = timeline
  const factor = Math.max(1, Math.ceil(buckets.length / longest))
  const groups = Array.from({ length: Math.ceil(buckets.length / factor) }, (_, index) =>
    buckets.slice(index * factor, (index + 1) * factor),
  )
  return {
    bucketSeconds: bucketSeconds * factor,
    buckets: groups.map((group) => ({
      from: group[0]?.from ?? 0,
      needed: group.reduce((sum, bucket) => sum + bucket.needed, 0),
      avoidable: group.reduce((sum, bucket) => sum + bucket.avoidable, 0),
      notJudged: group.reduce((sum, bucket) => sum + bucket.notJudged, 0),
    })),
  }
}

export function timeline(summary: AuditSummary): Markup | null {
  const { bucketSeconds, buckets } = merged(summary.timeline, 120)
  if (buckets.length < 2) return null
  const columns = buckets.map(({ from, needed, avoidable, notJudged }) => ({
    from,
    segments: [
      { value: needed, fill: FILL.needed },
      { value: avoidable, fill: FILL.avoidable },
      { value: notJudged, fill: FILL.notJudged },
    ],
  }))
  const entries: (readonly [string, string])[] = [
    [FILL.needed, 'needed'],
    [FILL.avoidable, 'avoidable'],
  ]
  if (buckets.some((bucket) => bucket.notJudged > 0)) entries.push([FILL.notJudged, 'not judged'])
  return html`<figure>
    <figcaption>Connections opened, per ${formatDuration(bucketSeconds)}</figcaption>
    ${columnChart('Connections opened over time, by verdict', columns, bucketSeconds, axisTime)} ${legend(entries)}
  </figure>`
}
