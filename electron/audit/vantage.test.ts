import { describe, expect, it } from 'vitest'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'
import type { ConnectionWords } from './testing/traffic'
import { majority, vantageOf } from './vantage'

const MS = 1e6

describe('one handshake', () => {
  it.each([
    // round trip, SYN/ACK to ACK: both in milliseconds
    [20, 0.05, 'client'],
    [20, 2, 'client'],
    [20, 3, 'unknown'],
    [20, 4, 'middle'],
    [20, 10, 'middle'],
    [20, 16, 'middle'],
    [20, 17, 'unknown'],
    [20, 18, 'server'],
    [20, 19.98, 'server'],
  ] as const)('of %s ms whose client half takes %s ms: %s', (rtt, clientHalf, place) => {
    expect(vantageOf(rtt * MS, clientHalf * MS, 1)).toBe(place)
  })

  it('of a loopback interface says nothing: its hosts are as slow as its way', () => {
    expect(vantageOf(0.064 * MS, 0.018 * MS, 1)).toBe('unknown')
    expect(vantageOf(0.29 * MS, 0, 1)).toBe('unknown')
  })

  it('says nothing where the SYN/ACK was sent again, the ACK is missing or the clock went back', () => {
    expect(vantageOf(20 * MS, 19 * MS, 2)).toBe('unknown')
    expect(vantageOf(null, null, 1)).toBe('unknown')
    expect(vantageOf(20 * MS, -1, 1)).toBe('unknown')
    expect(vantageOf(20 * MS, 21 * MS, 1)).toBe('unknown')
  })
})

describe('many handshakes', () => {
  it.each([
    [{ client: 2, middle: 0, server: 0 }, 'unknown', 1],
    [{ client: 3, middle: 0, server: 0 }, 'client', 1],
    [{ client: 0, middle: 0, server: 9 }, 'server', 1],
    [{ client: 1, middle: 4, server: 0 }, 'middle', 0.8],
    [{ client: 1, middle: 3, server: 0 }, 'unknown', 0.75],
    [{ client: 0, middle: 0, server: 0 }, 'unknown', null],
  ] as const)('%o: %s', (votes, place, share) => {
    const { client, middle, server } = votes
    expect(majority(votes)).toEqual({ place, share, connections: client + middle + server })
  })
})

/** A connection whose client half takes a share of its round trip of 20 ms. */
const seenAt = (at: number, clientShare: number, more: Partial<ConnectionWords> = {}): ConnectionWords => ({
  at,
  clientShare,
  ...more,
})

describe('an audit', () => {
  it('tells each connection, each pair and the whole', async () => {
    const t = traffic()
    for (let i = 0; i < 9; i++) t.connection(seenAt(i, 0.005)).exchange({ at: i + 0.02 })
    t.connection(seenAt(9, 0.5)).exchange({ at: 9.02 })
    t.connection({ at: 10, midStream: true }).exchange({ at: 10.02 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts.map((v) => v.vantage)).toEqual([...Array<string>(9).fill('client'), 'middle', 'unknown'])
    expect(summary.quality.vantage).toEqual({
      place: 'client',
      share: 0.9,
      connections: 10,
      pairs: [{ client: '10.0.0.2', server: '10.0.0.1:80', place: 'client', share: 0.9, connections: 10 }],
    })
  })

  it('finds a proxy: the server of some and the client of others', async () => {
    const t = traffic()
    for (let i = 0; i < 4; i++) t.connection(seenAt(i, 0.99, { server: 'fd00::1', port: 8080 })).exchange({ at: i + 0.02 })
    for (let i = 0; i < 4; i++)
      t.connection(seenAt(i, 0.01, { client: '10.1.0.1', server: '10.1.0.9' })).exchange({ at: i + 0.02 })
    const { place, share, connections, pairs } = (await audited(t)).summary.quality.vantage
    expect({ place, share, connections }).toEqual({ place: 'proxy', share: 1, connections: 8 })
    expect(pairs.map((p) => [p.client, p.server, p.place])).toEqual([
      ['10.0.0.2', '[fd00::1]:8080', 'server'],
      ['10.1.0.1', '10.1.0.9:80', 'client'],
    ])
  })

  it('says nothing where the same pair was seen from both ends', async () => {
    const t = traffic()
    for (let i = 0; i < 8; i++) t.connection(seenAt(i, i % 2 === 0 ? 0.01 : 0.99)).exchange({ at: i + 0.02 })
    expect((await audited(t)).summary.quality.vantage).toMatchObject({ place: 'unknown', share: null, connections: 8 })
  })
})
