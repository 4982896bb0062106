/**
 * Capture quality against the lab, which knows where each capture was taken, what was visible to it and which packets were
 * removed on purpose (the shared conformance corpus).
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Vantage } from '../../shared/model/audit'
import type { ConnectionFacts } from './index'
import { openAudit } from './index'

const captures = join(process.env.ROUNDTRIP_SHARED ?? join(__dirname, '../../../shared'), 'lab/captures')
const present = existsSync(captures)
if (!present && !process.env.CI)
  process.stderr.write(`Skipped: the shared conformance corpus is not at ${captures} (set ROUNDTRIP_SHARED).\n`)

interface Truth {
  readonly captures: readonly { readonly file: string; readonly host: string; readonly hops: readonly string[] }[]
  readonly connections: readonly {
    readonly hop: string
    readonly client_port: number
    readonly requests: readonly { readonly target: string; readonly status: number }[]
  }[]
}

const truthOf = (file: string): Truth => JSON.parse(readFileSync(join(captures, file), 'utf8')) as Truth

async function everything(path: string) {
  const session = await openAudit([path])
  try {
    const facts: ConnectionFacts[] = []
    for await (const one of session.facts()) facts.push(one)
    const vantages = new Map<number, Vantage>()
    for await (const { id, vantage } of session.verdicts()) vantages.set(id, vantage)
    return { summary: session.summary, facts, vantages }
  } finally {
    await session.close()
  }
}

/** A hop is named "from-to"; a host is next to the client of the hops that begin at it. */
const placeOn = (host: string, hop: string): Vantage => (hop.startsWith(`${host}-`) ? 'client' : 'server')

/** Handshakes that cannot tell: connection attempts that failed, and what the scenario is about. */
const SILENT: Readonly<Record<string, number>> = {
  'capture-drops.gaps.pcap': 1, // its SYN/ACK was removed
  'capture-midstream.pcap': 1,
  'capture-offload.pcap': 1, // a loopback-like link: its round trip is 64 µs
  'client-connection-close.pcap': 4, // given up before their ACK
  'handshake-failures.pcap': 4,
  'handshake-retransmitted.pcap': 1, // the SYN/ACK was sent again
  'handshake-retransmitted.server.pcap': 1,
}
/** What the whole capture says where its connections are enough; all others are "unknown", having one or two. */
const ENOUGH = 3

/** Both hops of a proxy in one file: nearly all its connections are those that it opened. */
const PROXY = 'proxy-upstream-close.edge-any.pcap'

describe.skipIf(!present && !process.env.CI)('where a capture was taken', () => {
  const files = present ? readdirSync(captures).filter((name) => name.endsWith('.truth.json')) : []
  const table = files.flatMap((name) => truthOf(name).captures.map((c) => [c.file, c.host, name] as const))

  it.each(table)('%s: at the %s', async (file, host, truthFile) => {
    const hopOf = new Map(truthOf(truthFile).connections.map((c) => [c.client_port, c.hop]))
    const [onlyHop] = truthOf(truthFile).captures.find((c) => c.file === file)!.hops
    const { summary, facts, vantages } = await everything(join(captures, file))
    let silent = 0
    for (const { connection } of facts) {
      const told = vantages.get(connection.id)
      if (told === 'unknown') silent++
      else expect(told, `port ${connection.client.port}`).toBe(placeOn(host, hopOf.get(connection.client.port) ?? onlyHop!))
    }
    expect(silent).toBe(SILENT[file] ?? 0)
    const { place, share, connections } = summary.quality.vantage
    expect(connections).toBe(facts.length - silent)
    if (file === PROXY) expect([place, share]).toEqual(['client', 12 / 13])
    else if (connections >= ENOUGH) expect([place, share]).toEqual([placeOn(host, onlyHop!), 1])
    else expect([place, share]).toEqual(['unknown', null])
  })
})

