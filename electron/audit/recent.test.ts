import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Recent } from './recent'

it('agrees with a set in the order of arrival, whatever is added and taken out', () => {
  const items = Array.from({ length: 6 }, (_, i) => ({ i }))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(5)), { maxLength: 60 }), (steps) => {
      const recent = new Recent<{ i: number }>()
      const plain = new Set<{ i: number }>()
      for (const [adds, n] of steps) {
        const item = items[n]!
        if (adds) {
          recent.add(item)
          plain.add(item)
        } else {
          recent.delete(item)
          plain.delete(item)
        }
        const order = [...plain]
        expect(recent.oldest).toBe(order[0])
        for (const one of items) expect(recent.latestBut(one)).toBe(order.filter((o) => o !== one).at(-1) ?? order.at(-1))
      }
    }),
  )
})
