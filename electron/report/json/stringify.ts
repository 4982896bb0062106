/** JSON that stays exact and yet harmless on a terminal: what JSON.stringify leaves raw but a terminal obeys is escaped. */

// DEL and C1 controls, directional marks, overrides and isolates, line and paragraph separators, byte order mark.

const STEERING = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** One value as JSON on one line. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The elements of a top-level array, as `shown`, a line each, between its brackets. */
export async function* jsonArray<T>(
  key: string,
  elements: AsyncIterable<T> | Iterable<T>,
  shown: (element: T) => unknown = (element) => element,
): AsyncGenerator<string> {
  yield `  ${JSON.stringify(key)}: [`
  let separator = '\n    '
  for await (const element of elements) {
    yield separator + jsonText(shown(element))
    separator = ',\n    '
  }
  yield separator === '\n    ' ? ']' : '\n  ]'
}
