/** Markdown that content cannot break out of. */
import { plain } from '../../shared/format'

/** One line of text in which nothing is markup: no emphasis, link, mention, HTML, table cell or list. */
export function markdownText(text: string): string {
  return plain(text, 2000)
    .replace(/[\\`*_{}[\]<>()#+!|~$&@]/g, '\\$&')
    .replace(/^(\s*)([-=]|\d+[.)])/, '$1\\$2')
    .replace(/(https?|ftp|mailto|www)([:.])/gi, '$1\\$2')
}

/** A code span that its content cannot end (CommonMark 6.1), fit for a table cell. */
export function markdownCode(text: string): string {
  const content = plain(text).replace(/\|/g, '\\|')
  const fence = '`'.repeat(longestRun(content) + 1)
  const pad = /^[` ]|[` ]$/.test(content) ? ' ' : ''
  return `${fence}${pad}${content}${pad}${fence}`
}

/** The longest run of backticks in a text. */
export function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}

/** A table with its head and its alignments. */
export function table(head: readonly string[], rules: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return `\n${line(head)}${line(rules)}${rows.map(line).join('')}`
}

export const bullets = (items: readonly string[]): string => `\n${items.map((item) => `- ${item}\n`).join('')}`
