/** `roundtrip facts`: what was seen, before any judgement, in the schema `roundtrip.facts/1`. */
import { timeBase, type TimeBase } from '../../../shared/units'
import type { FactsSource } from '../source'
import { captureJson, diagnosticJson } from './capture'
import { connectionJson, exchangeJson } from './connection'
import { jsonArray, jsonText } from './stringify'

export const FACTS_SCHEMA = 'roundtrip.facts/1'

/** All captures of one audit count their instants from the first one's base. */
const baseOf = (source: FactsSource): TimeBase => source.summary.captures[0]?.timeBase ?? timeBase(0)

/** What ends a connection's JSON: the list of its exchanges, and itself. */
const END = ']}'

/**
 * Each connection as JSON with `extra` before its own members. One with very many exchanges comes in pieces.
 *
 * @returns `begins`: the piece is a connection's first; `ends`: it is its last
 */
async function* connections(
  source: FactsSource,
  extra: object,
): AsyncGenerator<{ text: string; begins: boolean; ends: boolean }> {
  const base = baseOf(source)
  let begins = true
  let separator = ''
  for await (const facts of source.facts()) {
    const ends = facts.more !== true
    if (begins && ends) {
      yield { text: jsonText({ ...extra, ...connectionJson(base, facts) }), begins, ends }
      continue
    }
    let text = ''
    if (begins) {
      text = jsonText({ ...extra, ...connectionJson(base, { pushes: 0, ...facts, exchanges: [] }) }).slice(0, -END.length)
      separator = ''
    }
    for (const exchange of facts.exchanges) {
      text += separator + jsonText(exchangeJson(base, exchange))
      separator = ','
    }
    yield { text: ends ? text + END : text, begins, ends }
    begins = ends
  }
}

async function* connectionArray(source: FactsSource): AsyncGenerator<string> {
  yield '  "connections": ['
  let separator = '\n    '
  for await (const { text, begins } of connections(source, {})) {
    yield begins ? separator + text : text
    separator = ',\n    '
  }
  yield separator === '\n    ' ? ']' : '\n  ]'
}

/** One JSON document, a connection a line, in pieces: a large capture's facts, or a long connection's, are never in memory at once. */
export async function* factsJson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  const [first] = captures
  yield `{\n  "schema": ${jsonText(FACTS_SCHEMA)},\n  "capture": ${jsonText(first ? captureJson(first) : null)},\n`
  if (captures.length > 1) yield `  "captures": ${jsonText(captures.map(captureJson))},\n`
  yield* connectionArray(source)
  yield ',\n'
  yield* jsonArray('diagnostics', diagnostics.map(diagnosticJson))
  yield '\n}\n'
}

/** One JSON object a line, told apart by `type`: the captures, then the connections, then the diagnostics. */
export async function* factsNdjson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  for (const capture of captures) yield `${jsonText({ type: 'capture', schema: FACTS_SCHEMA, ...captureJson(capture) })}\n`
  for await (const { text, ends } of connections(source, { type: 'connection' })) yield ends ? `${text}\n` : text
  for (const diagnostic of diagnostics) yield `${jsonText({ type: 'diagnostic', ...diagnosticJson(diagnostic) })}\n`
}
