/**
 * Which connection an entry used, where the exporter says so. HAR 1.2 leaves open what `connection` is: "can be the TCP/IP
 * client port number". Chrome writes a socket number, Safari a connection number, Fiddler the client's port, WebPagetest a
 * socket number in `_socket`; Firefox and Firebug write the server's port, which tells nothing.
 */
import type { NetworkEntry } from './sort-out'
import { instantsOf } from './timing'

export interface Identified {
  /** One list of entries for each connection. */
  readonly connections: readonly (readonly NetworkEntry[])[]
  /** Entries without a usable identifier. */
  readonly others: readonly NetworkEntry[]
  /** Identifiers were there but are the server's port. */
  readonly portsForIds: boolean
}

const FIDDLER = /^ClientPort:(\d{1,5})(?:;|$)/i

export function byConnectionId(entries: readonly NetworkEntry[], creator: string): Identified {
  const withId = entries.filter((entry) => entry.connectionId !== null)
  if (withId.length === 0) return { connections: [], others: entries, portsForIds: false }
  if (arePorts(withId, creator)) return { connections: [], others: entries, portsForIds: true }
  const fiddler = /fiddler/i.test(creator)
  const byStart = [...withId].sort((a, b) => instantsOf(a).request - instantsOf(b).request || a.index - b.index)
  const session = fiddler ? () => 0 : sessions(byStart)
  const connections = new Map<string, NetworkEntry[]>()
  for (const entry of byStart) {
    const id = fiddler ? clientPortId(entry) : entry.connectionId!
    const key = `${session(entry)} ${id}`
    const group = connections.get(key) ?? []
    if (group.length === 0) connections.set(key, group)
    group.push(fiddler ? withClientPort(entry, id) : entry)
  }
  return {
    connections: [...connections.values()],
    others: entries.filter((entry) => entry.connectionId === null),
    portsForIds: false,
  }
}

/** Every identifier is its server's port, or the exporter is known to write that. */
function arePorts(entries: readonly NetworkEntry[], creator: string): boolean {
  if (/^(firefox|firebug)/i.test(creator)) return true
  return entries.every(
    ({ connectionId, target }) => connectionId === '80' || connectionId === '443' || connectionId === String(target.port),
  )
}

const clientPortId = (entry: NetworkEntry): string => FIDDLER.exec(entry.connectionId ?? '')?.[1] ?? entry.connectionId!

function withClientPort(entry: NetworkEntry, id: string): NetworkEntry {
  const port = Number(id)
  return Number.isInteger(port) && port > 0 && port <= 65535 ? { ...entry, clientPort: port } : entry
}

/**
 * Runs of a fresh browser, joined in one HAR, number their sockets anew. Numbers rise within a run, so a page that opens a
 * connection whose number is not above the earlier pages' begins a new session. Gives each entry's session. `entries`: in order
 * of request.
 */
function sessions(entries: readonly NetworkEntry[]): (entry: NetworkEntry) => number {
  const pages = new Map<string | null, NetworkEntry[]>()
  for (const entry of entries) {
    const page = pages.get(entry.page) ?? []
    if (page.length === 0) pages.set(entry.page, page)
    page.push(entry)
  }
  const sessionOf = new Map<string | null, number>()
  let session = 0
  let seen = new Set<string | null>()
  let highest = -Infinity
  for (const [page, members] of pages) {
    if (members.some((entry) => isOpening(entry) && (seen.has(entry.connectionId) || Number(entry.connectionId) < highest))) {
      session += 1
      seen = new Set()
      highest = -Infinity
    }
    for (const { connectionId } of members) {
      seen.add(connectionId)
      const number = Number(connectionId)
      if (number > highest) highest = number
    }
    sessionOf.set(page, session)
  }
  return ({ page }) => sessionOf.get(page) ?? 0
}

const isOpening = ({ timings, reused }: NetworkEntry): boolean =>
  reused === false || (reused === null && (timings.connect ?? 0) > 0)
