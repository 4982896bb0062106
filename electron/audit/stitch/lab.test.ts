/**
 * Two legs of one proxy joined, against the servers' logs: which request went on which connection at each leg. The logs name
 * either the proxy's port (HAProxy) or the request at the origin (nginx, Apache), never packets.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditSummary } from '../../../shared/model/audit'
import type { CaptureFact, ConnectionFact } from '../../../shared/model/facts'
import type { StitchedLegs } from '../../../shared/model/legs'
import { announceSkip, labFolder, whyNoCorpus } from '../../engine/conformance/corpus'
import { readCaptures } from '../../engine/pipeline'
import { bytesSource } from '../../engine/testing/collect'
import { KeyLog } from '../../engine/tls/keylog'
import { Store } from '../../store/store'
import { audit } from '../audit'

interface TruthConnection {
  readonly hop: string
  readonly client: string
  readonly client_port: number
  readonly server: string
  readonly server_port: number
  readonly requests: readonly {
    readonly n: number
    readonly target: string
    readonly status: number | null
    readonly upstream_from?: string
  }[]
}
interface Truth {
  readonly connections: readonly TruthConnection[]
  readonly totals: Readonly<
    Record<string, { readonly requests: number; readonly connections_used: number; readonly reuse_ratio: number }>
  >
  readonly network: readonly { readonly from: string; readonly to: string; readonly rtt_ms: number }[]
}

const read = (file: string): Buffer => readFileSync(join(labFolder(), file))

/** @param shift seconds added to every timestamp of the second file. */
async function audited(
  files: readonly string[],
  shift = 0,
): Promise<{ summary: AuditSummary; connections: ReadonlyMap<number, ConnectionFact> }> {
  const keylog = new KeyLog()
  const log = `${files[0]!.split('.')[0]!}.keylog`
  if (existsSync(join(labFolder(), log))) keylog.add(read(log))
  const store = await Store.open()
  try {
    const sources = files.map((file, i) => bytesSource(file, i === 1 && shift !== 0 ? shifted(read(file), shift) : read(file)))
    const captures: readonly CaptureFact[] = await readCaptures(sources, store.sink(), { keylog })
    await store.flush()
    await store.addCaptures(captures)
    const summary = await audit(store, captures)
    const connections = new Map<number, ConnectionFact>()
    for await (const { connection } of store.facts()) connections.set(connection.id, connection)
    return { summary, connections }
  } finally {
    await store.close()
  }
}

/** A little-endian pcap with every packet's seconds moved, as a machine with a wrong clock would have written it. */
function shifted(file: Buffer, by: number): Buffer {
  const copy = Buffer.from(file)
  expect(copy.readUInt32LE(0)).toBe(0xa1b2c3d4)
  for (let at = 24; at + 16 <= copy.length; at += 16 + copy.readUInt32LE(at + 8)) {
    const micros = Math.round((copy.readUInt32LE(at) + by) * 1e6) + copy.readUInt32LE(at + 4)
    copy.writeUInt32LE(Math.floor(micros / 1e6), at)
    copy.writeUInt32LE(micros % 1e6, at + 4)
  }
  return copy
}

const place = (truth: TruthConnection): string => `${truth.client}:${truth.client_port} ${truth.server}:${truth.server_port}`
const placeOf = ({ client, server }: ConnectionFact): string => `${client.ip}:${client.port} ${server.ip}:${server.port}`
const pathOf = (target: string): string => target.replace(/^http:\/\/[^/]+/, '')

/** What the logs say: the request in front → the one behind. */
function expected(truth: Truth): readonly string[] {
  const back = truth.connections.filter(({ hop }) => hop === 'edge-origin')
  const pairs: string[] = []
  for (const front of truth.connections.filter(({ hop }) => hop === 'client-edge'))
    for (const request of front.requests) {
      if (request.target === 'origin.lab.test:443') continue
      const hits = back.flatMap((connection) =>
        connection.requests
          .filter(({ target }) => target === pathOf(request.target))
          .filter(
            () =>
              request.upstream_from === undefined || request.upstream_from === `${connection.client}:${connection.client_port}`,
          )
          .map(({ n }) => `${place(connection)} #${n - 1}`),
      )
      expect(hits).toHaveLength(1)
      pairs.push(`${place(front)} #${request.n - 1} → ${hits[0]!}`)
    }
  return pairs.sort()
}

