/** `roundtrip facts`: what was seen, before any judgement, in the schema `roundtrip.facts/1`. */
import { timeBase, type TimeBase } from '../../../shared/units'
import { captureJson, diagnosticJson } from './capture'
import type { ConnectionFacts, FactsSource } from '../source'
import { connectionJson, exchangeJson } from './connection'
import { jsonArray, jsonText } from './stringify'

export const FACTS_SCHEMA = 'roundtrip.facts/1'

/** All captures of one audit count their instants from the first one's base. */
const baseOf = (source: FactsSource): TimeBase => source.summary.captures[0]?.timeBase ?? timeBase(0)

/** Characters of a piece, about. A connection's exchanges together may be more than a string can hold. */
const PIECE = 1 << 16

/** One connection as JSON on one line, in pieces. `before`: fields that come first. */
function* connectionText(base: TimeBase, facts: ConnectionFacts, before: object = {}): Generator<string> {
  const head = jsonText({ ...before, ...connectionJson(base, facts) })
  let piece = `${head.slice(0, -1)},"exchanges":[`
  let separator = ''
  for (const exchange of facts.exchanges) {
    piece += separator + jsonText(exchangeJson(base, exchange))
    separator = ','
    if (piece.length < PIECE) continue
    yield piece
    piece = ''
  }
  yield `${piece}]}`
}

/** One JSON document, a connection a line, in pieces: a large capture's facts are never in memory at once. */
export async function* factsJson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  const [first] = captures
  yield `{\n  "schema": ${jsonText(FACTS_SCHEMA)},\n  "capture": ${jsonText(first ? captureJson(first) : null)},\n`
  if (captures.length > 1) yield `  "captures": ${jsonText(captures.map(captureJson))},\n`
  yield '  "connections": ['
  const base = baseOf(source)
  let separator = '\n    '
  for await (const facts of source.facts()) {
    yield separator
    yield* connectionText(base, facts)
    separator = ',\n    '
  }
  yield separator === '\n    ' ? '],\n' : '\n  ],\n'
  yield* jsonArray('diagnostics', diagnostics.map(diagnosticJson))
  yield '\n}\n'
}

/** One JSON object a line, told apart by `type`: the captures, then the connections, then the diagnostics. */
export async function* factsNdjson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  for (const capture of captures) yield `${jsonText({ type: 'capture', schema: FACTS_SCHEMA, ...captureJson(capture) })}\n`
  const base = baseOf(source)
  for await (const facts of source.facts()) {
    yield* connectionText(base, facts, { type: 'connection' })
    yield '\n'
  }
  for (const diagnostic of diagnostics) yield `${jsonText({ type: 'diagnostic', ...diagnosticJson(diagnostic) })}\n`
}
