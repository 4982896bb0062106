/** Markup that cannot be broken out of: whatever is put into it is escaped, unless it is markup itself. */
import { plain, plainLines } from '../../../shared/format'

export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | null | readonly Content[]

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '')

/** A number and its unit stay on one line. */
const together = (text: string): string => text.replace(/(\d) (ns|µs|ms|s|min|h|B|kB|MB|GB|TB)\b/g, '$1\u00a0$2')

function textOf(content: Content): string {
  if (content === null) return ''
  if (content instanceof Markup) return content.text
  if (typeof content === 'string') return escaped(together(plain(content, 2000)))
  if (typeof content === 'number') return String(content)
  return content.map(textOf).join('')
}

/** A template of HTML or SVG. Text put in has its control and bidirectional characters replaced and is escaped. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + textOf(contents[index - 1] ?? null) + part))
}

/** Text of several lines, for `<pre>`. */
export const lines = (text: string): Markup => new Markup(escaped(plainLines(text)))

/** A CSS string that cannot end its string, its rule or its `<style>` element: all but letters and digits as escapes. */
export function cssString(text: string): string {
  const safe = plain(text, 80).replace(/[^A-Za-z0-9 ]/gu, (char) => `\\${(char.codePointAt(0) ?? 0xfffd).toString(16)} `)
  return `"${safe}"`
}

/** Long host names and paths may wrap after a dot, slash, dash or colon. */
export function breakable(text: string): Markup {
  return new Markup(escaped(plain(text)).replace(/([./:?=_-])(?=[A-Za-z0-9])/g, '$1<wbr>'))
}
