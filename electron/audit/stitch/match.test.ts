import { describe, expect, it } from 'vitest'
import { addressesIn, match } from './match'
import { align } from './offset'
import type { Requests } from './requests'

/** A request as a test tells it, times in milliseconds. */
interface Told {
  readonly leg: 0 | 1
  readonly from: number
  readonly to: number
  readonly key?: number
  readonly ids?: readonly string[]
  readonly for?: string
  readonly client?: string
  readonly unanswered?: boolean
}

function requests(told: readonly Told[]): { readonly all: Requests; readonly front: Int32Array; readonly back: Int32Array } {
  const sorted = [...told].sort((a, b) => a.from - b.from)
  const n = (of: (t: Told) => number): Int32Array => Int32Array.from(sorted, of)
  const all: Requests = {
    count: sorted.length,
    leg: n(({ leg }) => leg),
    connection: n(() => 0),
    ordinal: n(() => 1),
    capture: n(() => 0),
    key: n(({ key = 1 }) => key),
    start: Float64Array.from(sorted, ({ from }) => from * 1e6),
    demand: Float64Array.from(sorted, ({ from }) => from * 1e6),
    end: Float64Array.from(sorted, ({ to }) => to * 1e6),
    status: n(({ unanswered }) => (unanswered === true ? 0 : 200)),
    setupSeconds: new Float64Array(sorted.length),
    client: sorted.map(({ client = '10.0.0.2' }) => client),
    program: n(() => 1),
    ids: new Map(sorted.flatMap(({ ids }, i) => (ids === undefined ? [] : [[i, ids] as const]))),
    forwardedFor: new Map(sorted.flatMap((t, i) => (t.for === undefined ? [] : [[i, t.for] as const]))),
    limited: false,
  }
  const places = (leg: number): Int32Array => Int32Array.from(sorted.flatMap((t, i) => (t.leg === leg ? [i] : [])))
  return { all, front: places(0), back: places(1) }
}

const clocks = { offset: 0, slack: 1e6 }

/** Start of the request behind → start of the one in front, in milliseconds. */
function matches(told: readonly Told[], of = clocks): readonly (readonly [number, number | null, string | null])[] {
  const { all, front, back } = requests(told)
  const found = match(all, front, back, of)
  return [...back].map((b, i) => {
    const a = found.front[i]!
    return [all.start[b]! / 1e6, a < 0 ? null : all.start[a]! / 1e6, found.confidence[i] ?? null] as const
  })
}

describe('by target and time', () => {
  it('one within the other', () => {
    const told: Told[] = [
      { leg: 0, from: 0, to: 100 },
      { leg: 1, from: 10, to: 90 },
      { leg: 0, from: 200, to: 210 },
      { leg: 0, from: 300, to: 400 },
      { leg: 1, from: 310, to: 390 },
    ]
    expect(matches(told)).toEqual([
      [10, 0, 'high'],
      [310, 300, 'high'],
    ])
  })

  it('not across targets, and not outside', () => {
    const told: Told[] = [
      { leg: 0, from: 0, to: 100, key: 1 },
      { leg: 1, from: 10, to: 90, key: 2 },
      { leg: 1, from: 50, to: 150, key: 1 },
    ]
    expect(matches(told).map(([, front]) => front)).toEqual([null, null])
  })

  it('each once; the one that ends first, so that as many as possible are matched', () => {
    const told: Told[] = [
      { leg: 0, from: 0, to: 500 },
      { leg: 0, from: 1, to: 100 },
      { leg: 1, from: 10, to: 90 },
      { leg: 1, from: 20, to: 480 },
    ]
    expect(matches(told)).toEqual([
      [10, 1, 'low'],
      [20, 0, 'high'],
    ])
  })

  it('a forwarded address tells which of several it is', () => {
    const told: Told[] = [
      { leg: 0, from: 0, to: 500, client: '10.0.0.9' },
      { leg: 0, from: 1, to: 100, client: '10.0.0.2' },
      { leg: 1, from: 10, to: 90, for: '10.0.0.9' },
    ]
    expect(matches(told)).toEqual([[10, 0, 'high']])
  })

  it('an attempt without an answer beside the one that got it is a retry', () => {
    const { all, front, back } = requests([
      { leg: 0, from: 0, to: 100 },
      { leg: 1, from: 10, to: 12, unanswered: true },
      { leg: 1, from: 15, to: 90 },
    ])
    const found = match(all, front, back, clocks)
    expect([...found.front]).toEqual([-1, 0])
    expect(found).toMatchObject({ matched: 1, retries: 1 })
  })
})

