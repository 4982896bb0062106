import { describe, expect, it } from 'vitest'
import type { ConnectionVerdict } from '../../shared/model/audit'
import { nanos } from '../../shared/units'
import { fromSeconds } from '../../shared/units'
import { audited, TOLD_CAPTURE } from './testing/audited'
import type { Traffic } from './testing/traffic'
import { traffic } from './testing/traffic'

async function second(told: Traffic): Promise<ConnectionVerdict> {
  return (await audited(told)).verdicts[1]!
}

/** A later connection, so that the one before has something to explain. */
function again(t: Traffic, at = 10): Traffic {
  t.connection({ at }).exchange({ at: at + 0.02 })
  return t
}

describe('why a connection was not used again', () => {
  it('what was open when the captures paused need not be open when they go on: then why is not known', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 })
    const between = (from: number, to: number) => ({ ...TOLD_CAPTURE, firstAt: fromSeconds(from), lastAt: fromSeconds(to) })
    const paused = await audited(again(t, 3600), [between(0, 10), between(3600, 3610)])
    expect(paused.verdicts[1]).toMatchObject({ cause: 'unknown', evidence: { previousConnection: 0 } })
    const whole = await audited(again(t, 3600), [between(0, 3610)])
    expect(whole.verdicts[1]).toMatchObject({ cause: 'idle-connection-ignored' })
  })

  it('the client gave a response up: that was no idle time', async () => {
    const given = async (how: 'fin' | 'rst') => {
      const t = traffic()
      t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 1, unanswered: true }).closes('client', 6, how)
      return (await audited(again(t))).verdicts[1]!
    }
    const text = (verb: string) =>
      `The client ${verb} connection 0 before its last request had its whole response, 5.00 s after it had sent it, and so gave that response up.`
    expect(await given('fin')).toMatchObject({ cause: 'unknown', evidence: { closedBy: 'client', text: text('closed') } })
    expect(await given('rst')).toMatchObject({ cause: 'reset', evidence: { closedBy: 'client', text: text('reset') } })
  })

  it('it was open and idle', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 })
    const v = await second(again(t))
    expect(v).toMatchObject({ cause: 'idle-connection-ignored', evidence: { previousConnection: 0, count: 1 } })
    expect(v.evidence!.gapSeconds).toBeCloseTo(9.96, 6)
  })

  it('what became free a moment before may not have been known: then why is not known', async () => {
    // The first is free from 0.04.
    const after = async (gap: number, share = 0, rtt = 0.02): Promise<ConnectionVerdict> => {
      const t = traffic()
      t.connection({ at: 0, rtt, clientShare: share }).exchange({ at: 0.02 }).exchange({ at: 5 })
      t.connection({ at: 0.04 + gap, rtt, clientShare: share }).exchange({ at: 0.04 + gap + rtt })
      return (await audited(t)).verdicts[1]!
    }
    expect(await after(0.012)).toMatchObject({ verdict: 'avoidable', cause: 'unknown', evidence: { previousConnection: 0 } })
    expect((await after(0.012)).evidence!.text).toBe(
      'Connection 0 was open and had been free for 12 ms when the client opened another: too close in time to prove that the client passed it over.',
    )
    expect((await after(0.0002)).evidence!.text).toContain('had been free for 200 µs when')
    expect((await after(0)).evidence!.text).toContain('had been free for less than 1 µs when')
    expect((await after(0.0023)).evidence!.text).toContain('had been free for 2.3 ms when')
    expect((await after(0.051)).cause).toBe('idle-connection-ignored')
    // Captured at the server, what it knows reaches the client half a round trip later, and the SYN was sent as much earlier.
    expect((await after(0.2, 1, 0.16)).cause).toBe('unknown')
    expect((await after(0.22, 1, 0.16)).cause).toBe('idle-connection-ignored')
  })

  it('nor what was used a moment later: it was taken for another request', async () => {
    const after = async (used: number): Promise<string | null> => {
      const t = traffic()
      t.connection({ at: 0 })
        .exchange({ at: 0.02 })
        .exchange({ at: 5 + used })
      t.connection({ at: 5 }).exchange({ at: 5.02 }).exchange({ at: 5.04 })
      return (await audited(t)).verdicts[1]!.cause
    }
    // Both busy at once: needed after all.
    expect(await after(0.001)).toBe('concurrency')
    expect(await after(0.045)).toBe('concurrency')
    expect(await after(0.3)).toBe('idle-connection-ignored')
    const t = traffic()
    // Three were needed once, and one of them is gone.
    t.connection({ at: 0 }).exchange({ at: 0.03, takes: 0.08 }).clientCloses(0.12)
    for (const at of [0.001, 0.002]) t.connection({ at }).exchange({ at: 0.03, takes: 0.1 }).exchange({ at: 5.01, takes: 0.005 })
    t.connection({ at: 5 }).exchange({ at: 5.02 })
    const [, , , opened] = (await audited(t)).verdicts
    expect(opened).toMatchObject({ verdict: 'avoidable', cause: 'unknown' })
    expect(opened!.evidence!.text).toMatch(
      /was open and free when the client opened another, but was used 10 ms later: too close in time to prove/,
    )
  })

  it('nor where the new one was over by then: 1 ms round trips, 5 ms requests', async () => {
    const after = async (used: number): Promise<readonly unknown[]> => {
      const t = traffic()
      const kept = t.connection({ at: 0, rtt: 0.001 }).exchange({ at: 0.001 })
      for (const at of [10, 20]) {
        t.connection({ at, rtt: 0.001 }).exchange({ at: at + 0.001, takes: 0.005 })
        kept.exchange({ at: at + used, takes: 0.005 })
      }
      return (await audited(t)).verdicts.map((v) => v.cause)
    }
    expect(await after(0.01)).toEqual(['first', 'unknown', 'unknown'])
    expect(await after(0.049)).toEqual(['first', 'unknown', 'unknown'])
    expect(await after(0.051)).toEqual(['first', 'idle-connection-ignored', 'idle-connection-ignored'])
  })

  it('one that is over at the end of the capture is judged all the same', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.001 }).exchange({ at: 0.001 })
    t.connection({ at: 10, rtt: 0.001 }).exchange({ at: 10.001, takes: 0.005 })
    expect((await audited(t)).verdicts.map((v) => v.cause)).toEqual(['first', 'idle-connection-ignored'])
  })

  it('unless another had been free for long', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, takes: 0.1 }).exchange({ at: 9 })
    t.connection({ at: 0.05 }).exchange({ at: 0.07, takes: 1 }).exchange({ at: 8 })
    // Only the second became free a moment before.
    t.connection({ at: 1.08 }).exchange({ at: 1.1 })
    expect((await audited(t)).verdicts[2]!.cause).toBe('idle-connection-ignored')
  })

  it('the request said close: the packet and the header line are the evidence', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, request: 'TE, Close' }).serverCloses(0.05)
    const v = await second(again(t))
    expect(v).toMatchObject({ cause: 'client-requested-close', evidence: { header: 'Connection: TE, Close' } })
    expect(v.evidence!.packets).toHaveLength(1)
  })

  it('HTTP/1.0 without keep-alive', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, version: 'HTTP/1.0' }).serverCloses(0.05)
    const v = await second(again(t))
    expect(v.cause).toBe('http10')
    expect(v.evidence!.header).toBeUndefined()
  })

  it('HTTP/1.0 with close: the version closes by itself, and the evidence names both', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, version: 'HTTP/1.0', request: 'close' }).serverCloses(0.05)
    const v = await second(again(t))
    expect(v).toMatchObject({ cause: 'http10', evidence: { header: 'Connection: close' } })
    expect(v.evidence!.text).toBe(
      'The last request on connection 0 was HTTP/1.0, which closes unless keep-alive is asked for, and said "Connection: close" as well: ' +
        'either alone would have ended it.',
    )
    expect(v.evidence!.packets).toHaveLength(1)
  })

  it('HTTP/1.0 that asks for keep-alive and for the close: the close decides', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, version: 'HTTP/1.0', request: 'keep-alive, close' }).serverCloses(0.05)
    expect((await second(again(t))).cause).toBe('client-requested-close')
  })

  it('Apache counts max down to the close: its max counts the requests that may follow', async () => {
    const t = traffic()
    t.connection({ at: 0 })
      .exchange({ at: 0.02, timeout: 5, max: 2 })
      .exchange({ at: 0.1, timeout: 5, max: 1 })
      .exchange({ at: 0.2, response: 'close' })
      .serverCloses(0.23)
    expect(await second(again(t))).toMatchObject({ cause: 'request-limit', evidence: { limit: 3 } })
  })

  it('the same count on the server’s other connections is a limit', async () => {
    const t = traffic()
    for (const at of [0, 1])
      t.connection({ at })
        .exchange({ at: at + 0.02 })
        .exchange({ at: at + 0.1, response: 'close' })
        .serverCloses(at + 0.2)
    expect((await second(again(t))).cause).toBe('request-limit')
  })

  it('a count reached once is no limit, nor keep-alive switched off: it had been kept until then', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).exchange({ at: 0.1, response: 'close' }).serverCloses(0.13)
    expect(await second(again(t))).toMatchObject({
      cause: 'unknown',
      evidence: { header: 'Connection: close', closedBy: 'server' },
    })
    // At all sorts of numbers it is a habit, and no limit.
    t.connection({ at: 20 })
      .exchange({ at: 20.02 })
      .exchange({ at: 20.1 })
      .exchange({ at: 20.2, response: 'close' })
      .serverCloses(20.23)
    expect(await second(t)).toMatchObject({ cause: 'keepalive-disabled', evidence: { header: 'Connection: close' } })
  })

  it('the client closed after an idle time that does not recur', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).clientCloses(3)
    expect(await second(again(t))).toMatchObject({ cause: 'unknown', evidence: { closedBy: 'client' } })
  })

  it('the response was HTTP/1.0 without keep-alive', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, responseVersion: 'HTTP/1.0' }).serverCloses(0.05)
    expect((await second(again(t))).cause).toBe('keepalive-disabled')
  })

  it('only the close could end the response', async () => {
    const t = traffic()
    t.connection({ at: 0 })
      .exchange({ at: 0.02, overrides: { closeDelimited: true } })
      .serverCloses(0.05)
    expect((await second(again(t))).cause).toBe('keepalive-disabled')
  })

  it('the server closed at its advertised time-out', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).serverCloses(5.04)
    expect(await second(again(t))).toMatchObject({
      cause: 'server-idle-timeout',
      evidence: { timeoutSeconds: 5, timeoutKnownBy: 'advertised', gapSeconds: 5, closedBy: 'server' },
    })
  })

  it('or a second later, as Node.js does', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).serverCloses(6.05)
    expect((await second(again(t))).cause).toBe('server-idle-timeout')
  })

  it('or after the gap at which it closes others', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).serverCloses(3.04)
    t.connection({ at: 5 }).exchange({ at: 5.02 }).serverCloses(8.1)
    expect(await second(t)).toMatchObject({ cause: 'server-idle-timeout', evidence: { timeoutKnownBy: 'observed' } })
  })

  it('a gap that was seen once names no time-out', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).serverCloses(3.04)
    expect(await second(again(t))).toMatchObject({ cause: 'server-closed', evidence: { closedBy: 'server' } })
  })

  it('the client’s own time-out recurs', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).clientCloses(4.04)
    t.connection({ at: 5 }).exchange({ at: 5.02 }).clientCloses(9.05)
    expect(await second(t)).toMatchObject({ cause: 'client-idle-timeout', evidence: { closedBy: 'client' } })
  })

  it('the client closed right after the response', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).clientCloses(0.05)
    expect((await second(again(t))).cause).toBe('client-closed')
  })

  it('a reset that nothing explains', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02 }).closes('server', 3, 'rst')
    expect((await second(again(t))).cause).toBe('reset')
  })

  it('a HAR shows no closes: the cause stays unknown, or is read off the advertised time-out', async () => {
    const har = { transport: 'har', handshake: null, setupTime: 2e7 as never } as const
    const t = traffic()
    t.connection({ at: 0, overrides: har }).exchange({ at: 0.02 })
    t.connection({ at: 3, overrides: har }).exchange({ at: 3.02, timeout: 5 })
    t.connection({ at: 20, overrides: har }).exchange({ at: 20.02 })
    const { verdicts } = await audited(t)
    expect(verdicts.map((v) => v.cause)).toEqual(['first', 'unknown', 'server-idle-timeout'])
    expect(verdicts[1]).toMatchObject({ setupRoundTrips: 1, setupSeconds: 0.02 })
  })
})

