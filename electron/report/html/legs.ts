/** The legs of the way from users to origin, and what joining them told. */
import {
  formatCount,
  formatDuration,
  formatPercent,
  legEndPlace,
  legEndRole,
  legKindLabel,
  legPaths,
  stitchedLines,
  stitchedRequestText,
} from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { Leg, LegEnd, StitchedLegs, StitchedRequest } from '../../../shared/model/legs'
import { breakable, html, type Markup } from './markup'

const LEGS_LISTED = 20
const REQUESTS_LISTED = 8

const end = (of: LegEnd): Markup => html`${breakable(legEndPlace(of))}<br /><span class="faint small">${legEndRole(of)}</span>`

const row = (leg: Leg): Markup =>
  html`<tr>
    <td>${legKindLabel(leg.kind)}</td>
    <td>${end(leg.client)}</td>
    <td>${end(leg.server)}</td>
    <td class="n">${formatCount(leg.exchanges)}</td>
    <td class="n">${formatPercent(leg.reuseRatio)}</td>
    <td class="n">${formatCount(leg.connections)}</td>
    <td class="n">${formatCount(leg.avoidable)}</td>
    <td class="n">${formatDuration(leg.setupSeconds)}</td>
  </tr>`

const request = (one: StitchedRequest): Markup =>
  html`<tr>
    <td>${breakable(stitchedRequestText(one))}</td>
    <td class="n">${formatDuration(one.frontSeconds)}</td>
    <td class="n">${formatDuration(one.backSeconds)}</td>
    <td class="n${one.setupSeconds > 0 ? ' wasted' : ''}">${formatDuration(one.setupSeconds)}</td>
  </tr>`

const joined = (pair: StitchedLegs): Markup =>
  html`<ul>
      ${stitchedLines(pair).map((line) => html`<li>${line}</li>`)}
    </ul>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Slowest for users</th>
            <th class="n">User</th>
            <th class="n">Behind the proxy</th>
            <th class="n">Setup waited for</th>
          </tr>
        </thead>
        <tbody>
          ${pair.slowest.slice(0, REQUESTS_LISTED).map(request)}
        </tbody>
      </table>
    </div>`

/** null where no proxy is seen. */
export function legs({ legs: all = [], stitching }: AuditSummary): Markup | null {
  const shown = [...new Set(legPaths(all).flat())].slice(0, LEGS_LISTED)
  if (shown.length === 0) return null
  return html`<section>
    <h2>Legs</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Leg</th>
            <th>From</th>
            <th>To</th>
            <th class="n">Requests</th>
            <th class="n">Reused</th>
            <th class="n">Conns.</th>
            <th class="n">Avoidable</th>
            <th class="n">Setup</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(row)}
        </tbody>
      </table>
    </div>
    ${(stitching?.pairs ?? []).map(joined)}
  </section>`
}