describe.skipIf(!present && !process.env.CI)('what a capture lacks', () => {
  it('capture-drops.gaps: every request is counted once, though its packet or part of its answer is missing', async () => {
    const truth = truthOf('capture-drops.truth.json')
    const { summary, facts } = await everything(join(captures, 'capture-drops.gaps.pcap'))
    for (const [i, { exchanges }] of facts.entries()) {
      const { requests } = truth.connections[i]!
      expect(exchanges.map(({ ordinal, status }) => [ordinal, status])).toEqual(requests.map((r, n) => [n, r.status]))
      for (const [n, { target }] of exchanges.entries()) if (target !== null) expect(target).toBe(requests[n]!.target)
    }
    // Packets 23, 113, 155 and 199 answer requests that were removed.
    const orphans = facts.flatMap(({ exchanges }) => exchanges.filter((e) => e.method === null).map((e) => e.responsePacket))
    expect(orphans).toEqual([23, 113, 155, 199])
    expect(summary.totals).toMatchObject({ connections: 4, exchanges: 31, reusedExchanges: 27, reuseRatio: null })
    expect(summary.quality.issues).toEqual([{ kind: 'gap', occurrences: 7, connections: 4, leftOutOfReuse: 4, notJudged: 0 }])
    expect(summary.notes.join(' ')).toContain('leaves out 4 connections with 31 exchanges')
  })

  it.each([
    ['capture-drops.pcap', { connections: 4, exchanges: 31, reusedExchanges: 27, reuseRatio: 27 / 31 }, []],
    ['capture-midstream.pcap', { connections: 1, exchanges: 5, reuseRatio: null, notJudged: 1 }, ['mid-stream', 'unfinished']],
    ['capture-snaplen.pcap', { connections: 3, exchanges: 12, reusedExchanges: 9, reuseRatio: 0.75 }, ['truncated']],
    ['capture-offload.pcap', { connections: 1, exchanges: 12, reusedExchanges: 11, reuseRatio: 11 / 12 }, []],
    ['lossy-network.pcap', { connections: 1, exchanges: 32, reusedExchanges: 31, reuseRatio: 31 / 32 }, ['duplicates']],
    ['lossy-network.server.pcap', { connections: 1, exchanges: 32, reusedExchanges: 31, reuseRatio: 31 / 32 }, ['duplicates']],
  ] as const)('%s: totals as in its truth', async (file, totals, kinds) => {
    const { summary } = await everything(join(captures, file))
    expect(summary.totals).toMatchObject(totals)
    expect(summary.quality.issues.map(({ kind }) => kind)).toEqual(kinds)
  })

  it.each([
    // The emulated network's own account: it doubled two packets on their way to the client, one on its way to the server.
    ['lossy-network.pcap', 2],
    ['lossy-network.server.pcap', 1],
  ])('%s: %s packets were seen twice', async (file, copies) => {
    const { summary, facts } = await everything(join(captures, file))
    expect(facts.map(({ connection }) => connection.duplicates)).toEqual([copies])
    expect(summary.quality.issues[0]).toMatchObject({ kind: 'duplicates', occurrences: copies, connections: 1 })
  })

  let folder: string
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'capture-quality-'))))
  afterAll(() => rm(folder, { recursive: true }))

  /** A lab capture with only the packets that are wanted, cut to a length. */
  async function altered(file: string, wanted: (packet: Buffer) => boolean, length = Infinity): Promise<string> {
    const whole = readFileSync(join(captures, file))
    const parts = [whole.subarray(0, 24)]
    for (let at = 24; at < whole.length; at += 16 + whole.readUInt32LE(at + 8)) {
      const packet = whole.subarray(at + 16, at + 16 + whole.readUInt32LE(at + 8))
      if (!wanted(packet)) continue
      const record = Buffer.from(whole.subarray(at, at + 16))
      const kept = packet.subarray(0, length)
      record.writeUInt32LE(kept.length, 8)
      parts.push(record, kept)
    }
    const path = join(folder, `${parts.length}-${length}-${file}`)
    await writeFile(path, Buffer.concat(parts))
    return path
  }

  /** TCP over IPv4 over Ethernet. */
  const toServer = (packet: Buffer): boolean => packet.readUInt16BE(12) === 0x0800 && packet.readUInt16BE(36) === 80

  it.each([
    ['requests', toServer],
    ['responses', (packet: Buffer) => packet.readUInt16BE(12) === 0x0800 && packet.readUInt16BE(34) === 80],
  ] as const)('with asymmetric routing only %s are seen: counted, not judged', async (_what, wanted) => {
    const { summary } = await everything(await altered('max-requests-nginx.pcap', wanted))
    const truth = truthOf('max-requests-nginx.truth.json')
    const requests = truth.connections.reduce((n, c) => n + c.requests.length, 0)
    expect(summary.totals).toMatchObject({ connections: 7, exchanges: requests, needed: 0, avoidable: 0, notJudged: 7 })
    expect(summary.totals.reuseRatio).toBeCloseTo((requests - 7) / requests, 12)
    expect(summary.quality.issues).toEqual([
      { kind: 'one-sided', occurrences: null, connections: 7, leftOutOfReuse: 0, notJudged: 7 },
    ])
    expect(summary.quality.vantage).toMatchObject({ place: 'unknown', connections: 0 })
  })

  it('a snapshot length that leaves no request line is named as the reason', async () => {
    const { summary } = await everything(await altered('capture-drops.pcap', () => true, 68))
    expect(summary.totals).toMatchObject({ connections: 4, exchanges: 0, notJudged: 4 })
    expect(summary.quality.issues.map(({ kind, notJudged }) => [kind, notJudged])).toEqual([
      ['truncated', 4],
      ['without-exchanges', 4],
    ])
  })

  it('a SYN that the capture lost does not make a connection older than the capture', async () => {
    let syns = 0
    const path = await altered('max-requests-nginx.pcap', (packet) => {
      const isSyn = packet.readUInt16BE(12) === 0x0800 && (packet[47]! & 0x12) === 0x02
      return !(isSyn && ++syns === 2)
    })
    const { summary, facts } = await everything(path)
    expect(facts[1]!.connection.handshake).toMatchObject({ complete: false, syn: null })
    expect(facts[1]!.connection.marks).toEqual([])
    expect(summary.totals).toMatchObject({ notJudged: 0, needed: 1, avoidable: 6, wastedRoundTrips: 6 })
  })
})
