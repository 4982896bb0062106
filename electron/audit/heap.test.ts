import { expect, it } from 'vitest'
import * as fc from 'fast-check'
import { EndHeap } from './heap'

it('gives back everything in the order of its end', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (ends) => {
      const heap = new EndHeap<{ endAt: number }>()
      for (const endAt of ends) heap.push({ endAt })
      const out: number[] = []
      for (let item = heap.pop(); item !== undefined; item = heap.pop()) out.push(item.endAt)
      expect(out).toEqual([...ends].sort((a, b) => a - b))
    }),
  )
})
