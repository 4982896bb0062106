/** Setting text in the columns of a terminal. */

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** The columns a text takes: combining marks none, East Asian wide characters two (Unicode UAX #11, roughly). */
export function columns(text: string): number {
  let width = 0
  for (const char of text) width += /\p{M}/u.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return width
}

/** Cut to so many columns, with an ellipsis where something is lost. */
export function fit(text: string, width: number): string {
  if (columns(text) <= width) return text
  let kept = ''
  let used = 1
  for (const char of text) {
    used += columns(char)
    if (used > width) break
    kept += char
  }
  return `${kept}…`
}

export const left = (text: string, width: number): string => fit(text, width) + ' '.repeat(Math.max(0, width - columns(text)))
export const right = (text: string, width: number): string => ' '.repeat(Math.max(0, width - columns(text))) + fit(text, width)

/** Words filled into lines; a word longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    let rest = word
    if (line !== '' && columns(line) + 1 + columns(rest) <= width) {
      line += ` ${rest}`
      continue
    }
    if (line !== '') lines.push(line)
    while (columns(rest) > width) {
      const head = fit(rest, width + 1).slice(0, -1)
      if (head === '') break
      lines.push(head)
      rest = rest.slice(head.length)
    }
    line = rest
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Wrapped with a prefix on the first line and as much room before the others. */
export function hanging(prefix: string, text: string, width: number): string[] {
  const room = ' '.repeat(columns(prefix))
  return wrap(text, Math.max(10, width - columns(prefix))).map((line, index) => (index === 0 ? prefix : room) + line)
}

/** A bar of eighths of a column; the smallest share that is not nothing shows. */
export function bar(share: number, width: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(Math.min(1, Math.max(0, share)) * width * 8))
  const part = eighths % 8
  return '█'.repeat(Math.floor(eighths / 8)) + (part > 0 ? (['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][part] ?? '') : '')
}
