/**
 * The estimate of an HTTP/3 connection's requests without keys, beside what the keys that come with the captures show: all requests, and the turns,
 * in which requests that were sent before the first of them was answered are one. The table stands in docs/conformance.md.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { ExchangeFact } from '../../../shared/model/facts'
import type { Collected } from '../testing/collect'
import { readBytes } from '../testing/read'
import { withoutSecrets } from './blind'
import { corpusFolder, tell } from './corpus'

const recorded = fileURLToPath(new URL('../quic/recorded/', import.meta.url))
const OF_OTHERS = [
  join(corpusFolder('tls'), 'ja4-chrome-cloudflare-quic-with-secrets.pcapng'),
  join(corpusFolder('quic'), 'ndpi-quic-v2.pcapng'),
].filter(existsSync)
const OWN = readdirSync(recorded)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => join(recorded, name))

const ofQuic = ({ connections }: Collected): Collected['connections'][number][] =>
  connections.filter(({ connection }) => connection.transport === 'quic')

/** How often the client spoke anew after an answer had begun. */
function turnsOf(exchanges: readonly ExchangeFact[]): number {
  const moments = exchanges.flatMap(({ requestAt, responseAt }) => [
    { at: requestAt, answer: false },
    ...(responseAt === null ? [] : [{ at: responseAt, answer: true }]),
  ])
  moments.sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  return moments.filter(({ answer }, i) => !answer && (moments[i - 1]?.answer ?? true)).length
}

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

async function estimate(
  path: string,
): Promise<{ requests: number; turns: number; estimated: number; wrong: number; line: string }> {
  const file = new Uint8Array(readFileSync(path))
  const log = path.replace(/\.pcap$/, '.keylog')
  const keyed = ofQuic(await readBytes(file, log === path ? {} : { keylog: new Uint8Array(readFileSync(log)) }))
  const blind = ofQuic(await readBytes(withoutSecrets(file)))
  expect(blind).toHaveLength(keyed.length)
  const estimates = blind.map(({ connection }) => connection.tls?.estimatedTurns ?? 0)
  const turns = keyed.map(({ exchanges }) => turnsOf(exchanges))
  const requests = sum(keyed.map(({ exchanges }) => exchanges.length))
  const line = row(basename(path), keyed.length, requests, sum(turns), sum(estimates))
  return {
    requests,
    turns: sum(turns),
    estimated: sum(estimates),
    wrong: sum(turns.map((n, i) => Math.abs(n - estimates[i]!))),
    line,
  }
}

describe('the estimate', () => {
  it('is near the turns that the keys show', async () => {
    const results = []
    for (const path of [...OF_OTHERS, ...OWN]) results.push(await estimate(path))
    const table = [row('capture', 'connections', 'requests', 'turns', 'estimated'), ...results.map(({ line }) => line)]
    for (const line of table) tell(line)
    expect(sum(results.map(({ turns }) => turns))).toBeGreaterThanOrEqual(60)
    expect(sum(results.map(({ wrong }) => wrong)) / sum(results.map(({ turns }) => turns))).toBeLessThanOrEqual(0.15)
    const printed = readFileSync(fileURLToPath(new URL('../../../docs/conformance.md', import.meta.url)), 'utf8')
    const lines = printed.split('\n').map((line) => line.replace(/\s+/g, ' '))
    expect(lines).toEqual(expect.arrayContaining(table))
  })
})
