/** A plain table of text: what the costs page's tables are made of. */
export interface Column {
  readonly title: string
  readonly numeric?: boolean
  /** Never broken into lines. */
  readonly whole?: boolean
  /** Left out on narrow windows. */
  readonly wide?: boolean
}

export interface Cell {
  readonly text: string
  /** A second line, fainter. */
  readonly note?: string
  readonly testid?: string
  /** The number behind the text, for tests. */
  readonly raw?: number
  readonly tone?: 'avoidable' | 'danger'
}

export interface TableRow {
  readonly key: string
  readonly cells: readonly Cell[]
}
