/** The cost ledger: setup by part, what it added to requests, and what open connections take. */
import {
  ADDED_UNKNOWN,
  addedText,
  costText,
  encryptedCostText,
  formatCount,
  formatDuration,
  holdsCosts,
  loadSentence,
  portSentence,
  slowStartText,
  tellingPorts,
} from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'
import type { EncryptedCosts, Ledger, LedgerEntry } from '../../../shared/model/ledger'
import { barChart, FILL, legend } from './charts'
import { breakable, html, type Markup } from './markup'

const ORIGINS_SHOWN = 8
const SERVERS_SHOWN = 3

function chart(ledger: Ledger): Markup {
  const rows = ledger.origins.slice(0, ORIGINS_SHOWN).map(({ origin, all }) => ({
    label: origin,
    bars: [
      {
        segments: [
          { value: all.tcp.seconds, fill: FILL.tcp },
          { value: all.tls.seconds, fill: FILL.tls },
          { value: all.slowStartEstimate.seconds, fill: FILL.rest },
        ],
        value: formatDuration(all.tcp.seconds + all.tls.seconds),
      },
    ],
  }))
  return html`<figure>
    ${barChart('Setup time by origin: TCP, TLS and estimated slow start', [{ heading: 'Time spent on setup' }], rows)}
    ${legend([
      [FILL.tcp, 'TCP'],
      [FILL.tls, 'TLS'],
      [FILL.rest, 'slow start (estimate, not in the sum)'],
    ])}
  </figure>`
}

function row(name: Markup | string, { connections, all, wasted }: LedgerEntry): Markup {
  const both = { roundTrips: wasted.tcp.roundTrips + wasted.tls.roundTrips, seconds: wasted.tcp.seconds + wasted.tls.seconds }
  return html`<tr>
    <td>${name}</td>
    <td class="n">${formatCount(connections)}</td>
    <td class="n">${costText(all.tcp)}</td>
    <td class="n">${costText(all.tls)}</td>
    <td class="n">${slowStartText(all.slowStartEstimate)}</td>
    <td class="n${both.roundTrips > 0 ? ' wasted' : ''}">${costText(both)}</td>
  </tr>`
}

/** By origin and part. Where TCP is all that setup took, the origins' own table has told it. */
function byPart(found: Ledger): Markup | null {
  const { tls, slowStartEstimate } = found.total.all
  if (found.total.connections === 0 || (tls.roundTrips === 0 && slowStartEstimate.roundTrips === 0)) return null
  const origins = found.origins.filter((entry) => entry.connections > 0).slice(0, ORIGINS_SHOWN)
  return html`${chart({ ...found, origins })}
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Round trips · time</th>
            <th class="n">Judged</th>
            <th class="n">TCP</th>
            <th class="n">TLS</th>
            <th class="n">Slow start (est.)</th>
            <th class="n">Wasted TCP, TLS</th>
          </tr>
        </thead>
        <tbody>
          ${row('All', found.total)} ${origins.map((entry) => row(breakable(entry.origin), entry))}
        </tbody>
      </table>
    </div>`
}

const unreadRow = (name: Markup | string, { connections, tcp, tls }: EncryptedCosts): Markup =>
  html`<tr>
    <td>${name}</td>
    <td class="n">${formatCount(connections)}</td>
    <td class="n">${costText(tcp)}</td>
    <td class="n">${costText(tls)}</td>
  </tr>`

/** What setting up the encrypted connections took: it shows without keys. */
function unread({ total, origins }: Ledger): Markup | null {
  if (total.encrypted === undefined) return null
  const rows = origins.flatMap(({ origin, encrypted }) =>
    encrypted === undefined ? [] : [unreadRow(breakable(origin), encrypted)],
  )
  return html`<p>${encryptedCostText(total.encrypted)}</p>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th>Encrypted, not judged</th>
            <th class="n">Connections</th>
            <th class="n">TCP</th>
            <th class="n">TLS</th>
          </tr>
        </thead>
        <tbody>
          ${unreadRow('All', total.encrypted)} ${rows.slice(0, ORIGINS_SHOWN)}
        </tbody>
      </table>
    </div>`
}

export function ledger({ ledger: found }: AuditSummary): Markup | null {
  if (found === undefined || !holdsCosts(found)) return null
  const { encrypted } = found.total
  const added = addedText(found.total.added) ?? (encrypted === undefined ? null : ADDED_UNKNOWN)
  const load = [
    ...found.servers.slice(0, SERVERS_SHOWN).map(loadSentence),
    ...tellingPorts(found).slice(0, SERVERS_SHOWN).map(portSentence),
  ]
  return html`<section>
    <h2>What connections cost</h2>
    ${added === null ? null : html`<p class="lead">${added}</p>`} ${byPart(found)} ${unread(found)}
    ${
      load.length > 0
        ? html`<h4>What open connections take</h4>
            <ul class="plainlist">
              ${load.map((text) => html`<li>${text}</li>`)}
            </ul>`
        : null
    }
  </section>`
}
