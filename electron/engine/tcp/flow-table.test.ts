import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Frame } from '../link/frame'
import { octets } from '../testing/octets'
import { addressOctets } from '../testing/packets'
import { FlowTable } from './flow-table'

interface Side {
  readonly host: number
  readonly port: number
  readonly six: boolean
}

function frameOf(from: Side, to: Side): Frame {
  const address = ({ host, six }: Side): Uint8Array => addressOctets(six ? `fd00::${host.toString(16)}` : `10.0.0.${host}`)
  const frame = new Frame()
  frame.addressLength = from.six ? 16 : 4
  frame.buf = octets(address(from), address(to))
  frame.source = 0
  frame.destination = frame.addressLength
  return frame
}

const aim = (table: FlowTable<string>, from: Side, to: Side): 0 | 1 => table.aim(frameOf(from, to), from.port, to.port)
const nameOf = ({ host, port, six }: Side): string => `${six ? 6 : 4} ${host} ${port}`
const pairOf = (a: Side, b: Side): string => [nameOf(a), nameOf(b)].sort().join(' – ')

const side = (six: boolean): fc.Arbitrary<Side> =>
  fc.record({ host: fc.integer({ min: 1, max: 6 }), port: fc.integer({ min: 65_530, max: 65_535 }), six: fc.constant(six) })
const pair = fc.boolean().chain((six) => fc.tuple(side(six), side(six)))
const step = fc.tuple(fc.constantFrom('put', 'put', 'remove', 'find'), pair)

describe('the flow table', () => {
  it('does what a Map does, under any sequence of operations', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const table = new FlowTable<string>()
        const model = new Map<string, { entry: number; value: string }>()
        steps.forEach(([operation, [a, b]], i) => {
          const key = pairOf(a, b)
          aim(table, a, b)
          const known = model.get(key)
          expect(table.find()).toBe(known?.value)
          if (operation === 'put' && known === undefined)
            model.set(key, { entry: table.add(`${key} ${i}`), value: `${key} ${i}` })
          else if (operation === 'remove' && known !== undefined) {
            table.remove(known.entry)
            model.delete(key)
          }
          expect(table.size).toBe(model.size)
        })
        for (const { entry, value } of model.values()) expect(table.at(entry)).toBe(value)
      }),
      { numRuns: 200 },
    )
  })

  it('finds a hundred thousand, in either direction, as it grows and after half have gone', () => {
    const table = new FlowTable<string>()
    const sides = (i: number): [Side, Side] => [
      { host: 1 + (i % 250), port: 1024 + Math.floor(i / 250), six: false },
      { host: 1, port: 80, six: false },
    ]
    const entries: number[] = []
    for (let i = 0; i < 100_000; i++) {
      aim(table, ...sides(i))
      entries.push(table.add(String(i)))
    }
    for (let i = 0; i < 100_000; i += 2) table.remove(entries[i]!)
    for (let i = 0; i < 100_000; i += 7) {
      const [client, server] = sides(i)
      aim(table, server, client)
      expect(table.find()).toBe(i % 2 === 0 ? undefined : String(i))
    }
    expect(table.size).toBe(50_000)
  })

  it('both directions give the same key and opposite ends', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        fc.pre(nameOf(a) !== nameOf(b))
        const table = new FlowTable<string>()
        const there = aim(table, a, b)
        const entry = table.add('x')
        expect(aim(table, b, a)).toBe(1 - there)
        expect(table.find()).toBe('x')
        expect(table.endpoint(entry, there).port).toBe(a.port)
        expect(table.endpoint(entry, there === 0 ? 1 : 0).port).toBe(b.port)
      }),
    )
  })
})
