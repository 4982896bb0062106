/** The walk against a plain reading of its definition: a pool needs as many connections as are ever busy at once. */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const told = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 400 }),
    exchanges: fc.array(fc.record({ wait: fc.integer({ min: 1, max: 90 }), takes: fc.integer({ min: 1, max: 60 }) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  { minLength: 1, maxLength: 12 },
)

it('needed = the peak of busy connections, whatever the traffic', async () => {
  await fc.assert(
    fc.asyncProperty(told, async (connections) => {
      const t = traffic()
      const busy: { from: number; to: number }[] = []
      for (const { at, exchanges } of connections) {
        const c = t.connection({ at: at / 100 })
        let now = at + 2 // the handshake's 20 ms
        let from = at
        for (const [i, { wait, takes }] of exchanges.entries()) {
          if (i > 0) from = now += wait
          c.exchange({ at: now / 100, takes: takes / 100 })
          now += takes
          busy.push({ from, to: now })
        }
      }
      const peak = Math.max(...busy.map((b) => busy.filter((o) => o.from <= b.from && b.from < o.to).length))
      const { summary } = await audited(t)
      expect(summary.totals.needed).toBe(peak)
      expect(summary.totals.needed + summary.totals.avoidable).toBe(connections.length)
    }),
    { numRuns: 25 },
  )
})

it('a connection with room for another request had it, by a plain count of what was in flight', async () => {
  const limit = 3
  let checked = 0
  await fc.assert(
    fc.asyncProperty(told, async (connections) => {
      const t = traffic()
      const inFlight: { id: number; from: number; to: number }[] = []
      const http2 = { maxConcurrentStreams: limit, goaway: null, origins: [], alternatives: [] }
      for (const [id, { at, exchanges }] of connections.entries()) {
        const c = t.connection({ at: at / 100, overrides: { application: 'h2', http2 } })
        // Side by side: all begin when the connection is ready, or soon after; never at the moment of a demand.
        for (const [i, { wait, takes }] of [...exchanges].sort((a, b) => a.wait - b.wait).entries()) {
          const from = at + 2.05 + wait / 10
          c.exchange({ at: from / 100, takes: takes / 100 })
          // The connection is in use for a first request that follows its setup within 50 ms.
          inFlight.push({ id, from: i === 0 && wait <= 49 ? at + 2 : from, to: from + takes })
        }
      }
      for (const v of (await audited(t)).verdicts) {
        const beside = /beside (?:the request|the (\d+) requests) in flight/.exec(v.evidence?.text ?? '')
        if (beside === null) continue
        checked++
        const demand = connections[v.id]!.at
        const on = inFlight.filter((e) => e.id === v.evidence!.previousConnection && e.from <= demand && e.to > demand).length
        expect([on, on < limit]).toEqual([Number(beside[1] ?? 1), true])
      }
    }),
    { numRuns: 25 },
  )
  expect(checked).toBeGreaterThan(0)
})
