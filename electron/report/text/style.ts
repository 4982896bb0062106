/** Colours of a terminal (ECMA-48 SGR), or none. */
export type Paint = (text: string) => string

export interface Style {
  readonly heading: Paint
  readonly strong: Paint
  readonly faint: Paint
  readonly good: Paint
  readonly warn: Paint
  readonly bad: Paint
}

const same: Paint = (text) => text
const PLAIN: Style = { heading: same, strong: same, faint: same, good: same, warn: same, bad: same }

const sgr =
  (on: number, off: number): Paint =>
  (text) =>
    `\u001b[${on}m${text}\u001b[${off}m`

const COLOURED: Style = {
  heading: sgr(1, 22),
  strong: sgr(1, 22),
  faint: sgr(2, 22),
  good: sgr(36, 39),
  warn: sgr(33, 39),
  bad: sgr(31, 39),
}

export const styleFor = (colour: boolean): Style => (colour ? COLOURED : PLAIN)
