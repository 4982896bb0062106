/** How products tell themselves, and sentences many remedies share. */
import type { Traces } from './product'

/** Kept of a header's value in a sentence. */
const SHOWN = 80

const said = (field: string, value: string): string => `${field}: ${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}`

/** Of header fields that hold a text. */
const field =
  (name: string, pick: (t: Traces) => string | null) =>
  (pattern: RegExp) =>
  (t: Traces): string | null => {
    const value = pick(t)
    return value !== null && pattern.test(value) ? said(name, value) : null
  }

export const server = field('Server', (t) => t.product)
export const userAgent = field('User-Agent', (t) => t.userAgent)
export const requestVia = field('Via', (t) => t.requestVia)
export const responseVia = field('Via', (t) => t.responseVia)

/** Of fields that name a product by being there: the words of product-marks.ts. */
const mark =
  (pick: (t: Traces) => string | null) =>
  (...words: readonly string[]) =>
  (t: Traces): string | null => {
    const there = pick(t)?.split(' ') ?? []
    return words.find((word) => there.includes(word)) ?? null
  }

export const requestMark = mark((t) => t.requestMarks)
export const responseMark = mark((t) => t.responseMarks)

/** The first that shows the product. */
export const anyOf =
  (...ways: readonly ((t: Traces) => string | null)[]) =>
  (t: Traces): string | null => {
    for (const way of ways) {
      const seen = way(t)
      if (seen !== null) return seen
    }
    return null
  }

/** Products that put nothing of their own into messages: advice for them is offered, never claimed. */
export const nothing = (): null => null
export const SILENT = 'Sends nothing of its own that a capture would show'

export const CURL_TWICE =
  'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing").'
export const MORE_EACH = 'Connections carry more requests each than before.'
export const IDLE_STAYS = 'Connections stay open through the idle times of this traffic.'