describe('keep-alive races', () => {
  it('a request that crossed the server’s FIN is lost', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.2 })
      .exchange({ at: 0.2 })
      .exchange({ at: 2.22, unanswered: true })
      .serverCloses(2.3)
      .closes('server', 2.42, 'rst')
    t.connection({ at: 2.5, rtt: 0.2 }).exchange({ at: 2.7 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts[1]!.cause).toBe('lost-race')
    expect(summary.races).toMatchObject([{ connection: 0, kind: 'seen' }])
  })

  it('the way is as short as it ever was: in a slow handshake it only seemed longer', async () => {
    const fin = async (at: number, overrides = {}): Promise<string | null> => {
      const t = traffic()
      t.connection({ at: 0, rtt: 0.2, overrides }).exchange({ at: 0.2 }).exchange({ at: 2.22, unanswered: true }).serverCloses(at)
      t.connection({ at: 2.7, rtt: 0.2 }).exchange({ at: 2.9 })
      return (await audited(t)).verdicts[1]!.cause
    }
    const shorter = { minRttTo: { client: nanos(0), server: nanos(100e6) } }
    expect(await fin(2.3, shorter)).toBe('lost-race')
    expect(await fin(2.36)).toBe('lost-race')
    // An answer could have come by then.
    expect(await fin(2.36, shorter)).toBe('server-closed')
    // Acknowledgments of data may all have been delayed: they make no way longer.
    expect(await fin(2.36, { ...shorter, handshake: null })).toBe('server-closed')
    expect(await fin(2.3, { ...shorter, handshake: null })).toBe('server-closed')
  })

  it('a server that dies on a request is no race: its FIN came when an answer could have come', async () => {
    const t = traffic()
    t.connection({ at: 0, rtt: 0.2 }).exchange({ at: 0.2 }).exchange({ at: 2.22, unanswered: true }).serverCloses(2.5)
    t.connection({ at: 3, rtt: 0.2 }).exchange({ at: 3.2 })
    const { summary, verdicts } = await audited(t)
    expect(verdicts[1]!.cause).toBe('server-closed')
    expect(summary.races).toEqual([])
  })

  it('reuse within a round trip of the server’s time-out is a risk', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).exchange({ at: 5.03, timeout: 5 })
    expect((await audited(t)).summary.races).toMatchObject([{ connection: 0, kind: 'risk' }])
  })

  it('reuse well before it is none', async () => {
    const t = traffic()
    t.connection({ at: 0 }).exchange({ at: 0.02, timeout: 5 }).exchange({ at: 4, timeout: 5 })
    expect((await audited(t)).summary.races).toEqual([])
  })
})
