/** The first page: what was audited, the verdict, the four numbers that matter, and what they mean. */
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatNumber,
  formatPercent,
  judgedCount,
  nounFor,
  ofJudged,
  tripsMark,
} from '../../../shared/format'
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

function heroes(summary: AuditSummary): Markup {
  const { totals } = summary
  const about = (trips: number): string => tripsMark(summary) + formatCount(trips)
  const spent = (text: string): string => (judgedCount(totals) === 0 ? 'none judged' : `of ${text} spent on setup`)
  const perConnection = totals.connectionsWithExchanges > 0 ? totals.exchanges / totals.connectionsWithExchanges : null
  const exact = `${formatNumber(perConnection)} ${nounFor(perConnection ?? 0, 'request')} per connection`
  const { estimate } = totals
  return html`<dl class="heroes">
    ${hero('Connection reuse', formatPercent(totals.reuseRatio), estimate === undefined ? exact : `${exact}; encrypted: ≈ ${formatPercent(estimate.reuseRatio)} (estimate)`)}
    ${hero('Avoidable handshakes', ofJudged(totals, formatCount(totals.avoidable)), `of ${formatCount(judgedCount(totals))} judged`)}
    ${hero('Wasted round trips', ofJudged(totals, about(totals.wastedRoundTrips)), spent(about(totals.setupRoundTrips)) + (summary.roundTripsAssumed ? ' (estimate)' : ''))}
    ${hero('Wasted time', ofJudged(totals, formatDuration(totals.wastedSeconds)), spent(formatDuration(totals.setupSeconds)))}
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
