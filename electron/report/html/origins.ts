/** Where the waste is: charts and a table of the origins. */
import { formatCount, formatMeasured, formatPercent, judgedCount, ofJudged } from '../../../shared/format'
import type { AuditSummary, OriginTotals } from '../../../shared/model/audit'
import { estimateMark, originReuse, originsByWaste } from '../words'
import { barChart, FILL, legend } from './charts'
import { breakable, html, type Markup } from './markup'

const CHARTED = 8
const LISTED = 20

function chart(origins: readonly OriginTotals[]): Markup {
  const rows = origins.map((origin) => ({
    label: origin.origin,
    bars: [
      {
        segments: origin.reuseRatio === null ? [] : [{ value: origin.reuseRatio, fill: FILL.reused }],
        value: formatPercent(origin.reuseRatio),
      },
      {
        segments: [
          { value: origin.wastedSeconds, fill: FILL.avoidable },
          { value: Math.max(0, origin.setupSeconds - origin.wastedSeconds), fill: FILL.rest },
        ],
        value: ofJudged(origin, formatMeasured(origin.wastedSeconds)),
      },
    ],
  }))
  const panels = [{ heading: 'Requests on a reused connection', most: 1 }, { heading: 'Time wasted on setup' }]
  return html`<figure>
    ${barChart('By origin: share of requests on a reused connection, and time wasted on avoidable connections', panels, rows)}
    ${legend([
      [FILL.reused, 'reused'],
      [FILL.avoidable, 'wasted'],
      [FILL.rest, 'setup that was needed'],
    ])}
  </figure>`
}

function originRow(origin: OriginTotals): Markup {
  return html`<tr>
    <td>
      ${breakable(origin.origin)}${origin.product === null ? null : html`<br /><span class="faint small">${origin.product}</span>`}
    </td>
    <td class="n">${formatMeasured(origin.rttSeconds)}</td>
    <td class="n">${originReuse(origin).requests}</td>
    <td class="n">${originReuse(origin).reused}</td>
    <td class="n">${formatCount(origin.connections)}</td>
    <td class="n">${ofJudged(origin, formatCount(origin.avoidable))}</td>
    <td class="n">${ofJudged(origin, formatCount(origin.wastedRoundTrips))}</td>
    <td class="n${origin.wastedSeconds > 0 ? ' wasted' : ''}">${ofJudged(origin, formatMeasured(origin.wastedSeconds))}</td>
  </tr>`
}

export function origins(summary: AuditSummary): Markup | null {
  if (summary.origins.length === 0) return null
  const sorted = originsByWaste(summary.origins)
  const hidden = sorted.length - LISTED
  const mark = estimateMark(sorted.slice(0, LISTED))
  return html`<section>
    <h2>${judgedCount(summary.totals) === 0 ? 'Origins' : 'Where the waste is'}</h2>
    ${chart(sorted.slice(0, CHARTED))}
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Origin</th>
            <th class="n">Round trip</th>
            <th class="n">Requests</th>
            <th class="n">Reused</th>
            <th class="n">Conns.</th>
            <th class="n">Avoidable</th>
            <th class="n">Wasted RTs${summary.roundTripsAssumed ? ' (est.)' : ''}</th>
            <th class="n">Wasted time</th>
          </tr>
        </thead>
        <tbody>
          ${sorted.slice(0, LISTED).map(originRow)}
        </tbody>
      </table>
    </div>
    ${mark === null ? null : html`<p class="faint small">${mark}</p>`}
    ${hidden > 0 ? html`<p class="faint small">… and ${formatCount(hidden)} more, all of them with less waste.</p>` : null}
  </section>`
}
