import { expect, it } from 'vitest'
import type { InferredTimer } from '../../../shared/model/timers'
import { audited } from '../testing/audited'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

const timersOf = async (told: Traffic): Promise<readonly InferredTimer[]> => (await audited(told)).summary.timers!
const only = async (told: Traffic, side: 'client' | 'server', kind: InferredTimer['kind']) =>
  (await timersOf(told)).filter((t) => t.side === side && t.kind === kind)

/** Six connections, each closed by a side so many seconds after its response; the client comes back later. */
function closedAfter(
  side: 'client' | 'server',
  gaps: readonly number[],
  words: { timeout?: number; clientShare?: number; rtt?: number } = {},
) {
  const { timeout, ...connection } = words
  const t = traffic()
  gaps.forEach((gap, i) => {
    const at = i * 30
    const seen = at + 0.1 + (connection.rtt ?? 0.02)
    // A client's timer starts when the response reaches it, and its FIN takes as long to come back.
    const away = side === 'client' ? (connection.rtt ?? 0.02) * (connection.clientShare ?? 0) : 0
    t.connection({ at, ...connection })
      .exchange({ at: at + 0.1, takes: connection.rtt ?? 0.02, ...(timeout === undefined ? {} : { timeout }) })
      .closes(side, seen + gap + away)
  })
  return t
}

it('six closes after five seconds are an idle time-out of five seconds', async () => {
  expect(await only(closedAfter('server', [5, 5.01, 5, 5.02, 5, 5]), 'server', 'idle-timeout')).toMatchObject([
    {
      value: 5,
      bound: 'exact',
      spread: { from: 5, to: 5.02 },
      samples: 6,
      of: 6,
      confidence: 'high',
      advertised: null,
      connections: [0, 1, 2, 3, 4, 5],
      who: { address: '10.0.0.1:80', origin: 'http://www.example.com' },
    },
  ])
})

it("a client's is measured where the client is, wherever the capture was taken", async () => {
  for (const clientShare of [0, 0.5, 1]) {
    const [timer] = await only(closedAfter('client', [4, 4, 4], { clientShare, rtt: 0.4 }), 'client', 'idle-timeout')
    expect(timer).toMatchObject({
      value: 4,
      bound: 'exact',
      confidence: 'medium',
      who: { address: '10.0.0.2', product: 'tester/1.0' },
    })
  }
})

it('the observed value stands beside the advertised one: Node.js holds on for a second longer', async () => {
  expect(await only(closedAfter('server', [6, 6, 6], { timeout: 5 }), 'server', 'idle-timeout')).toMatchObject([
    { value: 6, advertised: 5, bound: 'exact' },
  ])
})

it('one close names a time-out only where it was advertised', async () => {
  expect(await only(closedAfter('server', [5.001], { timeout: 5 }), 'server', 'idle-timeout')).toMatchObject([
    { bound: 'exact', samples: 1, confidence: 'medium' },
  ])
  expect(await only(closedAfter('server', [5.001]), 'server', 'idle-timeout')).toEqual([])
})

it('connections that end together when the program does show no timer', async () => {
  const t = traffic()
  for (let i = 0; i < 6; i++) t.connection({ at: 0 }).exchange({ at: 0.1 }).closes('client', 7)
  expect((await only(t, 'client', 'idle-timeout')).filter((timer) => timer.bound === 'exact')).toEqual([])
})

it('closes at all sorts of gaps are no timer; the server is known to wait for the longest pause that the client made', async () => {
  const t = closedAfter('server', [1, 3, 9, 20])
  t.connection({ at: 200 }).exchange({ at: 200.1, takes: 0 }).exchange({ at: 231.1, takes: 0 }).clientCloses(231.2)
  expect(await only(t, 'server', 'idle-timeout')).toMatchObject([
    { bound: 'at-least', value: 31.02, spread: { from: 31.02, to: 31.02 }, connections: [4] },
  ])
})

it('a pause that outlived the time-out makes it doubtful', async () => {
  const t = closedAfter('server', [5, 5, 5, 5, 5, 5])
  t.connection({ at: 300 }).exchange({ at: 300.1 }).exchange({ at: 310 })
  expect(await only(t, 'server', 'idle-timeout')).toMatchObject([{ value: 5, confidence: 'low' }])
})

it('the most requests a connection carries, where the server ends it, are the limit; "max" in the first response beside it', async () => {
  const t = traffic()
  for (let c = 0; c < 3; c++) {
    const connection = t.connection({ at: c })
    for (let i = 0; i < 6; i++)
      connection.exchange({ at: c + 0.02 * (i + 1), max: 5 - i, ...(i === 5 ? { response: 'close' } : {}) })
    connection.serverCloses(c + 0.15)
  }
  expect(await only(t, 'server', 'request-limit')).toMatchObject([
    { value: 6, bound: 'exact', advertised: 5, samples: 3, of: 3, confidence: 'high', connections: [0, 1, 2] },
  ])
})

it('a number that other connections went beyond is no limit', async () => {
  const t = traffic()
  for (const requests of [3, 3, 12]) {
    const connection = t.connection({ at: 0 })
    for (let i = 0; i < requests; i++)
      connection.exchange({ at: 0.02 * (i + 1), response: i === requests - 1 && requests === 3 ? 'close' : null })
  }
  expect(await only(t, 'server', 'request-limit')).toMatchObject([
    { value: 12, bound: 'at-least', samples: 1, of: 3, connections: [2] },
  ])
})
