/** `roundtrip facts`: what was seen, before any judgement, in the schema `roundtrip.facts/1`. */
import { timeBase, type TimeBase } from '../../../shared/units'
import type { FactsSource } from '../source'
import { captureJson, diagnosticJson } from './capture'
import { connectionJson } from './connection'
import { jsonArray, jsonText } from './stringify'

export const FACTS_SCHEMA = 'roundtrip.facts/1'

/** All captures of one audit count their instants from the first one's base. */
const baseOf = (source: FactsSource): TimeBase => source.summary.captures[0]?.timeBase ?? timeBase(0)

async function* connections(source: FactsSource): AsyncGenerator<object> {
  const base = baseOf(source)
  for await (const facts of source.facts()) yield connectionJson(base, facts)
}

/** One JSON document, a connection a line, in pieces: a large capture's facts are never in memory at once. */
export async function* factsJson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  const [first] = captures
  yield `{\n  "schema": ${jsonText(FACTS_SCHEMA)},\n  "capture": ${jsonText(first ? captureJson(first) : null)},\n`
  if (captures.length > 1) yield `  "captures": ${jsonText(captures.map(captureJson))},\n`
  yield* jsonArray('connections', connections(source))
  yield ',\n'
  yield* jsonArray('diagnostics', diagnostics.map(diagnosticJson))
  yield '\n}\n'
}

/** One JSON object a line, told apart by `type`: the captures, then the connections, then the diagnostics. */
export async function* factsNdjson(source: FactsSource): AsyncGenerator<string> {
  const { captures, diagnostics } = source.summary
  for (const capture of captures) yield `${jsonText({ type: 'capture', schema: FACTS_SCHEMA, ...captureJson(capture) })}\n`
  for await (const connection of connections(source)) yield `${jsonText({ type: 'connection', ...connection })}\n`
  for (const diagnostic of diagnostics) yield `${jsonText({ type: 'diagnostic', ...diagnosticJson(diagnostic) })}\n`
}
