import { expect, it } from 'vitest'
import type { InferredTimer } from '../../../shared/model/timers'
import { audited } from '../testing/audited'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

const of = async (told: Traffic, kind: InferredTimer['kind']) =>
  (await audited(told)).summary.timers!.filter((t) => t.kind === kind)

/** Connections closed by the server at an age, after so many requests in so long. */
function aged(ages: readonly number[], requestsEvery: readonly number[]) {
  const t = traffic()
  ages.forEach((age, i) => {
    const at = i * 70
    const connection = t.connection({ at, rtt: 0 })
    for (let ask = at + 0.01; ask < at + age - 1; ask += requestsEvery[i]!) connection.exchange({ at: ask, takes: 0.01 })
    connection.serverCloses(at + age)
  })
  return t
}

it('connections that are closed at one age, whatever they carried and however idle they were, have a maximum age', async () => {
  expect(await of(aged([30, 30.1, 30, 30, 30.2], [3, 7, 4, 11, 5]), 'max-age')).toMatchObject([
    { side: 'server', value: 30, bound: 'exact', spread: { from: 30, to: 30.2 }, samples: 5, of: 5, confidence: 'medium' },
  ])
})

it('an age that one connection outlived is none', async () => {
  expect(await of(aged([30, 30, 30, 60], [3, 7, 4, 5]), 'max-age')).toEqual([])
})

it('nor is one of connections that a program opens together and ends together when it stops, run after run', async () => {
  for (const runs of [1, 2]) {
    const t = traffic()
    for (let i = 0; i < 6 * runs; i++) {
      const at = 100 * Math.floor(i / 6) + (i % 6) * 0.02
      const connection = t.connection({ at })
      for (let ask = 0; ask < 50; ask += 3 + i) connection.exchange({ at: at + 1 + ask, takes: 0.01 })
      connection.clientCloses(at + 60)
    }
    expect(await of(t, 'max-age')).toEqual([])
  }
})

it('nor is one that follows from an idle time-out: equal work, then an equal pause', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++) {
    const at = i * 60
    t.connection({ at })
      .exchange({ at: at + 0.1 })
      .exchange({ at: at + 0.2 })
      .serverCloses(at + 5.22)
  }
  expect(await of(t, 'max-age')).toEqual([])
})

/** Work for a pool of `size`: each connection sends its next request `pause` seconds after a response. */
function pool(size: number, pause: number, requests = 20) {
  const t = traffic()
  for (let c = 0; c < size; c++) {
    const connection = t.connection({ at: 0 })
    // A little apart, so that they do not all become free at one instant.
    for (let i = 0; i < requests; i++) connection.exchange({ at: 0.03 + c * 0.007 + i * (0.1 + pause), takes: 0.1 })
  }
  return t
}

it('a pool is as large as the most connections in use while requests wait for one of them', async () => {
  expect(await of(pool(6, 0.001), 'pool-size')).toMatchObject([
    {
      side: 'client',
      value: 6,
      bound: 'exact',
      samples: 114,
      of: 114,
      confidence: 'high',
      who: { address: '10.0.0.2', product: 'tester/1.0', origin: 'http://www.example.com' },
    },
  ])
})

it('without waiting requests it is at least that, and no more is known', async () => {
  expect(await of(pool(6, 0.5), 'pool-size')).toMatchObject([{ value: 6, bound: 'at-least', samples: 0, confidence: 'low' }])
})

it('one connection is no pool', async () => expect(await of(pool(1, 0.001), 'pool-size')).toEqual([]))
