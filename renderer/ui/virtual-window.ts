/** Which rows of a long list are in view. */

/** Browsers lose precision, then rows, beyond some 30 million pixels: longer lists are scrolled in scale. */
export const TALLEST = 15_000_000

export interface VirtualWindow {
  /** First and last row to draw, both included; last < first when there are none. */
  readonly first: number
  readonly last: number
  /** Where the first row's top is inside the scrolled area, in pixels. */
  readonly top: number
  /** Height of the scrolled area, in pixels. */
  readonly height: number
}

/** `overscan` rows are drawn beyond either edge. All lengths in pixels. */
export function windowOf(of: {
  readonly scrollTop: number
  readonly viewHeight: number
  readonly rowHeight: number
  readonly total: number
  readonly overscan?: number
}): VirtualWindow {
  const { viewHeight, rowHeight, total, overscan = 6 } = of
  const full = total * rowHeight
  const height = Math.min(full, TALLEST)
  const scrollTop = Math.max(0, Math.min(of.scrollTop, height - viewHeight))
  // Position within the list as if it were drawn in full.
  const position = height === full || height <= viewHeight ? scrollTop : (scrollTop / (height - viewHeight)) * (full - viewHeight)
  const first = Math.max(0, Math.floor(position / rowHeight) - overscan)
  const last = Math.min(total - 1, Math.ceil((position + viewHeight) / rowHeight) - 1 + overscan)
  return { first, last, top: first * rowHeight - position + scrollTop, height }
}

/** The scroll position that brings a row into view; the present one if it is there already. */
export function scrollTopFor(
  index: number,
  of: { readonly scrollTop: number; readonly viewHeight: number; readonly rowHeight: number; readonly total: number },
): number {
  const full = of.total * of.rowHeight
  const height = Math.min(full, TALLEST)
  const scale = height === full || full <= of.viewHeight ? 1 : (height - of.viewHeight) / (full - of.viewHeight)
  const position = of.scrollTop / scale
  const top = index * of.rowHeight
  if (top < position) return top * scale
  if (top + of.rowHeight > position + of.viewHeight) return (top + of.rowHeight - of.viewHeight) * scale
  return of.scrollTop
}
