import { describe, expect, it } from 'vitest'
import { riskierPools } from '../../../shared/format'
import { audited } from '../testing/audited'
import { auditOf, noLab } from '../testing/lab'
import { traffic } from '../testing/traffic'

/** Numbers that are the same every time (mulberry32). */
function randomly(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const TIMEOUT = 5
const RTT = 0.2

/** Lost requests per 10,000 that are sent on an open connection, by playing it through: pauses are exponential with this mean. */
function simulated(mean: number, rounds: number): number {
  const random = randomly(7)
  let reused = 0
  let lost = 0
  for (let i = 0; i < rounds; i++) {
    const pause = -mean * Math.log(1 - random())
    // The close is seen: the client opens another connection.
    if (pause >= TIMEOUT) continue
    reused++
    // The server has closed when the request arrives: it left less than a round trip before the close was seen.
    if (pause + RTT > TIMEOUT) lost++
  }
  return (lost / reused) * 1e4
}

/** A client with such pauses, captured at itself. Requests lost to the close are told as they happen. */
function told(mean: number, requests: number) {
  const random = randomly(42)
  const t = traffic()
  let at = 0
  let connection = t.connection({ at, rtt: RTT })
  let ask = at + RTT
  for (let i = 0; i < requests; i++) {
    connection.exchange({ at: ask, takes: RTT })
    const done = ask + RTT
    const pause = -mean * Math.log(1 - random())
    if (pause + RTT <= TIMEOUT) {
      ask = done + pause
      continue
    }
    if (pause < TIMEOUT) connection.exchange({ at: done + pause, unanswered: true })
    connection.serverCloses(done + TIMEOUT)
    at = done + Math.max(pause, TIMEOUT) + 0.001
    connection = t.connection({ at, rtt: RTT })
    ask = at + RTT
  }
  return t
}

describe('expected losses', () => {
  for (const mean of [2, 6]) {
    it(`agree with a simulation of pauses of ${mean} s`, async () => {
      const { racePredictions } = (await audited(told(mean, 4000))).summary
      expect(racePredictions).toHaveLength(1)
      const [prediction] = racePredictions!
      expect(prediction).toMatchObject({ timeoutSeconds: TIMEOUT, knownBy: 'observed', rttSeconds: RTT, server: '10.0.0.1:80' })
      const expected = simulated(mean, 2e6)
      expect(Math.abs(prediction!.expectedPer10000 - expected) / expected).toBeLessThan(0.2)
    })
  }

  it('are those of the pauses nearby where none was lost', async () => {
    const t = traffic()
    // Pauses of 4.0, 4.1 … 4.7 s, twenty of each, and the server closes after 5: the window reaches them, and says how wide it is.
    let at = 0
    for (let i = 0; i < 160; i++) {
      const connection = t.connection({ at, rtt: RTT }).exchange({ at: at + RTT, takes: RTT })
      const done = at + 2 * RTT
      connection.exchange({ at: done + 4 + (i % 8) / 10, takes: RTT }).serverCloses(done + 4 + (i % 8) / 10 + RTT + TIMEOUT)
      at += 40
    }
    const [prediction] = (await audited(t)).summary.racePredictions!
    expect(prediction).toMatchObject({ seen: 0, reusedRequests: 160 })
    expect(prediction!.windowSeconds).toBeGreaterThan(RTT)
    expect(prediction!.near).toBeGreaterThanOrEqual(10)
    expect(prediction!.expectedPer10000).toBeCloseTo(((prediction!.near * RTT) / prediction!.windowSeconds / 160) * 1e4, 1)
  })

  it('are nothing for a client that gives up first', async () => {
    const t = traffic()
    for (let i = 0; i < 20; i++)
      t.connection({ at: i * 20 })
        .exchange({ at: i * 20 + 0.02, timeout: 15 })
        .exchange({ at: i * 20 + 1 })
        .clientCloses(i * 20 + 5)
    expect((await audited(t)).summary.racePredictions).toMatchObject([
      { knownBy: 'advertised', timeoutSeconds: 15, near: 0, expectedPer10000: 0 },
    ])
  })
})

it('a pool has its own share: what one client loses is not what all do on average', async () => {
  const t = traffic()
  // Two clients of one server that closes after 5 s: one pauses for 4.9 s, the other for 1 s, four times as often.
  for (const [client, pauses, pause] of [
    ['10.0.0.2', 20, 4.9],
    ['10.0.0.3', 80, 1],
  ] as const)
    for (let i = 0; i < pauses; i++) {
      const at = i * 20
      const done = at + 2 * RTT
      t.connection({ at, client, rtt: RTT })
        .exchange({ at: at + RTT, takes: RTT })
        .exchange({ at: done + pause, takes: RTT })
        .serverCloses(done + pause + RTT + TIMEOUT)
    }
  const { racePredictions, poolRacePredictions } = (await audited(t)).summary
  // 20 of 100 pauses lie within the round trip before the time-out.
  expect(racePredictions).toMatchObject([
    { reusedRequests: 100, near: 20, windowSeconds: RTT, expectedPer10000: 2000, confidence: 'medium' },
  ])
  expect(poolRacePredictions).toMatchObject([
    {
      client: '10.0.0.2',
      origin: 'http://www.example.com',
      reusedRequests: 20,
      near: 20,
      expectedPer10000: 10000,
      confidence: 'low',
    },
    { client: '10.0.0.3', reusedRequests: 80, near: 0, expectedPer10000: 0 },
  ])
  expect(riskierPools(poolRacePredictions!, racePredictions!).map(({ client }) => client)).toEqual(['10.0.0.2'])
})

describe.skipIf(noLab)('the lab', () => {
  for (const file of ['keepalive-race.pcap', 'keepalive-race.server.pcap']) {
    it(`${file}: three of five requests on an open connection are lost, and as many expected`, async () => {
      const { racePredictions } = (await auditOf(file)).summary
      expect(racePredictions).toMatchObject([{ reusedRequests: 5, seen: 3, near: 3, expectedPer10000: 6000, confidence: 'low' }])
    })
  }

  it('idle-timeout-nginx: pauses far from the time-out lose nothing', async () => {
    const { racePredictions } = (await auditOf('idle-timeout-nginx.pcap')).summary
    expect(racePredictions).toMatchObject([{ reusedRequests: 4, near: 0, expectedPer10000: 0, confidence: 'low' }])
  })
})
