/** HTTP/2 beyond what the comparer checks: against a server's own log, and packet by packet against tshark. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { collect, type Collected } from '../testing/collect'
import { factsOf, withFile } from './agree'
import { announceSkip, corpusFiles, labFolder, readJson, whyNoCorpus } from './corpus'

announceSkip('HTTP/2 against a server’s log and tshark')

interface Truth {
  readonly connections: readonly {
    readonly client_port: number
    readonly requests: readonly {
      readonly method: string
      readonly host: string
      readonly target: string
      readonly status: number
      readonly body_bytes: number
    }[]
  }[]
}

interface Oracle {
  readonly streams: readonly {
    readonly first_frame: number
    readonly http2?: { readonly streams: readonly OracleStream[] } | null
  }[]
}

interface OracleStream {
  readonly id: number
  readonly authority: string | null
  readonly request_frame: number | null
  readonly response_frame: number | null
}

const scenario = `${labFolder()}/browser-http2`
const readWith = (path: string, keylog?: Uint8Array): Promise<Collected> =>
  withFile(path, (source) => collect((sink) => readCapture(source, sink, { keylog })))

describe.skipIf(whyNoCorpus() !== null || !existsSync(`${scenario}.pcap`))('a browser’s HTTP/2 against the server’s log', () => {
  it.each([
    ['with a key log beside the capture', '.pcap', true],
    ['with the secrets inside the capture', '.dsb.pcapng', false],
  ])('%s', async (_, extension, beside) => {
    const { connections, summary } = await readWith(scenario + extension, beside ? readFileSync(`${scenario}.keylog`) : undefined)
    const truth = readJson(`${scenario}.truth.json`) as Truth
    for (const { client_port, requests } of truth.connections) {
      const found = connections.find(({ connection }) => connection.client.port === client_port)
      // The log is written as responses end; we go by when requests began.
      const seen = found?.exchanges.map((e) => `${e.method} ${e.authority} ${e.target} ${e.status} ${e.complete}`).sort()
      expect(seen).toEqual(requests.map((r) => `${r.method} ${r.host} ${r.target} ${r.status} true`).sort())
      for (const { target, body_bytes } of requests) {
        const responseBytes = found?.exchanges.find((e) => e.target === target)?.responseBytes ?? 0
        // DATA and a header block: the body and little more.
        expect(responseBytes - body_bytes).toBeGreaterThan(0)
        expect(responseBytes - body_bytes).toBeLessThan(400)
      }
    }
    expect(truth.connections.flatMap(({ requests }) => requests)).toHaveLength(
      connections.flatMap(({ exchanges }) => exchanges).length,
    )
    expect(summary.diagnostics).toEqual([])
  })
})

/** Where tshark names the packet of HEADERS although the header block went on in CONTINUATION frames, up to packet 19. */
const CONTINUED: Readonly<Record<string, readonly [tshark: number, ours: number]>> = {
  'http2/suricata-http2-continuation.pcap': [14, 19],
}

describe.skipIf(whyNoCorpus() !== null)('packets and authorities of streams as tshark has them', () => {
  it.each([...corpusFiles('http2'), ...corpusFiles('tls')])('$key', async ({ key, path, oracle }) => {
    const { streams } = readJson(oracle) as Oracle
    const { connections } = await factsOf(path)
    for (const { first_frame, http2 } of streams) {
      const found = connections.find(({ connection }) => connection.first.packet === first_frame)
      for (const { id, authority, request_frame, response_frame } of http2?.streams ?? []) {
        const exchange = found?.exchanges.find(({ stream }) => stream === id)
        const [tshark, ours] = CONTINUED[key] ?? [0, 0]
        expect(exchange?.responsePacket).toBe(response_frame)
        // tshark has no request where it was an HTTP/1.1 one that asked for an upgrade.
        if (request_frame !== null) expect(exchange?.requestPacket).toBe(request_frame === tshark ? ours : request_frame)
        if (authority !== null) expect(exchange?.authority).toBe(authority)
      }
    }
  })
})
