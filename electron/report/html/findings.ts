/** What to change: each finding with its evidence, its impact and its remedies. */
import { formatCount } from '../../../shared/format'
import type { AuditSummary, Finding, Race, Remedy } from '../../../shared/model/audit'
import { impactText, raceText, untoldRaces } from '../words'
import { html, lines, type Markup } from './markup'

const SHOWN = 25
const EVIDENCE_SHOWN = 6
const SEVERITIES = { error: 'Serious', warning: 'Worth fixing', info: 'For information', good: 'Done well' } as const

/** On paper one address, the remedy's own source, is enough. */
const withoutAddresses = (text: string): string => text.replace(/ \(https?:\/\/[^\s)]*\)/g, '')

function remedy(item: Remedy): Markup {
  return html`<div class="remedy">
    <h4>
      <b>${item.product}</b>${item.title}${item.seen === undefined ? null : html` <span class="faint">seen: ${item.seen}</span>`}
    </h4>
    <pre>${lines(item.snippet)}</pre>
    <dl>
      <dt>Where</dt>
      <dd>${item.where}</dd>
      ${
        item.because === undefined
          ? null
          : html`<dt>These values</dt>
              <dd>${item.because}</dd>`
      }
      ${
        item.defaults === undefined
          ? null
          : html`<dt>By default</dt>
              <dd>${withoutAddresses(item.defaults)}</dd>`
      }
      <dt>Check first</dt>
      <dd>
        ${item.language === 'text' ? item.check : html`<code>${item.check}</code>`}
        <span class="faint">· source: ${item.source}</span>
      </dd>
      <dt>See that it works</dt>
      <dd>${item.verifyInPrint ?? item.verify}</dd>
    </dl>
  </div>`
}

/** Two findings may ask for the same change: it is printed once. */
type Printed = Map<string, number>

function remedyOnce(item: Remedy, number: number, printed: Printed): Markup {
  const key = JSON.stringify([item.id, item.snippet])
  const before = printed.get(key)
  if (before === undefined) {
    printed.set(key, number)
    return remedy(item)
  }
  return html`<div class="remedy">
    <h4><b>${item.product}</b>${item.title} <span class="faint">as in ${before}.</span></h4>
  </div>`
}

function finding(item: Finding, number: number, printed: Printed): Markup {
  const impact = item.severity === 'good' ? null : html`<p class="impact">${impactText(item.impact)}</p>`
  const hidden = item.evidence.length - EVIDENCE_SHOWN
  const confidence = item.confidence === 'high' ? '' : ` · ${item.confidence} confidence`
  return html`<article class="finding ${item.severity}">
    <div class="finding-head">
      <span class="severity">${SEVERITIES[item.severity]}${confidence}</span>
      <h3>${number}. ${item.title}</h3>
      ${impact}
      <p>${item.why}</p>
    </div>
    <ul>
      ${item.evidence.slice(0, EVIDENCE_SHOWN).map((text) => html`<li>${text}</li>`)}
      ${hidden > 0 ? html`<li class="faint">… and ${formatCount(hidden)} more observations</li>` : null}
    </ul>
    ${item.remedies.map((one) => remedyOnce(one, number, printed))}
  </article>`
}

export function findings(summary: AuditSummary): Markup | null {
  const races = untoldRaces(summary)
  if (summary.findings.length === 0 && races.length === 0) return null
  const hidden = summary.findings.length - SHOWN
  const printed: Printed = new Map()
  return html`<section>
    <h2>What to change</h2>
    ${
      summary.findings.some(({ remedies }) => remedies.some(({ verifyInPrint }) => verifyInPrint !== undefined))
        ? html`<p>After a change capture the same traffic again and audit it: each remedy says what must be seen then.</p>`
        : null
    }
    ${summary.findings.slice(0, SHOWN).map((item, index) => finding(item, index + 1, printed))}
    ${hidden > 0 ? html`<p class="faint small">… and ${formatCount(hidden)} more findings.</p>` : null} ${racesList(races)}
  </section>`
}

function racesList(all: readonly Race[]): Markup | null {
  if (all.length === 0) return null
  const shown = all.slice(0, 10)
  return html`<h4>Keep-alive races</h4>
    <ul class="plainlist">
      ${shown.map((race) => html`<li>${raceText(race)}</li>`)}
      ${all.length > shown.length ? html`<li class="faint">… and ${formatCount(all.length - shown.length)} more</li>` : null}
    </ul>`
}
