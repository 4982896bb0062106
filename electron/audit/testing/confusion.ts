/** A confusion matrix as a Markdown table, in the form that Prettier leaves alone. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export class Confusion {
  private readonly counts = new Map<string, Map<string, number>>()

  add(truth: string, ours: string): void {
    const row = this.counts.get(truth) ?? new Map<string, number>()
    this.counts.set(truth, row)
    row.set(ours, (row.get(ours) ?? 0) + 1)
  }

  /** Rows are what truth says, columns what the audit says, each in the order given; those without a connection are left out. */
  table(order: readonly string[]): string {
    const seen = order.filter((label) => [...this.counts].some(([truth, row]) => truth === label || row.has(label)))
    const rows = seen
      .filter((truth) => this.counts.has(truth))
      .map((truth) => [truth, ...seen.map((ours) => String(this.counts.get(truth)?.get(ours) ?? ''))])
    const head = ['truth', ...seen]
    const widths = head.map((cell, i) => Math.max(4, cell.length, ...rows.map((row) => row[i]!.length)))
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
    const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
    return [line(head), rule, ...rows.map(line)].join('\n')
  }
}

/** The part of a document between the comments `NAME: begin` and `NAME: end`; with ROUNDTRIP_RECORD=1 it is replaced first. */
export function recordedIn(document: string, name: string, text: string): string {
  const path = join(__dirname, '../../../docs', document)
  const [begin, end] = [`<!-- ${name}: begin -->\n\n`, `\n\n<!-- ${name}: end -->`]
  const [before = '', rest = ''] = readFileSync(path, 'utf8').split(begin)
  const [inside = '', after = ''] = rest.split(end)
  if (process.env.ROUNDTRIP_RECORD !== '1') return inside
  writeFileSync(path, before + begin + text + end + after)
  return text
}
