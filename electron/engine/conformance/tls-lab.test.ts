/**
 * Encrypted captures of the keep-alive lab against what its servers logged: with keys every connection's requests, without
 * keys what the handshake shows and an estimate of turns, whose error is printed, here and in docs/conformance.md.
 */
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { collect } from '../testing/collect'
import type { CollectedConnection } from '../testing/collect'
import { withFile } from './agree'
import { announceSkip, labFolder, readJson, tell, whyNoCorpus } from './corpus'

interface Truth {
  readonly totals: Readonly<Record<string, Totals>>
  readonly client_log: readonly { readonly local_port: number; readonly tls_ms: number | null }[]
  readonly connections: readonly {
    readonly hop: string
    readonly client_port: number
    readonly tls: { readonly version: string; readonly resumed: boolean; readonly sni: string } | null
    readonly request_count: number
    readonly tunnelled_requests?: number
  }[]
}

interface Totals {
  readonly connections_established: number
  readonly connections_used: number
  readonly requests: number
  readonly requests_on_reused_connections: number
  readonly reuse_ratio: number
}

const SCENARIOS = [
  'tls12-full-handshakes',
  'tls12-resumption',
  'tls13-keepalive',
  'tls13-resumption',
  'browser-tls12',
  'browser-tls13',
]

async function read(scenario: string, isWithKeys: boolean): Promise<ReadonlyMap<number, CollectedConnection>> {
  const file = (extension: string): string => join(labFolder(), `${scenario}.${extension}`)
  const keylog = isWithKeys ? await readFile(file('keylog')) : undefined
  const { connections } = await withFile(file('pcap'), (source) => collect((sink) => readCapture(source, sink, { keylog })))
  return new Map(connections.map((found) => [found.connection.client.port, found]))
}

const truthOf = (scenario: string): Truth => readJson(join(labFolder(), `${scenario}.truth.json`)) as Truth

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

announceSkip('the lab’s encrypted captures')

describe.skipIf(whyNoCorpus() !== null || !existsSync(labFolder()))('encrypted captures of the keep-alive lab', () => {
  it.each(SCENARIOS)('%s: with keys, requests per connection are those that the server logged', async (scenario) => {
    const seen = await read(scenario, true)
    const used = truthOf(scenario).connections.filter(({ request_count }) => request_count > 0)
    expect(used.length).toBeGreaterThan(0)
    expect(used.map(({ client_port }) => [client_port, seen.get(client_port)?.exchanges.length])).toEqual(
      used.map(({ client_port, request_count }) => [client_port, request_count]),
    )
  })

  it.each(SCENARIOS)(
    '%s: version, name and resumption are those that the server logged, with keys and without',
    async (scenario) => {
      for (const isWithKeys of [true, false]) {
        const seen = await read(scenario, isWithKeys)
        for (const { client_port, tls } of truthOf(scenario).connections) {
          if (tls === null) continue
          expect(seen.get(client_port)?.connection.tls).toMatchObject({
            version: tls.version.replace('TLSv', 'TLS '),
            sni: tls.sni,
            kind: tls.resumed ? 'resumed' : 'full',
            decrypted: isWithKeys,
          })
        }
      }
    },
  )

  // curl's own clock: from the TCP connection to the end of the TLS handshake, its own work included.
  it.each(SCENARIOS.filter((scenario) => !scenario.startsWith('browser')))(
    '%s: setting TLS up took as long as the client says',
    async (scenario) => {
      for (const isWithKeys of [true, false]) {
        const seen = await read(scenario, isWithKeys)
        const timed = truthOf(scenario).client_log.filter(({ tls_ms }) => tls_ms !== null)
        expect(timed.length).toBeGreaterThan(0)
        for (const { local_port, tls_ms } of timed) {
          const { tls, handshake } = seen.get(local_port)!.connection
          const setup = tls!.setup! / 1e6
          expect(tls_ms! - setup).toBeGreaterThan(0)
          expect(tls_ms! - setup).toBeLessThan(5)
          // And time and round trips tell the same story.
          expect(Math.round(setup / (handshake!.rtt! / 1e6))).toBe(tls!.roundTrips)
        }
      }
    },
  )

  it.each([...SCENARIOS, 'browser-http2'])('%s: with keys, the totals are those that the server logged', async (scenario) => {
    const { requests, requests_on_reused_connections, ...logged } = truthOf(scenario).totals['client-server']!
    const seen = [...(await read(scenario, true)).values()]
    const exchanges = seen.flatMap((connection) => connection.exchanges)
    expect(seen.length).toBe(logged.connections_established)
    expect(seen.filter((connection) => connection.exchanges.length > 0).length).toBe(logged.connections_used)
    expect(exchanges.length).toBe(requests)
    expect(exchanges.filter(({ ordinal }) => ordinal > 0).length).toBe(requests_on_reused_connections)
  })
})

describe.skipIf(whyNoCorpus() !== null || !existsSync(labFolder()))('the estimate without keys', () => {
  const rows: string[] = []

  it.each([...SCENARIOS, 'browser-http2', 'connect-tunnel'])('%s: requests and reuse', async (scenario) => {
    const hop = scenario === 'connect-tunnel' ? 'edge-origin' : 'client-server'
    const { requests, reuse_ratio } = truthOf(scenario).totals[hop]!
    const turns = [...(await read(scenario, false)).values()].map(({ connection }) => connection.tls?.estimatedTurns ?? 0)
    const estimated = turns.reduce((sum, count) => sum + count, 0)
    const reuse = turns.reduce((sum, count) => sum + Math.max(0, count - 1), 0) / estimated
    const error = (estimated - requests) / requests
    rows.push(row(scenario, requests, estimated, percent(error), percent(reuse_ratio), percent(reuse)))
    // HTTP/2 sends many requests at once, which look like one: there the estimate is the least there can have been.
    if (scenario === 'browser-http2') expect(estimated).toBeLessThanOrEqual(requests)
    else expect(Math.abs(error)).toBeLessThanOrEqual(0.1)
  })

  it('has its error printed in docs/conformance.md', () => {
    const table = [row('scenario', 'requests', 'estimated', 'error', 'reuse', 'estimated reuse'), ...rows]
    for (const line of table) tell(line)
    const printed = readFileSync(fileURLToPath(new URL('../../../docs/conformance.md', import.meta.url)), 'utf8')
    const lines = printed.split('\n').map((line) => line.replace(/\s+/g, ' '))
    expect(lines).toEqual(expect.arrayContaining(table))
  })
})
