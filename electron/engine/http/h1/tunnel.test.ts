/** What a client sends behind CONNECT before it is answered (RFC 9110 §9.3.6). */
import { describe, expect, it } from 'vitest'
import { get, ok, request, response } from '../../testing/http'
import { only, summary } from '../../testing/read'
import { Talk } from '../../testing/wire'

const CONNECT = request('CONNECT', 'shop.example:80')
const OPEN = response(200, { Via: '1.1 proxy', 'Transfer-Encoding': 'identity' })
const TUNNELLED = ['CONNECT shop.example:80 → 200', 'GET /1 → 200', 'GET /2 → 200']

describe('data behind CONNECT, before its answer', () => {
  it.each([1, 10, 10_000])('is what the tunnel carries when that opens, in segments of %i octets', async (size) => {
    const talk = new Talk().opens()
    talk.client.saysInPieces(CONNECT + get('/1'), size)
    talk.server.says(OPEN, { after: 20 })
    talk.server.says(ok())
    talk.client.says(get('/2'))
    talk.server.says(ok())
    const read = only(await talk.closes().read())
    const { exchanges, connection } = read
    expect(summary(read)).toEqual(TUNNELLED)
    expect(exchanges.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2])
    expect(connection).toMatchObject({ application: 'http/1', exchangeCount: 3 })
  })

  it('keeps the packet and time it came with', async () => {
    const talk = new Talk().opens()
    talk.client.says(CONNECT)
    const packet = talk.client.says(get('/1'), { after: 5 })
    talk.server.says(OPEN + ok(), { after: 40 })
    const { exchanges } = only(await talk.read())
    expect(exchanges).toMatchObject([{ method: 'CONNECT' }, { requestPacket: packet, status: 200 }])
    expect(exchanges[1]!.responseAt! - exchanges[1]!.requestAt!).toBe(40e6)
    expect(exchanges[1]!.requestAt! - exchanges[0]!.requestAt!).toBe(5e6)
  })

  it('are messages when the tunnel is refused', async () => {
    const talk = new Talk().opens()
    talk.client.says(CONNECT + get('/1'))
    talk.server.says(response(407, {}, 'no') + ok())
    expect(summary(only(await talk.read()))).toEqual(['CONNECT shop.example:80 → 407', 'GET /1 → 200'])
  })

  it('waits for its own answer, not for that of the request before', async () => {
    const talk = new Talk().opens()
    talk.client.says(get('/0') + CONNECT + get('/1'))
    talk.server.says(response(404, {}, 'gone'))
    talk.server.says(OPEN + ok())
    expect(summary(only(await talk.read()))).toEqual(['GET /0 → 404', 'CONNECT shop.example:80 → 200', 'GET /1 → 200'])
  })

  it('are messages where no answer is captured', async () => {
    const talk = new Talk()
    talk.client.syn()
    talk.client.says(CONNECT)
    talk.client.says(get('/1'))
    talk.client.says(get('/2'))
    expect(summary(only(await talk.read()))).toEqual(['CONNECT shop.example:80 → ? …', 'GET /1 → ? …', 'GET /2 → ? …'])
  })

  it('is bounded: more than 256 KiB are read as messages', async () => {
    const talk = new Talk().opens()
    talk.client.says(CONNECT)
    const large = request('POST', '/large', {}, 'x'.repeat(300_000))
    talk.client.saysInPieces(large, 60_000)
    talk.client.says(get('/1'))
    const read = only(await talk.closes().read())
    expect(summary(read)).toEqual(['CONNECT shop.example:80 → ? …', 'POST /large → ? …', 'GET /1 → ? …'])
    expect(read.exchanges[1]?.requestBytes).toBe(large.length)
  })
})
