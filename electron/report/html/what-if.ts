/** What a longer idle time-out would do: the simulator's answer for the origins that lose most to a short one. */
import { formatCount, formatDuration } from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { OriginWhatIf } from '../../../shared/model/simulation'
import { breakable, html, type Markup } from './markup'

function row({ origin, timeoutOf, settings, recommendation, asCaptured, recommended }: OriginWhatIf): Markup {
  const now = timeoutOf === 'client' ? settings.clientIdleTimeoutSeconds : settings.serverIdleTimeoutSeconds
  return html`<tr>
    <td>${breakable(origin)}<br /><span class="faint small">time-out of the ${timeoutOf}</span></td>
    <td class="n">${formatDuration(now)}</td>
    <td class="n">${formatDuration(recommendation.settingSeconds)}</td>
    <td class="n">${formatCount(asCaptured.connections)}</td>
    <td class="n">${formatCount(recommended.connections)}</td>
    <td class="n">${formatDuration(asCaptured.idleConnectionSeconds)}</td>
    <td class="n">${formatDuration(recommended.idleConnectionSeconds)}</td>
    <td>${recommendation.confidence}</td>
  </tr>`
}

/** Null where there is nothing to recommend. */
export function whatIf({ whatIf: origins = [] }: AuditSummary): Markup | null {
  const [first] = origins
  if (first === undefined) return null
  return html`<section>
    <h2>What a longer idle time-out would do</h2>
    <p>
      The requests of this capture, replayed. As captured, the replay opens as many connections as were opened, within 5 %. The
      capture covers ${formatDuration(first.captureSeconds)} and says nothing of longer idle times.
    </p>
    <div class="wide">
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
          ${origins.map(row)}
        </tbody>
      </table>
    </div>
  </section>`
}