describe('by identifier', () => {
  it('whatever the target became', () => {
    const told: Told[] = [
      { leg: 0, from: 0, to: 100, key: 1, ids: ['x', 'ray-1'] },
      { leg: 0, from: 1, to: 101, key: 1, ids: ['ray-2'] },
      { leg: 1, from: 10, to: 90, key: 2, ids: ['ray-2'] },
      { leg: 1, from: 11, to: 91, key: 3, ids: ['ray-1'] },
    ]
    expect(matches(told)).toEqual([
      [10, 1, 'exact'],
      [11, 0, 'exact'],
    ])
  })

  it('the same identifier on every request, as a hostile or careless sender writes it, still needs the time', () => {
    const told: Told[] = []
    for (let i = 0; i < 20_000; i++) {
      told.push(
        { leg: 0, from: i * 10, to: i * 10 + 8, ids: ['same'] },
        { leg: 1, from: i * 10 + 2, to: i * 10 + 6, ids: ['same'] },
      )
    }
    const started = performance.now()
    const found = matches(told)
    expect(performance.now() - started).toBeLessThan(3000)
    expect(found.every(([back, front]) => front === back - 2)).toBe(true)
  })
})

it('100,000 requests for one target that are all open at once are bounded work', () => {
  const told: Told[] = []
  for (let i = 0; i < 50_000; i++) told.push({ leg: 0, from: i, to: 1e9 - i }, { leg: 1, from: i + 0.5, to: 1e8 })
  const started = performance.now()
  const { all, front, back } = requests(told)
  const found = match(all, front, back, clocks)
  expect(performance.now() - started).toBeLessThan(5000)
  expect(found.matched).toBeGreaterThan(45_000)
})

describe('clocks that are apart', () => {
  /** Every third request of 300 is answered by the proxy; a second of difference would hide the rest. */
  const traffic = (shift: number): Told[] => {
    const told: Told[] = []
    for (let i = 0; i < 300; i++) {
      const from = i * 37 + (i % 7)
      told.push({ leg: 0, from, to: from + 60 + (i % 11), key: i % 20 })
      if (i % 3 !== 0) told.push({ leg: 1, from: from + 20 + shift, to: from + 40 + (i % 11) + shift, key: i % 20 })
    }
    return told
  }

  it.each([0, 150, -1000, 86_400_000])('by %d ms are found out, though a third never goes on and targets recur', (shift) => {
    const { all, front, back } = requests(traffic(shift))
    const found = align(all, front, back)!
    expect(Math.abs(found.clocks.offset / 1e6 + shift)).toBeLessThan(1)
    expect(found.matches.matched).toBe(200)
  })

  it('legs that have nothing in common have none', () => {
    const { all, front, back } = requests([
      { leg: 0, from: 0, to: 10, key: 1 },
      { leg: 1, from: 5, to: 6, key: 2 },
    ])
    expect(align(all, front, back)).toBeNull()
  })
})

it('addresses in forwarded lists', () => {
  expect(addressesIn('192.0.2.43, [2001:DB8::17]:4711,10.0.0.1:80,unknown, [')).toEqual([
    '192.0.2.43',
    '2001:db8::17',
    '10.0.0.1',
    'unknown',
    '',
  ])
})
