/** Causes that take more than the earlier connection alone to tell: what its server, its client or its pool did elsewhere. */
import { describe, expect, it } from 'vitest'
import type { ConnectionFact, Http2Fact, TcpFact, TlsFact } from '../../shared/model/facts'
import { fromSeconds } from '../../shared/units'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const causesOf = async (told: Parameters<typeof audited>[0]) => (await audited(told)).verdicts.map((v) => v.cause)

describe('an age limit', () => {
  /** Connections ended at an age of 10 s, after idle times and numbers of requests of their own. */
  const aged = (by: 'server' | 'client', ages: readonly number[]) => {
    const t = traffic()
    for (const [i, age] of ages.entries()) {
      const at = i * 20
      const c = t.connection({ at })
      for (let k = 0; k <= i + 1; k++) c.exchange({ at: at + 0.02 + k * 2 })
      c.closes(by, at + age)
    }
    t.connection({ at: 100 }).exchange({ at: 100.02 })
    return t
  }

  it.each(['server', 'client'] as const)('recurs whatever the idle time: the %s’s', async (by) => {
    const { verdicts } = await audited(aged(by, [10, 10.1, 10.05]))
    expect(verdicts.map((v) => v.cause)).toEqual(['first', 'age-limit', 'age-limit', 'age-limit'])
    expect(verdicts[2]!.evidence).toMatchObject({ previousConnection: 1, closedBy: by, ageSeconds: 10 })
    expect(verdicts[2]!.evidence!.packets).toHaveLength(2)
  })

  it('ages that differ are none', async () => {
    expect(await causesOf(aged('server', [10, 14, 17]))).not.toContain('age-limit')
  })

  it('nor are ages beyond which a connection was used', async () => {
    const t = aged('server', [10, 10.1, 10.05])
    t.connection({ at: 0, client: '10.0.0.9' }).exchange({ at: 0.02 }).exchange({ at: 30 })
    expect(await causesOf(t)).not.toContain('age-limit')
  })

  it('equal idle times are a time-out’s doing', async () => {
    const t = traffic()
    for (let i = 0; i < 4; i++)
      t.connection({ at: i * 20 })
        .exchange({ at: i * 20 + 0.02 })
        .serverCloses(i * 20 + 10.04)
    expect(await causesOf(t)).toEqual(['first', 'server-idle-timeout', 'server-idle-timeout', 'server-idle-timeout'])
  })

  describe('idle times as close together as the ages', () => {
    /** Ends after these idle times and requests, and at these ages; between the requests one pause of `longest` seconds. */
    const ended = (ends: readonly (readonly [age: number, idle: number, requests: number])[], longest: number) => {
      const t = traffic()
      for (const [i, [age, idle, requests]] of ends.entries()) {
        const at = i * 20
        const c = t.connection({ at })
        const last = age - idle - 0.02
        for (let k = 1; k < requests; k++) c.exchange({ at: at + 0.02 + ((last - longest) * (k - 1)) / (requests - 2) })
        c.exchange({ at: at + last }).clientCloses(at + age)
      }
      t.connection({ at: 100 }).exchange({ at: 100.02 })
      return t
    }
    const ENDS = [
      [3.83, 0.38, 33],
      [3.9, 0.42, 35],
      [4.02, 0.45, 32],
      [4.04, 0.48, 30],
    ] as const

    it('are no time-out where connections were used again after more: that leaves the age', async () => {
      expect(await causesOf(ended(ENDS, 0.6))).toEqual(['first', ...Array<string>(4).fill('age-limit')])
    })

    it('may be one where none was', async () => {
      expect(await causesOf(ended(ENDS, 0.3))).not.toContain('age-limit')
    })

    it('may be a limit’s where the counts are the same', async () => {
      const counted = ENDS.map(([age, idle]) => [age, idle, 32] as const)
      expect(await causesOf(ended(counted, 0.6))).not.toContain('age-limit')
    })

    it('nor is it said of three ends, or of ages further apart', async () => {
      expect(await causesOf(ended(ENDS.slice(1), 0.6))).not.toContain('age-limit')
      const apart = ENDS.map(([, , requests], i) => [3.83 + 0.16 * i, 0.38 + 0.16 * i, requests] as const)
      expect(await causesOf(ended(apart, 1))).not.toContain('age-limit')
    })
  })

  it('announced closes count at the request they answered', async () => {
    const t = traffic()
    for (let i = 0; i < 4; i++) {
      const at = i * 20
      const c = t.connection({ at })
      for (let k = 0; k < 3 + i; k++) c.exchange({ at: at + 0.02 + (k * 9.5) / (3 + i) })
      c.exchange({ at: at + 10 + i / 10, response: 'close' }).serverCloses(at + 10.1 + i / 10)
    }
    expect(await causesOf(t)).toEqual(['first', 'age-limit', 'age-limit', 'age-limit'])
  })
})

