/**
 * A browser's HAR beside the capture of the same visit. The servers' logs say which request came on which connection; the capture is
 * read without its keys, so that all it shows of a request is its size and time.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditSummary } from '../../../shared/model/audit'
import { announceSkip, labFolder, whyNoCorpus } from '../../engine/conformance/corpus'
import { readCaptures } from '../../engine/pipeline'
import { bytesSource } from '../../engine/testing/collect'
import type { ConnectionFacts } from '../../store/facts'
import { Store } from '../../store/store'
import { audit } from '../audit'

interface Truth {
  readonly connections: readonly { readonly client_port: number; readonly requests: readonly { readonly target: string }[] }[]
}

const read = (file: string): Buffer => readFileSync(join(labFolder(), file))

async function audited(files: readonly string[]): Promise<{ summary: AuditSummary; facts: readonly ConnectionFacts[] }> {
  const store = await Store.open()
  try {
    const captures = await readCaptures(
      files.map((file) => bytesSource(file, read(file))),
      store.sink(),
    )
    await store.flush()
    await store.addCaptures(captures)
    const summary = await audit(store, captures)
    const facts: ConnectionFacts[] = []
    for await (const one of store.facts()) facts.push(one)
    return { summary, facts }
  } finally {
    await store.close()
  }
}

const told = ({ connections }: Truth): readonly string[] =>
  connections
    .map(
      ({ client_port: port, requests }) =>
        `${port}: ${requests
          .map(({ target }) => target)
          .sort()
          .join(' ')}`,
    )
    .sort()
const found = (facts: readonly ConnectionFacts[]): readonly string[] =>
  facts
    .map(
      ({ connection, exchanges }) =>
        `${connection.client.port}: ${exchanges
          .map(({ target }) => target)
          .sort()
          .join(' ')}`,
    )
    .sort()

announceSkip('Joining HARs with captures of the lab')

describe.skipIf(whyNoCorpus() !== null)('a HAR with connection numbers beside an encrypted capture', () => {
  it.each(['browser-tls12', 'browser-tls13', 'browser-http2'])(
    '%s: every request is on the connection that the server had it on',
    async (name) => {
      const truth = JSON.parse(read(`${name}.truth.json`).toString()) as Truth
      const { summary, facts } = await audited([`${name}.pcap`, `${name}.devtools.har`])
      expect(found(facts)).toEqual(told(truth))
      const requests = truth.connections.reduce((sum, connection) => sum + connection.requests.length, 0)
      expect(summary.totals.exchanges).toBe(requests)
      expect(summary.totals.connections).toBe(truth.connections.length)
      expect(summary.encrypted).toBe(truth.connections.filter((c) => c.requests.length === 0).length)
      expect(summary.notes.join(' ')).toContain('from the HAR')
      for (const { connection, exchanges } of facts) if (exchanges.length > 0) expect(connection.marks).toContain('from-har')
    },
  )

  it('in either order of the files', async () => {
    const { summary } = await audited(['browser-tls13.devtools.har', 'browser-tls13.pcap'])
    expect(summary.totals).toMatchObject({ exchanges: 47, connections: 6 })
  })
})

describe.skipIf(whyNoCorpus() !== null)('a HAR beside a capture in the clear', () => {
  it.each(['browser-http1', 'browser-keepalive-off', 'browser-sharded'])('%s: nothing is counted twice', async (name) => {
    const alone = await audited([`${name}.pcap`])
    for (const har of [`${name}.devtools.har`, `${name}.har`]) {
      const { summary, facts } = await audited([`${name}.pcap`, har])
      expect(summary.totals).toEqual(alone.summary.totals)
      expect(found(facts)).toEqual(found(alone.facts))
      expect(summary.notes.join(' ')).toMatch(/\d+ requests of the HAR are in the capture, too/)
    }
  })

  it('of another visit stays', async () => {
    const { summary } = await audited(['browser-http1.pcap', 'browser-keepalive-off.devtools.har'])
    expect(summary.totals.exchanges).toBe(94)
    expect(summary.notes.join(' ')).not.toContain('in the capture, too')
  })
})

describe.skipIf(whyNoCorpus() !== null)('a HAR without connection numbers beside an encrypted capture', () => {
  it('is kept apart, and that is said', async () => {
    const { summary } = await audited(['browser-tls13.pcap', 'browser-tls13.har'])
    expect(summary.totals.exchanges).toBe(47)
    expect(summary.notes.join(' ')).toContain('does not tell its connections apart')
  })
})
