/** The report's style sheet, for the screen and for A4 paper. */
import { LIGHT_PALETTE as C } from '../../../shared/format'
import { cssString } from './markup'

const FONT =
  'Inter, "Segoe UI", -apple-system, BlinkMacSystemFont, "Helvetica Neue", Cantarell, "Noto Sans", "Liberation Sans", "DejaVu Sans", sans-serif'
const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace'

const BASE = `
:root { color-scheme: light; --ink: #1b2430; --faint: #56616f; --line: #dfe4ea; --panel: #f6f8fa; }
* { box-sizing: border-box; }
html { background: #e9edf1; -webkit-text-size-adjust: 100%; }
body { margin: 32px auto; max-width: 880px; padding: 56px 64px; background: #fff; color: var(--ink);
  font: 15px/1.55 ${FONT}; font-variant-numeric: tabular-nums; overflow-wrap: break-word;
  box-shadow: 0 1px 3px #0002, 0 12px 40px #0001; }
h1, h2, h3, p, dl, dd, ol, ul, pre, table { margin: 0; }
h1 { font-size: 2em; line-height: 1.15; letter-spacing: -0.015em; text-wrap: balance; }
h2 { margin: 2.4em 0 0.7em; padding-top: 0.9em; border-top: 2px solid var(--ink); font-size: 1.28em; line-height: 1.25; letter-spacing: -0.01em; }
h3 { font-size: 1.04em; line-height: 1.35; }
h4 { margin: 1.4em 0 0.5em; font-size: 0.9em; }
p + p { margin-top: 0.7em; }
.lead { max-width: 46em; }
table + p, .wide + p { margin-top: 0.6em; }
.faint { color: var(--faint); }
.small { font-size: 0.86em; }
code { font: 0.92em ${MONO}; }
.top { display: flex; justify-content: space-between; gap: 2em; margin-bottom: 2em; font-size: 0.86em; color: var(--faint); }
.brand { color: var(--ink); font-weight: 700; letter-spacing: 0.01em; white-space: nowrap; }
.brand svg { height: 1em; width: 1.6em; margin-right: 0.45em; vertical-align: -0.12em; }
.captures { list-style: none; margin-top: 0.9em; padding: 0; color: var(--faint); font-size: 0.9em; }
.verdict { margin-top: 1.6em; padding: 1.1em 1.3em; border-left: 5px solid var(--tone); background: var(--tint); }
.verdict strong { display: block; margin-bottom: 0.25em; color: var(--toned); font-size: 1.28em; line-height: 1.25; }
.good { --tone: ${C.needed.fill}; --tint: ${C.needed.tint}; --toned: ${C.needed.text}; }
.mixed, .warning { --tone: ${C.avoidable.fill}; --tint: ${C.avoidable.tint}; --toned: ${C.avoidable.text}; }
.bad, .error { --tone: ${C.critical.fill}; --tint: ${C.critical.tint}; --toned: ${C.critical.text}; }
.unknown, .info { --tone: ${C.notJudged.fill}; --tint: ${C.notJudged.tint}; --toned: ${C.notJudged.text}; }
.heroes { display: grid; grid-template-columns: repeat(4, 1fr); margin-top: 1.6em; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
.heroes div { padding: 1em 1em 0.9em; border-left: 1px solid var(--line); }
.heroes div:first-child { padding-left: 0; border-left: 0; }
.heroes dt { color: var(--faint); font-size: 0.8em; }
.heroes dd.value { margin: 0.1em 0; font-size: 1.7em; font-weight: 650; line-height: 1.2; letter-spacing: -0.02em; white-space: nowrap; }
.heroes dd.note { color: var(--faint); font-size: 0.8em; line-height: 1.35; }
figure { margin: 1em 0 0; }
figcaption { margin-bottom: 0.3em; font-weight: 650; font-size: 0.9em; }
.chart { display: block; width: 100%; height: auto; font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2em 1.4em; margin-top: 0.3em; color: var(--faint); font-size: 0.8em; }
.legend i { display: inline-block; width: 0.8em; height: 0.8em; margin-right: 0.45em; vertical-align: -0.05em; }
table { width: 100%; margin-top: 1em; border-collapse: collapse; font-size: 0.86em; line-height: 1.4; }
th { padding: 0.35em 0.8em 0.35em 0; border-bottom: 1.5px solid var(--ink); text-align: left; font-weight: 650; vertical-align: bottom; }
td { padding: 0.4em 0.8em 0.4em 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th.n, td.n { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
td.bar { width: 24%; padding-top: 0.75em; }
.inline-bar { display: block; width: 100%; height: 0.85em; }
td.wasted { color: ${C.avoidable.text}; font-weight: 650; }
.finding { margin-top: 1.4em; padding-left: 1.1em; border-left: 3px solid var(--tone); }
.finding .severity { color: var(--toned); font-size: 0.78em; font-weight: 700; }
.finding .impact { margin: 0.25em 0 0.6em; color: var(--toned); font-weight: 600; font-size: 0.9em; }
.finding ul { margin: 0.6em 0 0; padding-left: 1.15em; font-size: 0.9em; }
.finding li { margin-top: 0.15em; }
.remedy { margin-top: 0.9em; }
.remedy dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1em 0.9em; margin-top: 0.4em; font-size: 0.84em; }
.remedy dt { color: var(--faint); }
.remedy h4 { margin: 0; font-size: 0.95em; }
.remedy h4 b { padding: 0.05em 0.5em; margin-right: 0.4em; border: 1px solid var(--line); border-radius: 3px; background: var(--panel); font-size: 0.86em; }
pre { margin-top: 0.45em; padding: 0.7em 0.9em; background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
  font: 0.83em/1.5 ${MONO}; white-space: pre-wrap; overflow-wrap: anywhere; }
.terms { display: grid; grid-template-columns: 10.5em 1fr; gap: 0.22em 1.2em; font-size: 0.82em; line-height: 1.38; }
.terms dt { font-weight: 650; }
.plainlist { margin: 0; padding-left: 1.15em; font-size: 0.9em; }
.plainlist li { margin-top: 0.2em; }
footer { margin-top: 3em; padding-top: 0.9em; border-top: 1px solid var(--line); color: var(--faint); font-size: 0.8em; }
.running { display: none; }
@media screen and (max-width: 720px) {
  body { margin: 0; padding: 24px 20px; box-shadow: none; }
  .heroes { grid-template-columns: repeat(2, 1fr); }
  .heroes div:nth-child(odd) { padding-left: 0; border-left: 0; }
  .wide { overflow-x: auto; }
}
`

