/** Two figures over one setting, as data: what CurveChart draws and its table lists. */
export interface CurveModel {
  /** Of each point, ascending, in seconds. */
  readonly x: readonly number[]
  readonly left: { readonly label: string; readonly values: readonly number[] }
  readonly right: { readonly label: string; readonly values: readonly number[] }
  /** Upright lines. */
  readonly marks: readonly { readonly at: number; readonly label: string; readonly tone: 'needed' | 'avoidable' }[]
  /** From here on the picture says nothing. */
  readonly knownUntil: number
  readonly unknownLabel: string
  /** One sentence that says what the chart shows: its accessible name. */
  readonly summary: string
}
