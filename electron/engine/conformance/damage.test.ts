/** Every capture of the corpus, cut and with bits flipped a few times: an audit or a refusal, never a crash. `scripts/fuzz.mjs` does it thousands of times. */
import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { InputError } from '../source'
import { bytesSource, collect } from '../testing/collect'
import { damaged } from '../testing/mutations'
import { announceSkip, corpusFiles, whyNoCorpus } from './corpus'

announceSkip('damaged captures of the corpus')

const FOLDERS = ['http1', 'tcp', 'encap', 'format', 'malformed', 'tls', 'http2', 'quic', 'proxy-websocket', 'har']
/** Larger files take their time: the script has it. */
const LARGEST = 40_000
const FLIPS = 3

describe.skipIf(whyNoCorpus() !== null).each(FOLDERS)('captures of %s, damaged', (folder) => {
  const files = corpusFiles(folder).filter(({ path }) => statSync(path).size <= LARGEST)

  it('give an audit or are refused', async () => {
    let read = 0
    for (const [i, { key, path }] of files.entries()) {
      const content = new Uint8Array(readFileSync(path))
      // Every thirtieth cut, beginning elsewhere in each file; and the flips.
      const some = [...damaged(content, FLIPS, i)].filter((_, n) => n >= 100 || n % 30 === i % 30)
      for (const { how, content: bad } of some) {
        try {
          await collect((sink) => readCapture(bytesSource(key, bad), sink, {}))
          read++
        } catch (error) {
          if (!(error instanceof InputError)) throw new Error(`${key} ${how}`, { cause: error })
          expect(error.message).toMatch(/\.$/)
        }
      }
    }
    expect(read).toBeGreaterThan(files.length)
  })
})
