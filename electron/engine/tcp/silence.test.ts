/** A capture's clock that is set ahead, told by what cannot have taken that long. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { codesOf } from '../testing/read'
import { Talk } from '../testing/wire'

const HOUR = 3_600_000
const jumps = async (talk: Talk): Promise<(number | null)[]> =>
  (await talk.read()).summary.diagnostics.filter(({ code }) => code === 'clock-jump').map(({ packet }) => packet)

describe('an hour between', () => {
  it('data and its acknowledgment never was: told once, at the first packet after it', async () => {
    const talk = new Talk().opens()
    const other = talk.wire.talk({ client: { ip: '10.0.0.3', port: 40_000 } }).opens()
    talk.client.says(get('/one'))
    other.client.says(get('/two'))
    const first = talk.server.acks({ after: HOUR })
    other.server.acks()
    talk.server.says(ok())
    other.server.says(ok())
    expect(await jumps(talk)).toEqual([first])
  })

  it('a SYN and its SYN/ACK never was', async () => {
    const talk = new Talk()
    talk.client.syn()
    const answer = talk.server.synAck({ after: HOUR })
    talk.client.acks()
    talk.client.says(get('/'))
    talk.server.says(ok())
    expect(await jumps(talk)).toEqual([answer])
  })

  it.each([
    {
      name: 'two exchanges is idle time',
      say: (talk: Talk) => {
        talk.client.acks()
        talk.client.says(get('/two'), { after: HOUR })
      },
    },
    {
      name: 'two keep-alive probes is idle time',
      say: (talk: Talk) => [talk.client.acks(), talk.client.keepAlive(true, { after: HOUR }), talk.server.acks()],
    },
    {
      name: 'a response and the next request may be one where a filter left out bare acknowledgments',
      say: (talk: Talk) => talk.client.says(get('/two'), { after: HOUR }),
    },
    {
      name: 'a response and its acknowledgment was, where the response was sent again',
      say: (talk: Talk) => [talk.wire.again(talk.wire.packets.length, 2000), talk.client.acks({ after: HOUR })],
    },
  ])('$name', async ({ say }) => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'))
    talk.server.acks()
    talk.server.says(ok())
    say(talk)
    talk.server.says(ok())
    const read = await talk.read()
    expect(codesOf(read)).not.toContain('clock-jump')
  })

  it.each([false, true])(
    'a response and a keep-alive probe was, where the capture lacks the acknowledgment (octet: %s)',
    async (octet) => {
      const talk = new Talk().opens()
      talk.client.says(get('/one'))
      talk.server.acks()
      talk.server.says(ok())
      talk.client.acks({ lost: true })
      talk.client.keepAlive(octet, { after: HOUR })
      talk.server.acks()
      talk.client.says(get('/two'))
      talk.server.says(ok())
      expect(await jumps(talk)).toEqual([])
    },
  )

  it('a request and a second probe was, where nothing but probes of its sender was seen', async () => {
    const talk = new Talk()
    talk.server.keepAlive()
    talk.client.says(get('/one'))
    talk.server.acks({ lost: true })
    talk.server.keepAlive(false, { after: HOUR })
    expect(await jumps(talk)).toEqual([])
  })

  it('the last data and its acknowledgment by a side that has closed never was; a probe of that side was', async () => {
    const closed = (): Talk => {
      const talk = new Talk().opens()
      talk.client.says(get('/one'))
      talk.client.fin()
      talk.server.acks()
      talk.server.says(ok())
      return talk
    }
    const [late, probed] = [closed(), closed()]
    const first = late.client.acks({ after: HOUR })
    expect(await jumps(late)).toEqual([first])
    probed.client.keepAlive(false, { after: HOUR })
    expect(await jumps(probed)).toEqual([])
  })

  it('a SYN and an answer to a later one was', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.client.syn({ after: 1000 })
    talk.server.synAck({ after: HOUR })
    expect(await jumps(talk)).toEqual([])
  })
})
