/** Damaged captures: no crash, no hang, no facts that contradict each other, no memory that stays. */
import { describe, expect, it } from 'vitest'
import { InputError } from '../source'
import { damaged, SAMPLES } from './mutations'
import { readBytes } from './read'
import type { Collected } from './collect'

const FLIPS = 200
const SLOWEST = 2000

/** What holds of any facts, however damaged the capture. */
function sane({ summary, connections }: Collected): void {
  const [capture] = summary.captures
  const ids = new Set(connections.map(({ connection }) => connection.id))
  expect(ids.size).toBe(connections.length)
  for (const { connection, exchanges } of connections) {
    expect(connection.exchangeCount).toBe(exchanges.length)
    expect(connection.first.packet).toBeGreaterThan(0)
    expect(connection.last.packet).toBeLessThanOrEqual(capture!.packets)
    expect(connection.packets.client + connection.packets.server).toBeGreaterThan(0)
    exchanges.forEach((e, i) => {
      expect(e.ordinal).toBe(i)
      expect(e.method !== null || e.status !== null).toBe(true)
      expect(e.requestBytes >= 0 && e.responseBytes >= 0).toBe(true)
      expect(e.complete && (e.status === null || e.method === null)).toBe(false)
      for (const at of [e.requestAt, e.responseAt, e.completeAt]) expect(at === null || Number.isFinite(at)).toBe(true)
    })
  }
}

describe.each(SAMPLES)('$name', ({ content }) => {
  it('is worth damaging', async () => {
    const { connections } = await readBytes(content)
    expect(connections.reduce((sum, { exchanges }) => sum + exchanges.length, 0)).toBeGreaterThan(0)
  })

  it(`cut at every percent and flipped ${FLIPS} times does no harm`, async () => {
    let read = 0
    for (const { how, content: bad } of damaged(content, FLIPS)) {
      const began = performance.now()
      try {
        sane(await readBytes(bad))
        read++
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(how, { cause: error })
      }
      expect(performance.now() - began, how).toBeLessThan(SLOWEST)
    }
    expect(read).toBeGreaterThan(50)
    expect(process.memoryUsage().heapUsed).toBeLessThan(500 << 20)
  })
})
