/** A bar chart as data: what builders make from an audit, what BarChart draws, and what its table lists. */
export type Tone = 'needed' | 'avoidable' | 'unjudged' | 'tcp' | 'tls' | 'estimate' | 'track'
export type Unit = 'ratio' | 'seconds' | 'count'

export interface Series {
  readonly label: string
  readonly tone: Tone
  readonly values: readonly number[]
}

export interface BarModel {
  readonly horizontal: boolean
  readonly unit: Unit
  /** What each bar stands for, as the axis shows it. */
  readonly categories: readonly string[]
  /** The same in full, for the tooltip and the table. */
  readonly names: readonly string[]
  /** Stacked in this order. The tone 'track' is the rest of a share: it is drawn, but neither listed nor explained. */
  readonly series: readonly Series[]
  /** Written at the end of each bar; empty for none. */
  readonly endLabels: readonly string[]
  /** Where the value axis ends; null lets the data decide. */
  readonly max: number | null
  /** One sentence that says what the chart shows: its accessible name. */
  readonly summary: string
  /** Heading of the table's first column. */
  readonly categoryTitle: string
}

/** Nothing to draw. A share of nothing is something: bars of zero are what such a chart shows. */
export const isEmpty = (model: BarModel): boolean =>
  model.categories.length === 0 ||
  (model.unit !== 'ratio' && model.series.every(({ values }) => values.every((value) => value === 0)))