const print = (title: string): string => `
@page { size: A4; margin: 15mm 16mm 15mm;
  @top-left { content: "Roundtrip · connection reuse audit"; font: 8pt ${FONT}; color: #56616f; }
  @top-right { content: ${cssString(title)}; font: 8pt ${FONT}; color: #56616f; }
  @bottom-right { content: "page " counter(page) " of " counter(pages); font: 8pt ${FONT}; color: #56616f; } }
@page :first { margin-top: 14mm; @top-left { content: none; } @top-right { content: none; } }
@media print {
  html, body { background: none; }
  body { margin: 0; padding: 0; max-width: none; box-shadow: none; font-size: 9.2pt; line-height: 1.42; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  h2, h3, h4, figcaption, .finding > .impact, .severity { break-after: avoid; }
  h2 { margin-top: 1.2em; }
  .lead { max-width: none; }
  footer { margin-top: 1.6em; break-before: avoid; }
  td { padding-top: 0.32em; padding-bottom: 0.32em; }
  .finding { margin-top: 1.25em; }
  .remedy { margin-top: 0.6em; }
  pre { padding: 0.5em 0.8em; }
  tbody tr:nth-child(-n + 3):not(:last-child) { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  figure, pre, tr, .verdict, .heroes { break-inside: avoid; }
  .terms dt, .terms dd, .remedy dt, .remedy dd { break-inside: avoid; }
  .remedy pre { break-before: avoid; }
  .finding-head { break-inside: avoid; break-after: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`

/** @param title the running header's right side: what was audited */
export const styleSheet = (title: string): string => BASE + print(title)
