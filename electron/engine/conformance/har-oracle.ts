/** Compares a reading of a HAR with what `har-facts` counted in the same file without any HAR library. */
import type { HarEntry } from '../har/entry'
import type { CollectedConnection } from '../testing/collect'
import type { Agreement } from './record'

export interface HarOracle {
  readonly error: string | null
  readonly creator: { readonly name: string | null }
  readonly entries: number
  readonly methods: Readonly<Record<string, number>>
  readonly statuses: Readonly<Record<string, number>>
  readonly request_versions: Readonly<Record<string, number>>
  readonly schemes: Readonly<Record<string, number>>
  readonly hosts: Readonly<Record<string, number>>
  readonly with_server_ip: number
  readonly connect_positive: number
  readonly first_started: string | null
  readonly by_connection: { readonly groups: Readonly<Record<string, number>> }
  readonly by_socket: { readonly groups: Readonly<Record<string, number>> }
}

/** Every spelling in the corpus, written out by hand. "me:" is a fragment of a header line. */
const VERSIONS: Readonly<Record<string, string>> = {
  '': '',
  unknown: '',
  'me:': '',
  '1.1': 'HTTP/1.1',
  'http/1.1': 'HTTP/1.1',
  'HTTP/1.1': 'HTTP/1.1',
  'HTTP/1.0': 'HTTP/1.0',
  h2: 'HTTP/2',
  'http/2.0': 'HTTP/2',
  'HTTP/2': 'HTTP/2',
  'HTTP/2.0': 'HTTP/2',
  h3: 'HTTP/3',
  'HTTP/3': 'HTTP/3',
}

export class Tally {
  agreed = 0
  checked = 0
  readonly notes: string[] = []

  check(kind: string, got: unknown, expected: unknown): void {
    this.checked += 1
    if (got === expected) this.agreed += 1
    else this.notes.push(`${kind}: ${String(got)}, oracle ${String(expected)}`)
  }

  /** Key by key over both. */
  counts(kind: string, got: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
    for (const key of new Set([...got.keys(), ...expected.keys()]))
      this.check(`${kind} ${key}`, got.get(key) ?? 0, expected.get(key) ?? 0)
  }

  get agreement(): Agreement {
    return { agreed: this.agreed, checked: this.checked }
  }
}

const count = (values: Iterable<string>): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}

/** The oracle's counts with keys brought to our form; keys that become equal are added up. */
function mapped(counts: Readonly<Record<string, number>>, key: (text: string) => string): Map<string, number> {
  const out = new Map<string, number>()
  for (const [text, n] of Object.entries(counts)) out.set(key(text), (out.get(key(text)) ?? 0) + n)
  return out
}

/** Entry by entry, before anything is left out. The oracle's URL reader gives up on any URL with a bracket, so those count as "". */
export function compareEntries(tally: Tally, entries: readonly HarEntry[], raw: readonly RawEntry[], oracle: HarOracle): void {
  const asOracle = (entry: HarEntry, value: string | null): string =>
    raw[entry.index]?.request.url.includes('[') === true ? '' : (value ?? '')
  tally.check('entries', entries.length, oracle.entries)
  tally.counts(
    'method',
    count(entries.map((entry) => entry.method)),
    mapped(oracle.methods, (text) => text),
  )
  tally.counts(
    'status',
    count(entries.map((entry) => String(entry.status))),
    mapped(oracle.statuses, (text) => (text === '' ? '0' : text)),
  )
  tally.counts(
    'scheme',
    count(entries.map((entry) => asOracle(entry, entry.target.scheme))),
    mapped(oracle.schemes, (text) => text),
  )
  tally.counts(
    'host',
    count(entries.map((entry) => asOracle(entry, entry.target.scheme === null ? '' : entry.target.authority))),
    mapped(oracle.hosts, (text) => text.toLowerCase()),
  )
  tally.counts(
    'version',
    count(entries.map((entry) => entry.request.version)),
    mapped(oracle.request_versions, (text) => VERSIONS[text] ?? `unlisted ${text}`),
  )
  tally.check('with server address', entries.filter((entry) => entry.serverIp !== '').length, oracle.with_server_ip)
  tally.check('connect > 0', entries.filter((entry) => (entry.timings.connect ?? 0) > 0).length, oracle.connect_positive)
  const first = entries.reduce((least, entry) => Math.min(least, entry.started ?? Infinity), Infinity)
  tally.check('first start', Math.floor(first), Date.parse(oracle.first_started ?? ''))
}

/** One entry as it stands in the file: what the comparison needs beside the oracle. */
export interface RawEntry {
  readonly pageref?: string
  readonly connection?: string
  readonly request: { readonly url: string }
}

/**
 * Runs of a fresh browser joined in one HAR: each run, which is a page, numbers its connections anew. The oracle adds the runs'
 * equal numbers together, so here the entries are counted by page and number.
 */
const RUNS_JOINED: ReadonlySet<string> = new Set([
  'har/pagexray-304.har',
  'har/pagexray-assa.har',
  'har/perfcascade-browsertime_h2_filamentgroup.com.har',
])

/** How many entries each connection carried, largest first, against the oracle's groups where these are connections. */
export function compareConnections(
  tally: Tally,
  connections: readonly CollectedConnection[],
  key: string,
  raw: readonly RawEntry[],
  oracle: HarOracle,
): void {
  const expected = RUNS_JOINED.has(key)
    ? count(raw.map((entry) => `${entry.pageref ?? ''} ${entry.connection ?? ''}`)).values()
    : trustedGroups(oracle)
  if (expected === null) return
  const largestFirst = (a: number, b: number): number => b - a
  const known = connections.filter(({ connection }) => !connection.marks.includes('estimated'))
  const got = known.map(({ exchanges }) => exchanges.length).sort(largestFirst)
  const wanted = [...expected].sort(largestFirst)
  tally.check('connections', got.length, wanted.length)
  for (let i = 0; i < Math.max(got.length, wanted.length); i++) tally.check(`connection no. ${i + 1} by size`, got[i], wanted[i])
}

function trustedGroups({ creator, by_connection, by_socket }: HarOracle): Iterable<number> | null {
  const name = creator.name ?? ''
  if (/^(Firefox|Firebug)$/.test(name)) return null // the server's port
  const groups = Object.keys(by_connection.groups).length > 0 ? by_connection.groups : by_socket.groups
  if (Object.keys(groups).length === 0) return null
  // Fiddler writes both sides' ports; the client's tells the application's connections.
  return mapped(groups, (id) => /^ClientPort:(\d+)/.exec(id)?.[1] ?? id).values()
}
