/** What a longer idle time-out would do: the simulator's answer for the origins that lose most to a short one. */
import type { AuditSummary } from '../../../shared/model/audit'
import type { LongerTimeout } from '../longer-timeout'
import { LONGER_TIMEOUT, longerTimeouts, refusals, replayNote } from '../longer-timeout'
import { breakable, html, type Markup } from './markup'

const row = ({ origin, whose, setting, connections, idle, confidence }: LongerTimeout): Markup =>
  html`<tr>
    <td>${breakable(origin)}<br /><span class="faint small">${whose}</span></td>
    ${[...setting, ...connections, ...idle].map((cell) => html`<td class="n">${cell}</td>`)}
    <td>${confidence}</td>
  </tr>`

const table = (rows: readonly LongerTimeout[]): Markup =>
  html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th>Origin</th>
          <th class="n">Now</th>
          <th class="n">Set</th>
          <th class="n">Conns. now</th>
          <th class="n">then</th>
          <th class="n">Idle time now</th>
          <th class="n">then</th>
          <th>Confidence</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(row)}
      </tbody>
    </table>
  </div>`

/** Null where nothing was asked. */
export function whatIf(summary: AuditSummary): Markup | null {
  const rows = longerTimeouts(summary)
  const refused = refusals(summary)
  if (rows.length + refused.length === 0) return null
  const note = replayNote(summary)
  return html`<section>
    <h2>${LONGER_TIMEOUT}</h2>
    ${note === null ? null : html`<p>${note}</p>`} ${rows.length === 0 ? null : table(rows)}
    ${
      refused.length === 0
        ? null
        : html`<ul class="plainlist">
            ${refused.map(({ origin, why }) => html`<li>${breakable(origin)}: nothing is recommended. ${why}</li>`)}
          </ul>`
    }
  </section>`
}
