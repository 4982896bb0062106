/** Hidden timers and expected races: what the traffic gives away of settings nobody told. */
import {
  advertisedText,
  chainChecks,
  chainSentence,
  poolRaceSentence,
  raceSentence,
  riskierPools,
  tellingTimers,
  timerLabel,
  timerText,
} from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { InferredTimer } from '../../../shared/model/timers'
import { breakable, html, type Markup } from './markup'

const TIMERS_SHOWN = 12
const LINES_SHOWN = 6

const timerRow = (timer: InferredTimer): Markup =>
  html`<tr>
    <td>
      ${breakable(timer.who.address)}${timer.who.product === null ? null : html`<br /><span class="faint small">${timer.who.product.slice(0, 60)}</span>`}
    </td>
    <td>${timerLabel(timer.kind)}</td>
    <td>${timerText(timer)}</td>
    <td>${advertisedText(timer) ?? '–'}</td>
    <td>${timer.confidence}</td>
  </tr>`

export function timers({
  timers: all = [],
  racePredictions = [],
  poolRacePredictions = [],
  chains = [],
}: AuditSummary): Markup | null {
  const shown = tellingTimers(all, TIMERS_SHOWN)
  if (shown.length === 0) return null
  const sentences = [
    ...racePredictions.slice(0, LINES_SHOWN).map(raceSentence),
    ...riskierPools(poolRacePredictions, racePredictions).slice(0, LINES_SHOWN).map(poolRaceSentence),
    ...chainChecks(chains).slice(0, LINES_SHOWN).map(chainSentence),
  ]
  return html`<section>
    <h2>Timers that the traffic gives away</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Whose</th>
            <th>Timer</th>
            <th>What was seen</th>
            <th>Advertised</th>
            <th>Confidence</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(timerRow)}
        </tbody>
      </table>
    </div>
    ${
      sentences.length > 0
        ? html`<h4>Races to be expected, and time-outs along the way</h4>
            <ul class="plainlist">
              ${sentences.map((text) => html`<li>${text}</li>`)}
            </ul>`
        : null
    }
  </section>`
}
