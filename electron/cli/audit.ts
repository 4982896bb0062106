/** `roundtrip audit`. */
import { basename, resolve } from 'node:path'
import type { AuditFormat, Command } from './arguments'
import type { AuditSession, Environment } from './environment'
import { check, valueText } from './fail-on'
import { inputsOf } from './facts'
import { checkInputs } from './inputs'
import { opened } from './opened'
import { atomically, checkedOutput, writeFile, writeTo, type Pieces } from './output'
import { printPdf, printScript } from './pdf'

type AuditCommand = Extract<Command, { name: 'audit' }>

export async function audit(command: AuditCommand, environment: Environment): Promise<number> {
  await checkInputs(command, environment.stdin)
  const named = command.out ?? (command.format === 'pdf' ? `${nameOf(command.files[0])}.audit.pdf` : null)
  const out = named === null ? null : await checkedOutput(named, inputsOf(command))
  return opened(environment.openAudit, command, environment, async (session) => {
    const pieces = await written(command.format, session, environment, out === null)
    if (out === null) await writeTo(environment.stdout, pieces, environment.signal)
    else if (command.format === 'pdf') {
      await atomically(out, (path) => printPdf(pieces, path, printScript(environment.home), environment.signal))
      if (command.out === null) environment.stderr.write(`Wrote ${named}\n`)
    } else await writeFile(out, pieces, environment.signal)
    return statusOf(command, session, environment)
  })
}

/** What a report is called when nobody names it: as its first input, of which `.` and `-` tell nothing. */
function nameOf(file: string | undefined): string {
  return file === undefined || file === '-' ? 'capture' : basename(resolve(file))
}

/** The writers are loaded once the reading is over: it begins sooner without them. */
async function written(format: AuditFormat, session: AuditSession, environment: Environment, onStdout: boolean): Promise<Pieces> {
  const { auditCsv, auditHtml, auditJson, auditMarkdown, auditText } = await import('../report')
  const options = { generatedAt: environment.now(), version: environment.version }
  switch (format) {
    case 'text':
      return auditText(session, { ...options, ...terminalOf(environment, onStdout) })
    case 'json':
      return auditJson(session)
    case 'csv':
      return auditCsv(session)
    case 'markdown':
      return auditMarkdown(session)
    case 'html':
    case 'pdf':
      return auditHtml(session, options)
  }
}

/** Colour only where a terminal shows it, and never against NO_COLOR (no-color.org). */
function terminalOf({ stdout, env }: Environment, onStdout: boolean): { readonly width: number; readonly colour: boolean } {
  const terminal = onStdout && stdout.isTTY === true
  const columns = terminal ? stdout.columns : Number(env.COLUMNS)
  const unwanted = (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb'
  return { width: columns !== undefined && columns > 0 ? columns : 80, colour: terminal && !unwanted }
}

/** Nothing was proved where the capture does not tell what was asked: that is no pass. */
const MET = 1
const NOT_TOLD = 3

function statusOf(command: AuditCommand, session: AuditSession, { stderr }: Environment): number {
  const outcomes = command.failOn.map((condition) => check(condition, session.summary))
  for (const outcome of outcomes) {
    const { condition, value, met } = outcome
    if (value === null)
      stderr.write(`--fail-on ${condition.text}: the capture does not tell ${condition.metric}${whyNot(session)}.\n`)
    if (met) stderr.write(`--fail-on ${condition.text}: met, ${condition.metric} is ${valueText(outcome)}.\n`)
  }
  if (outcomes.some(({ met }) => met)) return MET
  return outcomes.some(({ value }) => value === null) ? NOT_TOLD : 0
}

/** Most often it is keys that are missing. */
function whyNot({ summary: { totals, encrypted = 0, diagnostics } }: AuditSession): string {
  if (totals.needed + totals.avoidable > 0) return ''
  if (encrypted === 0) return ': no connection could be judged'
  const fits = !diagnostics.some(({ code }) => code === 'key-log-of-others')
  return `: no connection could be judged, and ${fits ? 'a key log (--keylog) is missing' : 'the key log has none of their secrets'}`
}