const found = ({ slowest }: StitchedLegs, connections: ReadonlyMap<number, ConnectionFact>): readonly string[] =>
  slowest
    .map(
      ({ front, back }) =>
        `${placeOf(connections.get(front.connection)!)} #${front.ordinal} → ${placeOf(connections.get(back.connection)!)} #${back.ordinal}`,
    )
    .sort()

announceSkip('Joining the legs of the lab')

const TWO_LEGS: readonly (readonly [scenario: string, files: readonly string[], waited: number])[] = [
  ['proxy-upstream-close', ['proxy-upstream-close.edge-any.pcap'], 12],
  ['proxy-upstream-close', ['proxy-upstream-close.pcap', 'proxy-upstream-close.client.pcap'], 12],
  ['proxy-upstream-keepalive', ['proxy-upstream-keepalive.edge.pcapng'], 1],
  ['haproxy-server-close', ['haproxy-server-close.pcap', 'haproxy-server-close.client.pcap'], 12],
  ['haproxy-http-reuse', ['haproxy-http-reuse.pcap', 'haproxy-http-reuse.client.pcap'], 1],
  ['forward-proxy', ['forward-proxy.origin.pcap', 'forward-proxy.pcap'], 6],
]

describe.skipIf(whyNoCorpus() !== null)('the two legs of a proxy', () => {
  it.each(TWO_LEGS)('%s: %j', async (scenario, files, waited) => {
    const truth = JSON.parse(read(`${scenario}.truth.json`).toString()) as Truth
    const { summary, connections } = await audited(files)
    expect(summary.legs?.map(({ kind }) => kind).sort()).toEqual(['browser-edge', 'edge-origin'])
    const [pair, ...others] = summary.stitching?.pairs ?? []
    expect(others).toEqual([])
    expect(found(pair!, connections)).toEqual(expected(truth))
    const front = truth.totals['client-edge']!
    const back = truth.totals['edge-origin']!
    expect(pair).toMatchObject({
      requests: front.requests,
      forwarded: back.requests,
      answeredByProxyRatio: 0,
      unexplained: 0,
      retries: 0,
      frontConnections: front.connections_used,
      backConnections: back.connections_used,
      waitedForSetup: waited,
      failureCount: 0,
    })
    expect(pair!.frontReuseRatio).toBeCloseTo(front.reuse_ratio, 4)
    expect(pair!.backReuseRatio).toBeCloseTo(back.reuse_ratio, 4)
    // Opening a connection to the origin takes the 40 ms that the network between them was set to.
    const rtt = truth.network.find(({ from, to }) => from === 'edge' && to === 'origin')!.rtt_ms / 1000
    expect(pair!.setupSeconds.max / rtt).toBeCloseTo(1, 1)
    expect(pair!.setupSeconds.total / (waited * rtt)).toBeCloseTo(1, 1)
    // All machines of the lab share one clock.
    expect(Math.abs(pair!.clockOffsetSeconds)).toBeLessThan(0.001)
  })

  it('a tunnel: what is sent inside is what the origin is asked', async () => {
    const { summary } = await audited(['connect-tunnel.pcap', 'connect-tunnel.origin.pcap'])
    expect(summary.stitching?.pairs).toMatchObject([{ forwarded: 5, requests: 5, backConnections: 1 }])
  })

  it.each([-37.25, 0.8, 10_800])('clocks that are %d s apart', async (shift) => {
    const truth = JSON.parse(read('haproxy-http-reuse.truth.json').toString()) as Truth
    const { summary, connections } = await audited(['haproxy-http-reuse.pcap', 'haproxy-http-reuse.client.pcap'], shift)
    const [pair] = summary.stitching?.pairs ?? []
    expect(pair!.offsetEstimated).toBe(true)
    expect(Math.abs(pair!.clockOffsetSeconds - shift)).toBeLessThan(0.001)
    expect(found(pair!, connections)).toEqual(expected(truth))
    expect(pair).toMatchObject({ requests: 12, forwarded: 12, unexplained: 0, waitedForSetup: 1 })
  })
})
