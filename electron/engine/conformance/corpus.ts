/**
 * The shared conformance corpus: captures and HARs made by others, each with an independent reading (an oracle) beside it.
 * It lies outside the project, at $ROUNDTRIP_SHARED or ../shared.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
const shared = process.env.ROUNDTRIP_SHARED ?? resolve(root, '../shared')

export const corpusFolder = (folder: string): string => join(shared, 'corpus', folder)
/** Captures and HARs of scenarios whose truth was written by servers, clients and the kernel. */
export const labFolder = (): string => join(shared, 'lab', 'captures')
export const oracleTool = (name: string): string => join(shared, 'oracle', name)

/** Why the corpus cannot be used, or null. Under CI it must be there, so then this throws. */
export function whyNoCorpus(): string | null {
  if (existsSync(corpusFolder(''))) return null
  const reason = `the shared conformance corpus is not at ${shared}`
  if (process.env.CI !== undefined && process.env.CI !== '') throw new Error(reason)
  return reason
}

export interface CorpusFile {
  /** "http1/zeek-wikipedia.pcap" */
  readonly key: string
  readonly path: string
  readonly oracle: string
}

const ORACLE = '.oracle.json'

/** Every file of a folder that has an oracle, by name; none when the corpus is absent. */
export function corpusFiles(folder: string): readonly CorpusFile[] {
  if (whyNoCorpus() !== null) return []
  return readdirSync(corpusFolder(folder))
    .filter((name) => name.endsWith(ORACLE))
    .sort()
    .map((name) => {
      const file = name.slice(0, -ORACLE.length)
      return { key: `${folder}/${file}`, path: join(corpusFolder(folder), file), oracle: join(corpusFolder(folder), name) }
    })
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

/** A line for whoever watches the tests run. */
export const tell = (line: string): void => void process.stdout.write(`${line}\n`)

/** A sentence on why tests were skipped, where a person looks. */
export function announceSkip(what: string): void {
  const reason = whyNoCorpus()
  if (reason !== null) tell(`${what} skipped: ${reason}`)
}
