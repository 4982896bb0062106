/**
 * Encrypted captures of the keep-alive lab against what its servers logged: with keys every connection's requests, without
 * keys what the handshake shows and an estimate of turns, whose error is printed.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { collect } from '../testing/collect'
import type { CollectedConnection } from '../testing/collect'
import { withFile } from './agree'
import { announceSkip, labFolder, readJson, tell, whyNoCorpus } from './corpus'

interface Truth {
  readonly connections: readonly {
    readonly hop: string
    readonly client_port: number
    readonly tls: { readonly version: string; readonly resumed: boolean; readonly sni: string } | null
    readonly request_count: number
    readonly tunnelled_requests?: number
  }[]
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

  it.each(SCENARIOS)('%s: the estimate without keys is near', async (scenario) => {
    const seen = await read(scenario, false)
    const used = truthOf(scenario).connections.filter(({ request_count }) => request_count > 0)
    const requests = used.reduce((sum, { request_count }) => sum + request_count, 0)
    const estimated = used.reduce((sum, { client_port }) => sum + (seen.get(client_port)?.connection.tls?.estimatedTurns ?? 0), 0)
    tell(`${scenario}: ${requests} requests, ${estimated} turns estimated without keys`)
    expect(Math.abs(estimated - requests) / requests).toBeLessThan(0.1)
  })

  it('browser-http2: requests sent together are one turn, so the estimate is lower', async () => {
    const seen = await read('browser-http2', false)
    const requests = truthOf('browser-http2').connections.reduce((sum, { request_count }) => sum + request_count, 0)
    const estimated = [...seen.values()].reduce((sum, { connection }) => sum + (connection.tls?.estimatedTurns ?? 0), 0)
    tell(`browser-http2: ${requests} requests, ${estimated} turns estimated without keys`)
    expect(estimated).toBeGreaterThan(0)
    expect(estimated).toBeLessThanOrEqual(requests)
  })
})
