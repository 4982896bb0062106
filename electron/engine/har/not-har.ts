/** What a JSON file is when it is no HAR, in words that help whoever chose it. */
import type { HarDocument } from './json/document'

/** Root members that give a kind of file away. */
const KINDS: readonly (readonly [readonly string[], string])[] = [
  [['traceEvents'], 'a Chrome performance trace; export the Network panel as HAR instead'],
  [['lighthouseVersion'], 'a Lighthouse report; export the Network panel as HAR instead'],
  [['constants', 'events'], 'a Chrome net-export log; export the Network panel as HAR instead'],
  [['meta', 'threads'], 'a Firefox Profiler profile; export the Network panel as HAR instead'],
  [['info', 'item'], 'a Postman collection, which holds requests but no connections'],
  [['openapi'], 'an OpenAPI description'],
  [['swagger'], 'an OpenAPI description'],
  [['schema', 'capture', 'connections'], 'a facts file that Roundtrip wrote; open the capture it was made from'],
  [['schema', 'totals'], 'an audit that Roundtrip wrote; open the capture it was made from'],
  [['statusCode', 'data'], 'a WebPagetest result; download its HAR instead'],
  [['mappings', 'sources'], 'a source map'],
  [['dependencies', 'name'], 'a package description'],
]

/** The kind, or null while the members read so far fit none. */
export const knownKind = (keys: readonly string[]): string | null =>
  KINDS.find(([members]) => members.every((member) => keys.includes(member)))?.[1] ?? null

/** One sentence: why the document is no HAR. */
export function whyNoHar(name: string, document: HarDocument): string {
  const kind = knownKind(document.rootKeys)
  if (kind !== null) return `${name} is no HAR: it is ${kind}.`
  if (document.root === 'list')
    return `${name} is no HAR: its JSON is a list (of packets exported as text, perhaps); open the capture file itself.`
  if (document.root !== 'object') return `${name} is no HAR: it is not a JSON object.`
  if (document.rootKeys.includes('log')) return `${name} is no HAR: its JSON has a "log", but no list of "log.entries" in it.`
  const keys = document.rootKeys.slice(0, 3).map((key) => `"${printable(key)}"`)
  return `${name} is no HAR: its JSON has no "log"${keys.length === 0 ? '' : `, but ${keys.join(', ')}`}.`
}

/** Keys come from the file: no control characters, no walls of text. */
const printable = (key: string): string => key.replace(/[^\x20-\x7e]/g, '?').slice(0, 40)