describe('a drain', () => {
  const closedAt10 = (idleSince: readonly number[], more = 0) => {
    const t = traffic()
    for (const [i, since] of idleSince.entries())
      t.connection({ at: 1 + i / 1000 })
        .exchange({ at: 1.03, takes: 0.5 })
        .exchange({ at: since - 0.02 })
        .serverCloses(10 + i / 1000)
    for (let i = 0; i < more; i++)
      t.connection({ at: 1, client: `10.0.1.${i}` })
        .exchange({ at: 1.02 })
        .exchange({ at: 30 })
    t.connection({ at: 20 }).exchange({ at: 20.02 })
    return t
  }

  it('closes most of what is open at one instant, whatever the idle time', async () => {
    const { verdicts } = await audited(closedAt10([2, 6, 9]))
    expect(verdicts.map((v) => v.cause)).toEqual(['first', 'concurrency', 'concurrency', 'server-drain'])
    expect(verdicts[3]!.evidence).toMatchObject({ previousConnection: 2, closedBy: 'server' })
    expect(verdicts[3]!.evidence!.text).toContain('closed 3 of the 3 connections that were open within 2 ms')
  })

  it('equal idle times are no drain', async () => {
    expect((await causesOf(closedAt10([5, 5.1, 5.05])))[3]).toBe('server-idle-timeout')
  })

  it('nor is it one when most stay open', async () => {
    expect(await causesOf(closedAt10([2, 6, 9], 4))).not.toContain('server-drain')
  })
})

describe('a full client pool', () => {
  /** Bursts of four at once; the client keeps two of each. */
  const bursts = (kept: number) => {
    const t = traffic()
    const keep = Array.from({ length: kept }, (_, i) => t.connection({ at: i / 1000 }))
    for (const at of [0, 10, 20]) {
      for (const [i, c] of keep.entries()) c.exchange({ at: at + 0.02 + i / 1000, takes: 1 })
      for (let i = kept; i < 4; i++)
        t.connection({ at: at + i / 1000 })
          .exchange({ at: at + 0.02 + i / 1000, takes: 1 })
          .clientCloses(at + 1.03 + i / 1000)
    }
    return t
  }

  it('gives up what it cannot keep', async () => {
    const { verdicts } = await audited(bursts(2))
    const caused = verdicts.filter((v) => v.verdict === 'avoidable')
    expect(caused.map((v) => v.cause)).toEqual(Array(4).fill('pool-full'))
    expect(caused[0]!.evidence).toMatchObject({ limit: 2, closedBy: 'client' })
    expect(caused[0]!.evidence!.packets).toHaveLength(2)
  })

  it('a client that keeps nothing does not pool', async () => {
    const caused = (await audited(bursts(0))).verdicts.filter((v) => v.verdict === 'avoidable')
    expect(new Set(caused.map((v) => v.cause))).toEqual(new Set(['client-closed']))
  })

  it('a program that opens one beside its idle connection has no full pool', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 30 })
    for (const at of [2, 4, 6, 8])
      t.connection({ at })
        .exchange({ at: at + 0.02 })
        .clientCloses(at + 0.05)
    expect(await causesOf(t)).not.toContain('pool-full')
  })
})

const QUIET: TcpFact = {
  opening: 'three-way',
  samePortsAs: null,
  keepAliveProbes: { client: 0, server: 0 },
  zeroWindows: { client: 0, server: 0 },
  zeroWindowTime: { client: fromSeconds(0), server: fromSeconds(0) },
  ignoredResets: 0,
  ignoredReset: null,
  dataAfterFin: { client: 0, server: 0 },
  overlaps: 0,
}

