/** Charts as SVG, drawn by pure functions from numbers. Sizes are user units: the width scales with the page. */
import { LIGHT_PALETTE as COLOURS, timeStep } from '../../../shared/format'
import { html, type Markup } from './markup'

export interface Segment {
  readonly value: number
  readonly fill: string
}

export interface Bar {
  readonly segments: readonly Segment[]
  /** Written to the right of the bar. */
  readonly value: string
}

export interface BarRow {
  readonly label: string
  /** One for each panel. */
  readonly bars: readonly Bar[]
}

export interface Panel {
  readonly heading: string
  /** The value that fills the panel's width; the largest row's where it is not given. */
  readonly most?: number
}

const GRID = '#dfe4ea'
const INK = '#1b2430'
const FAINT = '#56616f'

const rounded = (value: number): number => Math.round(value * 100) / 100

/** Both ends of a long name are kept: hosts differ at the start, ports and paths at the end. */
export function shortened(text: string, longest: number): string {
  const chars = Array.from(text)
  if (chars.length <= longest) return text
  const tail = Math.floor(longest / 3)
  return `${chars.slice(0, longest - tail - 1).join('')}…${chars.slice(chars.length - tail).join('')}`
}

const sumOf = (segments: readonly Segment[]): number => segments.reduce((sum, segment) => sum + segment.value, 0)

/** Segments end to end from x; the smallest value that is not nothing shows. */
function stacked(segments: readonly Segment[], x: number, y: number, height: number, perUnit: number): readonly Markup[] {
  let at = x
  return segments.map(({ value, fill }) => {
    const width = value > 0 ? Math.max(value * perUnit, 1) : 0
    const part = html`<rect x="${rounded(at)}" y="${y}" width="${rounded(width)}" height="${height}" fill="${fill}" />`
    at += value * perUnit
    return part
  })
}

const TRACK = '#f1f4f7'
const [STEP, THICK] = [25, 14]

/**
 * Horizontal bars, stacked, in panels side by side that share their labels; each panel has a scale of its own.
 * @param title what the chart shows, for people who do not see it
 */
export function barChart(title: string, panels: readonly Panel[], rows: readonly BarRow[]): Markup {
  const [width, label, valueRoom, head] = [640, 182, 70, 24]
  const panelWidth = (width - label) / panels.length
  const room = panelWidth - valueRoom
  const drawn = panels.map((panel, index) => {
    const left = label + index * panelWidth
    const most = panel.most ?? Math.max(...rows.map((row) => sumOf(row.bars[index]?.segments ?? [])), 0)
    const bars = rows.map((row, number) => {
      const top = head + number * STEP
      const bar = row.bars[index]
      return html`<rect x="${left}" y="${top}" width="${room}" height="${THICK}" fill="${TRACK}" />
        ${stacked(bar?.segments ?? [], left, top, THICK, most > 0 ? room / most : 0)}
        <text x="${left + room + 7}" y="${top + 11}" fill="${FAINT}">${bar?.value ?? ''}</text>`
    })
    return html`<text x="${left}" y="12" font-weight="650" fill="${INK}">${panel.heading}</text>${bars}`
  })
  const labels = rows.map((row, number) => {
    const name = shortened(row.label, 28)
    return html`<text x="${0}" y="${head + number * STEP + 11}" fill="${INK}">${name}</text>`
  })
  const height = head + rows.length * STEP
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-size="11">
    ${labels}${drawn}
  </svg>`
}

/** A bar for a table's cell: a share of 0–1 of its width. */
export function inlineBar(share: number, fill: string): Markup {
  return html`<svg class="inline-bar" viewBox="0 0 160 12" preserveAspectRatio="none" aria-hidden="true">
    <rect x="0" y="0" width="160" height="12" fill="${TRACK}" />
    ${stacked([{ value: share, fill }], 0, 0, 12, 160)}
  </svg>`
}

export interface Column {
  /** Seconds from the start. */
  readonly from: number
  readonly segments: readonly Segment[]
}

/** A step of 1, 2 or 5 times a power of ten, so that `most` takes at most `count` of them. */
export function niceStep(most: number, count: number): number {
  const rough = Math.max(most, Number.MIN_VALUE) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * 0.999_999) ?? 10
  return factor * power
}

/** Stacked columns over time with both axes. Counts are whole, so the value axis has whole steps. */
export function columnChart(
  title: string,
  columns: readonly Column[],
  bucketSeconds: number,
  timeText: (seconds: number) => string,
): Markup {
  const [width, height, leftEdge, bottom, top] = [640, 170, 40, 24, 10]
  const [room, tall] = [width - leftEdge - 12, height - bottom - top]
  const sums = columns.map((column) => column.segments.reduce((sum, segment) => sum + segment.value, 0))
  const most = Math.max(...sums, 1)
  const step = Math.max(1, niceStep(most, 4))
  const limit = Math.ceil(most / step) * step
  const slot = room / Math.max(columns.length, 1)
  const y = (value: number): number => rounded(top + tall - (value / limit) * tall)
  const grid = Array.from({ length: Math.round(limit / step) + 1 }, (_, index) => {
    const at = y(index * step)
    return html`<line x1="${leftEdge}" x2="${width - 12}" y1="${at}" y2="${at}" stroke="${GRID}" />
      <text x="${leftEdge - 7}" y="${at + 4}" text-anchor="end" fill="${FAINT}">${Math.round(index * step)}</text>`
  })
  const drawn = columns.map((column, index) => {
    let base = 0
    return column.segments.map((segment) => {
      const [low, high] = [y(base), y(base + segment.value)]
      base += segment.value
      if (segment.value === 0) return null
      const gap = Math.min(2, slot * 0.15)
      return html`<rect
        x="${rounded(leftEdge + index * slot + gap / 2)}"
        y="${high}"
        width="${rounded(Math.max(slot - gap, 0.5))}"
        height="${rounded(low - high)}"
        fill="${segment.fill}"
      />`
    })
  })
  const start = columns[0]?.from ?? 0
  const span = columns.length * bucketSeconds
  const every = timeStep(span, 5)
  const ticks = Array.from({ length: Math.floor(span / every + 1e-9) + 1 }, (_, index) => {
    const share = span === 0 ? 0 : (index * every) / span
    const anchor = share === 0 ? 'start' : share > 0.97 ? 'end' : 'middle'
    const x = rounded(leftEdge + share * room)
    return html`<text x="${x}" y="${height - 6}" text-anchor="${anchor}" fill="${FAINT}">${timeText(start + share * span)}</text>`
  })
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}" font-size="11">
    ${grid}${drawn}${ticks}
  </svg>`
}

/** What the colours of a chart stand for. */
export function legend(entries: readonly (readonly [string, string])[]): Markup {
  return html`<p class="legend">
    ${entries.map(([fill, label]) => html`<span><i style="background:${fill}"></i>${label}</span>`)}
  </p>`
}

export const FILL = {
  reused: COLOURS.needed.fill,
  needed: COLOURS.needed.fill,
  avoidable: COLOURS.avoidable.fill,
  notJudged: COLOURS.notJudged.fill,
  tcp: COLOURS.tcp.fill,
  tls: COLOURS.tls.fill,
  rest: '#c9d1da',
} as const
