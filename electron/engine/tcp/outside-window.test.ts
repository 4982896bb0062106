/** Segments that no receiver takes (RFC 9293 §3.10.7.4), and what they must not do to what follows. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { only, summary } from '../testing/read'
import { Talk } from '../testing/wire'

describe('a segment far behind the receive window', () => {
  it('opens no hole: what comes in order goes on, however long it takes', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'))
    const { next } = talk.client
    const forged = talk.client.says('garbage', { seq: next + 400_000_000 })
    talk.client.next = next
    talk.server.says(ok('one'), { after: 10_000 })
    talk.client.says(get('/two'), { after: 10_000 })
    talk.server.says(ok('two'), { after: 10_000 })
    const read = await talk.closes().read()
    const found = only(read)
    expect(summary(found)).toEqual(['GET /one → 200', 'GET /two → 200'])
    expect(found.connection).toMatchObject({ gaps: 0, retransmissions: 0, marks: [] })
    expect(read.summary.diagnostics.filter(({ code }) => code === 'outside-window')).toMatchObject([{ packet: forged }])
  })

  it('is believed as long as nobody acknowledges: the capture may hold one direction only', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.client.says(get('/one'), { ack: 5001 })
    talk.client.next += 400_000_000
    talk.client.says(get('/two'), { ack: 6001 })
    talk.client.says(get('/three'), { ack: 7001, after: 5000 })
    const found = only(await talk.read())
    expect(summary(found).map((line) => line.split(' ')[1])).toEqual(['/one', '/two', '/three'])
    expect(found.connection.gaps).toBe(1)
  })
})

describe('a reset after which bytes are acknowledged that the capture lacks', () => {
  const lossy = (): Talk => {
    const talk = new Talk().opens()
    talk.client.says(get('/one'))
    talk.server.says('lost in the capture', { lost: true })
    talk.server.says(ok('one'))
    talk.client.acks({ after: 5000 })
    return talk
  }

  it('has ended nothing, where they were sent after it', async () => {
    const talk = lossy()
    const { next } = talk.server
    const reset = talk.server.sends({ flags: 'RFA' })
    talk.server.next = next
    talk.server.says('lost, too', { lost: true })
    talk.client.acks()
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ close: null, reset: null, tcp: { ignoredResets: 1, ignoredReset: { packet: reset } } })
  })

  it('stays the end where only the FIN before it is acknowledged', async () => {
    const talk = lossy()
    const { next } = talk.server
    talk.server.fin()
    const reset = talk.server.rst({ seq: next })
    talk.client.acks()
    const { connection } = only(await talk.read())
    expect(connection).toMatchObject({ close: { how: 'fin' }, reset: { packet: reset } })
  })
})
