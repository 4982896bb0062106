import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readHar } from '../har'
import { bytesSource, collect } from '../testing/collect'
import { announceSkip, labFolder, readJson, whyNoCorpus } from './corpus'

announceSkip('HARs against the servers’ own logs')

interface Truth {
  readonly connections: readonly { readonly requests?: readonly { readonly target: string }[] }[]
}

/** A browser's recordings of a page whose connections the servers and the kernel wrote down themselves. */
const recordings =
  whyNoCorpus() === null && existsSync(labFolder())
    ? readdirSync(labFolder())
        .filter((name) => name.endsWith('.har'))
        .sort()
    : []

const counts = (lists: readonly (readonly unknown[])[]): number[] => lists.map((list) => list.length).sort((a, b) => b - a)

describe.skipIf(recordings.length === 0)('HARs against the servers’ own logs', () => {
  it.each(recordings)('%s', async (name) => {
    const scenario = name.split('.', 1)[0]!
    const truth = readJson(`${labFolder()}/${scenario}.truth.json`) as Truth
    const served = truth.connections.flatMap(({ requests }) =>
      requests === undefined || requests.length === 0 ? [] : [requests],
    )
    const facts = await collect((sink) =>
      readHar(bytesSource(name, readFileSync(`${labFolder()}/${name}`)), new Uint8Array(0), sink, {}),
    )
    const exchanges = facts.connections.map((connection) => connection.exchanges)
    expect(exchanges.flat().length).toBe(served.flat().length)
    if (name.endsWith('.devtools.har')) {
      // Chrome's connection numbers are written: request by request on the same connection as the server says.
      expect(counts(exchanges)).toEqual(counts(served))
      // Servers log a request as it ends: in HTTP/2 that is another order.
      const inOrder = facts.connections.every(({ connection }) => connection.application === 'http/1')
      const targets = (lists: readonly (readonly { readonly target: string | null }[])[]): string[] =>
        lists
          .map((list) => list.map(({ target }) => target))
          .map((list) => (inOrder ? list : list.sort()).join(' '))
          .sort()
      expect(targets(exchanges)).toEqual(targets(served))
    } else {
      // Without them only the count can be estimated: connections that were opened ahead of need are not measured.
      expect(facts.connections.every(({ connection }) => connection.marks.includes('estimated'))).toBe(true)
      expect(Math.abs(exchanges.length - served.length)).toBeLessThanOrEqual(1)
    }
  })
})
