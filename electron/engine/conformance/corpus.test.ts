import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { InputError } from '../source'
import { blinded, withoutSecrets } from './blind'
import { agree, factsOf, factsOfBytes, twoAtATime, writeFacts, type Comparison } from './agree'
import { announceSkip, corpusFiles, readJson, tell, whyNoCorpus } from './corpus'
import { AgreementRecord } from './record'

/** Folders that must agree to at least 95 % taken together. */
const REQUIRED = ['http1', 'tcp', 'encap', 'format']
const REQUIRED_RATIO = 0.95
/** Folders whose protocols are only partly decoded: recorded, so that they cannot fall. */
const INFORMATIONAL = ['malformed', 'tls', 'http2', 'quic', 'proxy-websocket']

announceSkip('corpus conformance')

const holdsSecrets = (path: string): boolean => {
  const file = readFileSync(path)
  return withoutSecrets(file).length < file.length
}

async function compare(path: string, oracle: string, output: string): Promise<Comparison> {
  try {
    await writeFacts(await factsOf(path), output)
  } catch (error) {
    // Refusing a file in which the oracle found no packet is agreement too.
    const { summary } = readJson(oracle) as { readonly summary: { readonly packets: number } }
    if (error instanceof InputError && summary.packets === 0) return { agreed: 1, checked: 1, kinds: {}, disagreements: [] }
    throw error
  }
  return agree(output, oracle)
}

describe.skipIf(whyNoCorpus() !== null)('captures of the shared conformance corpus', () => {
  const record = new AgreementRecord(fileURLToPath(new URL('./agreement.json', import.meta.url)))
  const scratch = mkdtempSync(join(tmpdir(), 'roundtrip-conformance-'))
  const comparisons = new Map<string, Comparison>()

  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true })
    record.save()
    for (const folder of [...REQUIRED, ...INFORMATIONAL]) {
      const { agreed, checked, ratio } = record.total(`${folder}/`)
      tell(`${folder}: agreed ${agreed} of ${checked} (${(100 * ratio).toFixed(2)} %)`)
    }
    // Every disagreement, for whoever goes after them.
    const report = process.env.ROUNDTRIP_DISAGREEMENTS
    if (report !== undefined) writeFileSync(report, JSON.stringify(Object.fromEntries(comparisons), null, 1))
  })

  describe.concurrent('each file agrees with its oracle as recorded', { concurrent: true }, () => {
    const files = [...REQUIRED, ...INFORMATIONAL].flatMap(corpusFiles)
    it.each(files)('$key', async ({ key, path, oracle }) => {
      const comparison = await twoAtATime(() => compare(path, oracle, join(scratch, key.replaceAll('/', '_'))))
      comparisons.set(key, comparison)
      const problem = record.check(key, comparison)
      expect(problem, [problem, ...comparison.disagreements.slice(0, 20)].join('\n')).toBeNull()
    })
  })

  // The keys are beside the capture, or in it.
  const keyed = corpusFiles('tls').filter(({ path }) => existsSync(`${path}.keylog`) || holdsSecrets(path))

  it.each(keyed)('$key agrees without its keys too, in all that can be known then', async ({ key, path, oracle }) => {
    const facts = await factsOfBytes(path, withoutSecrets(readFileSync(path)))
    expect(facts.connections.flatMap(({ exchanges }) => exchanges)).toEqual([])
    const [ours, theirs] = [join(scratch, 'blind.json'), join(scratch, 'blind.oracle.json')]
    await writeFacts(facts, ours)
    writeFileSync(theirs, JSON.stringify(blinded(readJson(oracle) as Parameters<typeof blinded>[0])))
    const comparison = await agree(ours, theirs)
    tell(`${key} without its keys: agreed ${comparison.agreed} of ${comparison.checked}`)
    expect(comparison.disagreements).toEqual([])
    expect(comparison.kinds.tls?.[0]).toBeGreaterThan(0)
  })

  it('captures with keys are among them', () => expect(keyed.length).toBeGreaterThanOrEqual(3))

  it('the folders that this version decodes agree to 95 % together', () => {
    const totals = REQUIRED.map((folder) => record.total(`${folder}/`))
    const checked = totals.reduce((sum, total) => sum + total.checked, 0)
    const agreed = totals.reduce((sum, total) => sum + total.agreed, 0)
    expect(checked).toBeGreaterThan(5000)
    expect(agreed / checked).toBeGreaterThanOrEqual(REQUIRED_RATIO)
  })
})