describe('something on the way forgot the connection', () => {
  const idleFor = (idle: number, overrides: Partial<ConnectionFact> = {}) => {
    const t = traffic()
    return {
      t,
      c: t
        .connection({ at: 0, overrides })
        .exchange({ at: 0.02 })
        .exchange({ at: 0.04 + idle, unanswered: true }),
      end: 0.04 + idle,
    }
  }

  it('a reset answers after a long idle time, and the server had not closed', async () => {
    const { t, c, end } = idleFor(350)
    c.closes('server', end + 0.02, 'rst')
    t.connection({ at: end + 0.1 }).exchange({ at: end + 0.12 })
    const { verdicts, summary } = await audited(t)
    expect(verdicts[1]).toMatchObject({ cause: 'middlebox', evidence: { gapSeconds: 350 } })
    expect(verdicts[1]!.evidence!.packets).toHaveLength(2)
    expect(summary.races).toEqual([])
  })

  it('nothing answers though the request is sent again and again', async () => {
    const { t, c, end } = idleFor(350, { retransmissions: 5, tcp: { ...QUIET, clientLastResent: 5 } })
    c.closes('client', end + 10, 'rst')
    t.connection({ at: end + 11 }).exchange({ at: end + 11.02 })
    expect((await causesOf(t))[1]).toBe('middlebox')
  })

  it('what was sent again before the last request is no silence', async () => {
    const { t, c, end } = idleFor(350, { retransmissions: 5, tcp: QUIET })
    c.closes('client', end + 10, 'rst')
    t.connection({ at: end + 11 }).exchange({ at: end + 11.02 })
    expect((await causesOf(t))[1]).toBe('reset')
  })

  it('a server that is slow acknowledges: no retransmissions, no middlebox', async () => {
    const { t, c, end } = idleFor(350)
    c.closes('client', end + 10, 'rst')
    t.connection({ at: end + 11 }).exchange({ at: end + 11.02 })
    expect((await causesOf(t))[1]).toBe('reset')
  })

  it('seconds are too few to be forgotten: that is a race', async () => {
    const { t, c, end } = idleFor(5)
    c.closes('server', end + 0.02, 'rst')
    t.connection({ at: end + 0.1 }).exchange({ at: end + 0.12 })
    expect((await causesOf(t))[1]).toBe('lost-race')
  })
})

