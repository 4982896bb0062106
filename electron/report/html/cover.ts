/** The first page: what was audited, the verdict, the four numbers that matter, and what they mean. */
import { formatCount, formatDuration, formatInstant, formatNumber, formatPercent } from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import { nanos, timeBase } from '../../../shared/units'
import type { ReportOptions } from '../source'
import { captureText, headline, meaning } from '../words'
import { html, type Markup } from './markup'

const LOGO = html`<svg viewBox="0 0 32 20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="3">
  <path d="M2 6h23M20 1l5 5-5 5M30 14H7M12 9l-5 5 5 5" />
</svg>`

const instant = (milliseconds: number): string =>
  formatInstant(timeBase(0), nanos(milliseconds * 1e6)).replace(/\.\d+ UTC$/, ' UTC')

function hero(term: string, value: string, note: string): Markup {
  return html`<div>
    <dt>${term}</dt>
    <dd class="value">${value}</dd>
    <dd class="note">${note}</dd>
  </div>`
}

function heroes({ totals }: AuditSummary): Markup {
  const perConnection = totals.connectionsWithExchanges > 0 ? totals.exchanges / totals.connectionsWithExchanges : null
  const exact = `${formatNumber(perConnection)} ${perConnection === 1 ? 'request' : 'requests'} per connection`
  const { estimate } = totals
  return html`<dl class="heroes">
    ${hero('Connection reuse', formatPercent(totals.reuseRatio), estimate === undefined ? exact : `${exact}; encrypted: ≈ ${formatPercent(estimate.reuseRatio)} (estimate)`)}
    ${hero('Avoidable handshakes', formatCount(totals.avoidable), `of ${formatCount(totals.needed + totals.avoidable)} judged`)}
    ${hero('Wasted round trips', formatCount(totals.wastedRoundTrips), `of ${formatCount(totals.setupRoundTrips)} spent on setup`)}
    ${hero('Wasted time', formatDuration(totals.wastedSeconds), `of ${formatDuration(totals.setupSeconds)} spent on setup`)}
  </dl>`
}

export function cover(summary: AuditSummary, options: ReportOptions): Markup {
  const verdict = headline(summary)
  const what = meaning(summary)
  return html`<header>
      <div class="top"><span class="brand">${LOGO}Roundtrip</span><span>${instant(options.generatedAt)}</span></div>
      <h1>Connection reuse audit</h1>
      <ul class="captures">
        ${summary.captures.map((capture) => {
          const begin = capture.firstAt === null ? '' : `, from ${formatInstant(capture.timeBase, capture.firstAt)}`
          return html`<li>${captureText(capture)}${begin}</li>`
        })}
      </ul>
      <div class="verdict ${verdict.grade}"><strong>${verdict.title}</strong>${verdict.detail}</div>
      ${summary.totals.connections > 0 ? heroes(summary) : null}
    </header>
    ${
      what.length > 0
        ? html`<section>
            <h2>What it means</h2>
            ${what.map((text) => html`<p class="lead">${text}</p>`)}
          </section>`
        : null
    }`
}
