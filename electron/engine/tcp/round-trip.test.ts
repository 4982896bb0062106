/** A connection's shortest round trip: what is timed, and what must not be. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { only } from '../testing/read'
import { Talk } from '../testing/wire'
import type { How } from '../testing/wire'

const ms = (milliseconds: number): number => milliseconds * 1e6

/** Milliseconds: in all, to the client and back, to the server and back. */
async function minRtt(talk: Talk): Promise<readonly (number | null | undefined)[]> {
  const { minRtt, minRttTo } = only(await talk.read()).connection
  const half = (side: 'client' | 'server'): number | null => {
    const known = minRttTo?.[side] ?? null
    return known === null ? null : known / 1e6
  }
  return [minRtt === undefined ? undefined : minRtt / 1e6, half('client'), half('server')]
}

/** Milliseconds to the server and to the client, in this handshake. */
const opened = (server: number, client: number): Talk => {
  const talk = new Talk()
  talk.client.syn()
  talk.server.synAck({ after: server })
  talk.client.acks({ after: client })
  return talk
}

describe('the shortest round trip', () => {
  it('is the handshake’s where nothing else was', async () => {
    expect(await minRtt(opened(20, 1))).toEqual([21, 1, 20])
    expect(await minRtt(opened(1, 20)), 'captured at the server').toEqual([21, 20, 1])
  })

  it('is less where data was acknowledged sooner, each half for itself', async () => {
    const talk = opened(35, 2)
    talk.client.says(get('/'))
    talk.server.acks({ after: 20 })
    talk.server.says(ok())
    talk.client.acks({ after: 1 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
    expect(only(await talk.read()).connection.handshake!.rtt).toBe(ms(37))
  })

  it('a delayed acknowledgment, and an answer that took its time, make it no longer', async () => {
    const talk = opened(20, 1)
    talk.client.says(get('/'))
    talk.server.says(ok(), { after: 300 })
    talk.client.acks({ after: 40 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('a FIN is acknowledged like data', async () => {
    const talk = opened(30, 1)
    talk.client.fin()
    talk.server.acks({ after: 20 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('the acknowledgment of the first octet is enough: a segment may have been many on the wire', async () => {
    const talk = opened(30, 1)
    const { next } = talk.client
    talk.client.says('GET / HTTP/1.1\r\nX: '.padEnd(5000, 'x'))
    talk.server.acks({ after: 20, ack: next + 1460 })
    talk.server.acks({ after: 5 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('nothing timed, nothing said', async () => {
    const talk = new Talk()
    talk.client.syn()
    expect(await minRtt(talk)).toEqual([undefined, null, null])
  })
})

describe('what was sent again is not timed (Karn)', () => {
  it('a SYN', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.client.syn({ after: 1000 })
    // Of the first SYN, perhaps.
    talk.server.synAck({ after: 5 })
    talk.client.acks()
    expect(await minRtt(talk)).toEqual([undefined, 1, null])
    talk.client.says(get('/'))
    talk.server.says(ok(), { after: 20 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('a SYN that was captured twice was sent once', async () => {
    const talk = new Talk()
    talk.wire.again(talk.client.syn(), 0.01)
    talk.wire.again(talk.server.synAck({ after: 20 }), 0.01)
    talk.client.acks({ after: 1 })
    expect(await minRtt(talk)).toEqual([21.02, 1.01, 20.01])
  })

  it('a SYN/ACK', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.server.synAck({ after: 20 })
    talk.server.synAck({ after: 1000 })
    talk.client.acks({ after: 1 })
    expect(await minRtt(talk)).toEqual([undefined, null, 20])
  })

  it.each([
    ['whole', 0, undefined],
    ['with more behind it', 0, 'more'],
  ])('data, %s', async (_, from, more) => {
    const talk = opened(20, 1)
    const { next } = talk.client
    talk.client.says('GET / HTTP/1.1\r\n')
    talk.client.says('GET / HTTP/1.1\r\n' + (more ?? ''), { after: 300, seq: next + from })
    talk.server.acks({ after: 2 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('a FIN', async () => {
    const talk = opened(20, 1)
    const { next } = talk.client
    talk.client.fin()
    talk.client.fin({ after: 300, seq: next })
    talk.server.acks({ after: 2 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })
})

describe('what the capture does not have', () => {
  it('a stream under way: its first segment may have been sent before, the second tells', async () => {
    const talk = new Talk()
    talk.client.says('GET / HTTP/1.1\r\n')
    talk.server.acks({ after: 2 })
    expect(await minRtt(talk)).toEqual([undefined, null, null])
    talk.client.says('Host: x\r\n\r\n')
    talk.server.says(ok(), { after: 20 })
    talk.client.acks({ after: 1 })
    talk.server.says(ok())
    talk.client.acks({ after: 1 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('behind a missing segment, and what fills the hole, may have been sent before', async () => {
    const talk = opened(20, 1)
    const { next } = talk.client
    talk.client.says('GET / HTTP/1.1\r\n', { lost: true })
    talk.client.says('Host: x\r\n')
    talk.client.says('GET / HTTP/1.1\r\n', { seq: next, after: 300 })
    talk.server.acks({ after: 2 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('data that was acknowledged before it is seen was seen before', async () => {
    const talk = opened(20, 1)
    const { next } = talk.client
    talk.client.says(get('/'), { lost: true })
    talk.server.acks({ after: 20 })
    talk.client.says(get('/'), { seq: next, after: 300 })
    talk.server.acks({ after: 2 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })

  it('what acknowledges more than was sent, and a reset, acknowledge nothing', async () => {
    const talk = opened(20, 1)
    talk.client.says('GET / HTTP/1.1\r\n')
    talk.server.acks({ after: 2, ack: talk.client.next + 5000 })
    talk.server.rst({ after: 2 })
    expect(await minRtt(talk)).toEqual([21, 1, 20])
  })
})

describe('a clock that is set', () => {
  it('back, by less than it waited, as another packet shows: that is no duration', async () => {
    const other = opened(20, 1)
    const others = other.wire.talk({ client: { ip: '10.0.0.3', port: 40_000 } })
    others.client.syn({ after: 1 })
    other.client.says(get('/'), { after: 14 })
    others.client.syn({ after: -15 })
    other.server.acks({ after: 5 })
    const [first] = (await other.read()).connections
    expect(first!.connection.minRttTo).toEqual({ client: ms(1), server: ms(20) })
  })

  it('back, by more, or ahead', async () => {
    for (const after of [-5000, 3_600_000]) {
      const talk = opened(20, 1)
      talk.client.says(get('/'))
      talk.server.acks({ after })
      expect(await minRtt(talk)).toEqual([21, 1, 20])
    }
  })

  it('packets of several queues that stand a little out of order set no clock', async () => {
    const talk = opened(30, 1)
    const others = talk.wire.talk({ client: { ip: '10.0.0.3', port: 40_000 } })
    talk.client.says(get('/'))
    others.client.syn({ after: 0.4 })
    others.server.synAck({ after: -0.3 })
    talk.server.acks({ after: 19.9 })
    const [first] = (await talk.read()).connections
    expect(first!.connection.minRttTo!.server).toBe(ms(20))
  })
})

/** What happens to a segment and its acknowledgment: lost on the way to the capture or behind it, or delayed there; or not captured. */
interface Fate {
  readonly data: 'arrives' | 'lost before' | 'lost behind'
  readonly ack: 'arrives' | 'lost before' | 'lost behind'
  readonly slower: readonly [number, number, number, number]
  readonly delayed: number
  readonly missing: readonly [boolean, boolean]
}

const way = fc.constantFrom<Fate['data']>('arrives', 'arrives', 'arrives', 'lost before', 'lost behind')
const jitter = fc.constantFrom(0, 0, 0.25, 3, 17)
const fate: fc.Arbitrary<Fate> = fc.record({
  data: way,
  ack: way,
  slower: fc.tuple(jitter, jitter, jitter, jitter),
  delayed: fc.constantFrom(0, 0, 40, 200),
  missing: fc.tuple(
    fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  ),
})

/** Longer than any round trip here: what is sent again was really lost, or its acknowledgment was. */
const TIMEOUT = 1000

interface Passing {
  readonly at: number
  readonly pass: (how: How) => void
  readonly lost: boolean
}

/** SYN, SYN/ACK and segments one after the other by either side, over a way with the capture in between; each is sent until it is acknowledged. */
function conversation(fates: readonly (Fate & { readonly by: 'client' | 'server' })[], near: number, far: number): Talk {
  const talk = new Talk()
  const passings: Passing[] = []
  let now = 0
  const send = (pass: (how: How) => void, answer: (how: How) => void, byClient: boolean, tries: readonly Fate[]): void => {
    const [there, back] = byClient ? [near, far] : [far, near]
    for (const [i, one] of tries.entries()) {
      const last = i === tries.length - 1
      const { slower, delayed, missing } = one
      const data = last ? 'arrives' : one.data
      const ack = last ? 'arrives' : one.ack
      const passes = now + there + slower[0]
      if (data !== 'lost before') passings.push({ at: passes, pass, lost: missing[0] })
      const answered = passes + back + slower[1] + delayed
      const returns = answered + back + slower[2]
      if (data === 'arrives' && ack !== 'lost before') passings.push({ at: returns, pass: answer, lost: missing[1] })
      const done = data === 'arrives' && ack === 'arrives'
      now = done ? returns + there + slower[3] : now + TIMEOUT
      if (done) return
    }
  }
  const { client, server } = talk
  const numbers = { client: client.start + 1, server: server.start + 1 }
  const [first, second, ...rest] = fates
  const clean: Fate = { data: 'arrives', ack: 'arrives', slower: [0, 0, 0, 0], delayed: 0, missing: [false, false] }
  // Its own acknowledgment is the SYN/ACK, which the client then acknowledges.
  send(
    (how) => client.syn(how),
    (how) => server.synAck({ ack: client.start + 1, ...how }),
    true,
    [first ?? clean, clean],
  )
  passings.push({
    at: now + near,
    pass: (how) => client.acks({ ack: server.start + 1, ...how }),
    lost: second?.missing[0] ?? false,
  })
  now += near + far
  for (const one of rest) {
    const [sender, receiver] = one.by === 'client' ? [client, server] : [server, client]
    const other = one.by === 'client' ? 'server' : 'client'
    const [seq, ack] = [numbers[one.by], numbers[other]]
    numbers[one.by] += 10
    send(
      (how) => sender.says('0123456789', { seq, ack, ...how }),
      (how) => receiver.acks({ seq: ack, ack: seq + 10, ...how }),
      one.by === 'client',
      [one, clean],
    )
  }
  let before = 0
  for (const { at, pass, lost } of passings.sort((a, b) => a.at - b.at)) {
    pass({ after: at - before, lost })
    before = at
  }
  return talk
}

describe('whatever the network and the capture do', () => {
  it('it is never shorter than the way', async () => {
    const side = fc.constantFrom<'client' | 'server'>('client', 'server')
    const fates = fc.array(
      fc.tuple(fate, side).map(([one, by]) => ({ ...one, by })),
      { minLength: 2, maxLength: 12 },
    )
    const delay = fc.constantFrom(0.5, 2, 9.75)
    await fc.assert(
      fc.asyncProperty(fates, delay, delay, async (all, near, far) => {
        const { connections } = await conversation(all, near, far).read()
        for (const { connection } of connections) {
          const { client = null, server = null } = connection.minRttTo ?? {}
          if (client !== null) expect(client).toBeGreaterThanOrEqual(ms(2 * near))
          if (server !== null) expect(server).toBeGreaterThanOrEqual(ms(2 * far))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('and as long as the way where a segment of each side met nothing', async () => {
    const clean: Fate = { data: 'arrives', ack: 'arrives', slower: [0, 0, 0, 0], delayed: 0, missing: [false, false] }
    const bad = fc.tuple(fate, fc.constantFrom<'client' | 'server'>('client', 'server')).map(([one, by]) => ({ ...one, by }))
    await fc.assert(
      fc.asyncProperty(fc.array(bad, { minLength: 2, maxLength: 6 }), async (all) => {
        const complete = all.map((one) => ({ ...one, missing: [false, false] as const }))
        const talk = conversation([...complete, { ...clean, by: 'client' }, { ...clean, by: 'server' }], 2, 9.75)
        expect(await minRtt(talk)).toEqual([23.5, 4, 19.5])
      }),
      { numRuns: 100 },
    )
  })
})