describe('HTTP/2', () => {
  const h2 = (more: Partial<Http2Fact>, tls: Partial<TlsFact> = {}): Partial<ConnectionFact> => ({
    application: 'h2',
    http2: { maxConcurrentStreams: 100, goaway: null, origins: [], alternatives: [], ...more },
    tls: {
      ...{
        version: 'TLS 1.3',
        sni: 'www.example.com',
        alpn: 'h2',
        kind: 'full',
        helloRetry: false,
        roundTrips: 1,
        decrypted: true,
      },
      ...{ setup: fromSeconds(0.02), ...tls },
    },
  })
  const goaway = (at: number, errorCode = 0) => ({
    goaway: { packet: 77, at: fromSeconds(at), by: 'server' as const, lastStream: 1, errorCode },
  })

  it('GOAWAY ends a connection, and its packet is the evidence', async () => {
    const t = traffic()
    t.connection({ at: 0, overrides: h2(goaway(3, 11)) }).exchange({ at: 0.05 })
    t.connection({ at: 5, overrides: h2({}) }).exchange({ at: 5.05 })
    expect((await audited(t)).verdicts[1]).toMatchObject({
      cause: 'goaway',
      evidence: { packets: [77], text: expect.stringContaining('error code 11') },
    })
  })

  it('who sends close_notify first ended the connection, though the other side sent the first FIN', async () => {
    const told = (by: 'client' | 'server') => {
      const t = traffic()
      for (const at of [0, 10, 25, 45]) {
        const closedBy = { packet: 70 + at, at: fromSeconds(at + 2.07), by }
        const c = t.connection({ at, overrides: h2({}, { closedBy }) })
        c.exchange({ at: at + 0.05, overrides: { request: null, response: null } })
        c.closes(by === 'server' ? 'client' : 'server', at + 2.0701)
      }
      return t
    }
    for (const by of ['server', 'client'] as const) {
      const { summary, verdicts } = await audited(told(by))
      expect(verdicts.slice(1).map(({ cause }) => cause)).toEqual(Array.from({ length: 3 }, () => `${by}-idle-timeout`))
      expect(verdicts[1]!.evidence).toMatchObject({ closedBy: by, packets: [70] })
      const timers = summary.timers!.filter(({ kind, bound }) => kind === 'idle-timeout' && bound === 'exact')
      expect(timers.map(({ side }) => side)).toEqual([by])
    }
  })

  it('what the ledger says of TIME_WAIT is TCP, whoever ended TLS', async () => {
    const t = traffic()
    const closedBy = { packet: 70, at: fromSeconds(2.07), by: 'server' as const }
    t.connection({ at: 0, overrides: h2({}, { closedBy }) })
      .exchange({ at: 0.05 })
      .clientCloses(2.0701)
    const { servers } = (await audited(t)).summary.ledger!
    expect(servers.map(({ closedFirst }) => closedFirst)).toMatchObject([{ client: 1, server: 0 }])
  })

  it('GOAWAY at the same number of requests again and again is a request limit', async () => {
    const t = traffic()
    for (const at of [0, 5, 10]) {
      const c = t.connection({ at, overrides: h2(goaway(at + 0.4)) })
      for (let i = 0; i < 3; i++) c.exchange({ at: at + 0.05 + i / 10, overrides: { request: null, response: null } })
    }
    expect(await causesOf(t)).toEqual(['first', 'request-limit', 'request-limit'])
  })

  const second = async (names: readonly string[], origins: readonly string[] = [], closes?: number) => {
    const t = traffic()
    const c = t
      .connection({ at: 0, overrides: h2({ origins }, { sni: 'www.a.test', certificateNames: names }) })
      .exchange({ at: 0.05, host: 'www.a.test' })
    if (closes !== undefined) c.serverCloses(closes)
    t.connection({ at: 5, overrides: h2({}, { sni: 'img.a.test' }) }).exchange({ at: 5.05, host: 'img.a.test' })
    return (await audited(t)).verdicts[1]!
  }

  it('a certificate that covers both names would have let one connection serve', async () => {
    expect(await second(['a.test', '*.a.test'])).toMatchObject({
      verdict: 'avoidable',
      cause: 'missed-coalescing',
      evidence: { previousConnection: 0 },
    })
  })

  it('one that had closed by then closed for a cause of its own', async () => {
    expect(await second(['*.a.test'], [], 4)).toMatchObject({ verdict: 'avoidable', cause: 'server-closed' })
  })

  it('not where it does not cover the name, or the server named other origins', async () => {
    for (const v of [await second(['www.a.test']), await second(['*.a.test'], ['https://www.a.test'])])
      expect(v).toMatchObject({ verdict: 'needed', cause: 'first' })
  })
})

describe('another address of the same name', () => {
  const moved = (back: boolean, closes?: number) => {
    const t = traffic()
    const c = t.connection({ at: 0, server: '10.0.0.1' }).exchange({ at: 0.02 })
    if (back) c.exchange({ at: 9 })
    if (closes !== undefined) c.serverCloses(closes)
    t.connection({ at: 5, server: '10.0.0.7' }).exchange({ at: 5.02 })
    return t
  }

  it('the connection to the first was free, and was left', async () => {
    const { verdicts, summary } = await audited(moved(false))
    expect(verdicts[1]).toMatchObject({ verdict: 'avoidable', cause: 'different-address', evidence: { previousConnection: 0 } })
    expect(verdicts[1]!.evidence!.text).toContain('10.0.0.7')
    expect(summary.totals.avoidable).toBe(1)
  })

  it('a client that uses both spreads its load', async () => expect(await causesOf(moved(true))).toEqual(['first', 'first']))
  it('one that was closed could not have served', async () => expect(await causesOf(moved(false, 3))).toEqual(['first', 'first']))
})
