import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { FactSink } from '../../../shared/model/facts'
import { readCapture } from '../pipeline'
import { readEntries } from '../har/read-entries'
import { InputError } from '../source'
import { bytesSource, collect } from '../testing/collect'
import { announceSkip, corpusFiles, readJson, tell, whyNoCorpus } from './corpus'
import { compareConnections, compareEntries, Tally, type HarOracle, type RawEntry } from './har-oracle'
import { AgreementRecord } from './record'

const record = new AgreementRecord(fileURLToPath(new URL('./har-agreement.json', import.meta.url)))
const NO_BYTES = new Uint8Array(0)

announceSkip('HAR conformance')

/** The entries as JSON.parse gives them: an independent reading of the file. */
function rawEntries(content: Buffer): readonly RawEntry[] {
  const document = JSON.parse(content.toString('utf8').replace(/^\ufeff/, '')) as { log: { entries: RawEntry[] } }
  return document.log.entries
}

describe.skipIf(whyNoCorpus() !== null)('HARs of the shared conformance corpus', () => {
  afterAll(() => {
    record.save()
    const { agreed, checked, ratio } = record.total('har/')
    tell(`har: agreed ${agreed} of ${checked} (${(100 * ratio).toFixed(2)} %)`)
  })

  it.each(corpusFiles('har'))('$key agrees with har-facts as recorded', async ({ key, path, oracle: oraclePath }) => {
    const oracle = readJson(oraclePath) as HarOracle
    const content = readFileSync(path)
    const name = key.slice('har/'.length)
    const tally = new Tally()
    if (oracle.error !== null) {
      await expect(readCapture(bytesSource(name, content), NOWHERE)).rejects.toBeInstanceOf(InputError)
      tally.check('refused', true, true)
    } else {
      const raw = rawEntries(content)
      const { entries } = await readEntries(bytesSource(name, content), NO_BYTES, {})
      compareEntries(tally, entries.kept, raw, oracle)
      const facts = await collect((sink) => readCapture(bytesSource(name, content), sink))
      compareConnections(tally, facts.connections, key, raw, oracle)
      const exchanges = facts.connections.reduce((sum, connection) => sum + connection.exchanges.length, 0)
      const left = facts.summary.diagnostics.filter(({ code }) => LEFT_OUT.has(code)).reduce((sum, { count }) => sum + count, 0)
      tally.check('exchanges and entries left out', exchanges + left, oracle.entries)
    }
    const problem = record.check(key, tally.agreement)
    expect(problem, [problem, ...tally.notes].join('\n')).toBeNull()
    if (process.env.ROUNDTRIP_VERBOSE === '1' && tally.notes.length > 0) tell([key, ...tally.notes].join('\n  '))
  })
})

const LEFT_OUT: ReadonlySet<string> = new Set([
  'har-invalid-entry',
  'har-websocket',
  'har-not-http',
  'har-tunnel',
  'har-from-cache',
  'har-no-response',
])

const NOWHERE: FactSink = { connection: () => undefined, exchange: () => undefined, diagnostic: () => undefined }
