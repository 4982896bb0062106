/**
 * Which encrypted connection of a capture is which connection of a HAR. Both have the same server, open at the same moment, and the
 * capture's is open for as long and carries as much. One to one, the surest pairs first.
 */
export interface Blind {
  readonly id: number
  /** Server address, port and name: only equal ones can be the same. */
  readonly server: string
  /** Milliseconds. */
  readonly openedAt: number
  readonly lastAt: number
  /** Payload of the server, TLS included. */
  readonly bytes: number
  /** How often the client spoke anew; null where that is not known. */
  readonly turns: number | null
}

export interface Told {
  readonly id: number
  readonly server: string
  readonly openedAt: number
  /** The HAR measured the opening, so that the time is its beginning; else it is the first request. */
  readonly measured: boolean
  readonly lastAt: number
  readonly bytes: number
  readonly requests: number
}

export interface Assignment {
  readonly har: number
  readonly capture: number
}

export interface Assigned {
  readonly pairs: readonly Assignment[]
  /** Milliseconds added to the HAR's times to bring them to the capture's clock. */
  readonly offset: number
}

/** Clocks of one machine, or of machines that keep time: what is further apart is another visit. */
const CLOCKS_APART = 2000
/** After the offset is known: how far the openings may be apart, and how much longer the HAR may say that something took. */
const OPENING = 100
const OVERHANG = 500
/** Connections that are tried for one of the HAR: those that open nearest in time. */
const MOST_TRIED = 32
/** What a TLS handshake and the records around the content weigh, at most about. */
const HANDSHAKE_BYTES = 8000
/**
 * What unlikeness counts, as milliseconds between the openings: browsers open several connections within a few, and what these carry
 * tells them apart. A HAR's sizes may be those of unpacked content, or missing: then they tell nothing, and no more than this.
 */
const BYTES_PER_MILLISECOND = 200
const MOST_FOR_SIZE = 40
const MILLISECONDS_PER_TURN = 10
const UNMEASURED = 10

export function assign(blind: readonly Blind[], told: readonly Told[]): Assigned {
  const byServer = new Map<string, Blind[]>()
  for (const one of [...blind].sort((a, b) => a.openedAt - b.openedAt)) {
    const group = byServer.get(one.server)
    if (group === undefined) byServer.set(one.server, [one])
    else group.push(one)
  }
  const offset = offsetOf(byServer, told)
  const tries: { readonly har: Told; readonly capture: Blind; readonly cost: number }[] = []
  for (const har of told) {
    const group = byServer.get(har.server) ?? []
    for (const capture of nearest(group, har.openedAt + offset, har.measured)) {
      const cost = costOf(har, capture, offset)
      if (cost !== null) tries.push({ har, capture, cost })
    }
  }
  tries.sort((a, b) => a.cost - b.cost || a.har.id - b.har.id || a.capture.id - b.capture.id)
  const used = new Set<number>()
  const given = new Set<number>()
  const pairs: Assignment[] = []
  for (const { har, capture } of tries) {
    if (used.has(har.id) || given.has(capture.id)) continue
    used.add(har.id)
    given.add(capture.id)
    pairs.push({ har: har.id, capture: capture.id })
  }
  return { pairs, offset }
}

/** The median of what lies between a measured opening and the nearest SYN. */
function offsetOf(byServer: ReadonlyMap<string, readonly Blind[]>, told: readonly Told[]): number {
  const between: number[] = []
  for (const har of told) {
    if (!har.measured) continue
    const [first] = nearest(byServer.get(har.server) ?? [], har.openedAt, true)
    if (first !== undefined && Math.abs(first.openedAt - har.openedAt) <= CLOCKS_APART)
      between.push(first.openedAt - har.openedAt)
  }
  between.sort((a, b) => a - b)
  return between[between.length >>> 1] ?? 0
}

/** Those that open nearest to a moment, or the last that opened before it; the nearest first. */
function nearest(group: readonly Blind[], at: number, bothSides: boolean): readonly Blind[] {
  let low = 0
  let high = group.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (group[middle]!.openedAt < at) low = middle + 1
    else high = middle
  }
  const found = group.slice(Math.max(0, low - MOST_TRIED), bothSides ? low + MOST_TRIED : low + 1)
  return found.sort((a, b) => Math.abs(a.openedAt - at) - Math.abs(b.openedAt - at)).slice(0, MOST_TRIED)
}

/** How unlike they are; null where they cannot be the same. */
function costOf(har: Told, capture: Blind, offset: number): number | null {
  const apart = capture.openedAt - (har.openedAt + offset)
  if (har.measured ? Math.abs(apart) > OPENING : apart > OPENING) return null
  if (har.lastAt + offset > capture.lastAt + OVERHANG) return null
  // Content that the capture does not hold cannot have come over it; a HAR may count it unpacked, so only much more is too much.
  if (har.bytes > 4 * capture.bytes + HANDSHAKE_BYTES) return null
  const size = Math.min(Math.abs(capture.bytes - har.bytes) / BYTES_PER_MILLISECOND, MOST_FOR_SIZE)
  const turns = capture.turns === null ? 0 : MILLISECONDS_PER_TURN * Math.abs(capture.turns - har.requests)
  return (har.measured ? Math.abs(apart) : UNMEASURED) + size + turns
}
