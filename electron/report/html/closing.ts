/** The back of the report: the worst connections, how far the numbers can be trusted, and what the words mean. */
import { causeLabel, formatCount, formatDuration, formatOffset } from '../../../shared/format'
import type { Rows } from '../../../shared/contract/engine-api'
import type { AuditSummary, ConnectionRow } from '../../../shared/model/audit'
import { DEFINITIONS, GLOSSARY } from '../definitions'
import { diagnosticText, limits, qualityTexts } from '../words'
import { breakable, html, type Markup } from './markup'

const DIAGNOSTICS_SHOWN = 12

export function connections(worst: Rows<ConnectionRow>): Markup | null {
  if (worst.rows.length === 0) return null
  return html`<section>
    <h2>The avoidable connections that cost most</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th class="n">No.</th>
            <th class="n">Opened at</th>
            <th>Client</th>
            <th>Origin</th>
            <th class="n">Requests</th>
            <th class="n">RTs</th>
            <th class="n">Setup</th>
            <th>Cause</th>
          </tr>
        </thead>
        <tbody>
          ${worst.rows.map(
            (row) =>
              html`<tr>
                <td class="n">${row.id}</td>
                <td class="n">${formatOffset(row.openedAt)} s</td>
                <td>${breakable(`${row.client.ip}:${row.client.port}`)}</td>
                <td>${breakable(row.origin)}</td>
                <td class="n">${formatCount(row.exchanges)}</td>
                <td class="n">${formatCount(row.setupRoundTrips)}</td>
                <td class="n wasted">${formatDuration(row.setupSeconds)}</td>
                <td>${causeLabel(row.cause ?? 'unknown')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${worst.total > worst.rows.length ? html`<p class="faint small">${formatCount(worst.rows.length)} of ${formatCount(worst.total)}, by setup time.</p>` : null}
  </section>`
}

function list(items: readonly string[]): Markup {
  return html`<ul class="plainlist">
    ${items.map((text) => html`<li>${text}</li>`)}
  </ul>`
}

function terms(entries: readonly (readonly [string, string])[]): Markup {
  return html`<dl class="terms">
    ${entries.map(
      ([term, text]) =>
        html`<dt>${term}</dt>
          <dd>${text}</dd>`,
    )}
  </dl>`
}

function diagnostics({ diagnostics: all }: AuditSummary): Markup | null {
  if (all.length === 0) return null
  const shown = all.slice(0, DIAGNOSTICS_SHOWN).map(diagnosticText)
  const hidden = all.length - shown.length
  return html`<h4>Noticed while reading</h4>
    ${list(hidden > 0 ? [...shown, `… and ${formatCount(hidden)} more`] : shown)}`
}

const WHOLE = 'No connection is marked: all were captured in both directions, from their first packet to their last.'

/** How far the capture can be trusted, in sentences: what was found, what it means, what to do. */
function quality(summary: AuditSummary): Markup {
  const { issues } = summary.quality
  const rows = qualityTexts(summary)
  return html`<h4>Capture quality</h4>
    ${issues.length === 0 ? html`<p class="small">${WHOLE}</p>` : null}
    ${
      rows.length > 0
        ? html`<dl class="terms quality">
            ${rows.map(
              ({ label, found, meaning, advice }) =>
                html`<dt>${label}</dt>
                  <dd>${found} ${meaning}${advice === null ? null : html`<br /><span class="faint">${advice}</span>`}</dd>`,
            )}
          </dl>`
        : null
    }`
}

export function method(summary: AuditSummary): Markup {
  const limiting = limits(summary)
  return html`<section>
    <h2>Method and quality</h2>
    ${quality(summary)}
    ${
      limiting.length > 0
        ? html`<h4>What limits these numbers</h4>
            ${list(limiting)}`
        : null
    }
    ${diagnostics(summary)}
    <h4>How the numbers are defined</h4>
    ${terms(DEFINITIONS)}
    <h4>Words</h4>
    ${terms(GLOSSARY)}
  </section>`
}
