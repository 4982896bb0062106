/** VLANs and tunnels tell connections with equal addresses apart. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { ethernet, vlan, vxlan } from '../testing/links'
import { only, summary } from '../testing/read'
import { Wire } from '../testing/wire'

describe('equal addresses', () => {
  it('in different VLANs are different connections, also when they take turns', async () => {
    const wire = new Wire()
    const talks = [1, 2, 3].map((id) => ({ link: vlan([id]), talk: wire.talk({ clientStart: id * 1000 }), id }))
    for (const { talk, link } of talks) talk.client.syn({ link })
    for (const { talk, link } of talks) talk.server.synAck({ link })
    for (const { talk, link, id } of talks) talk.client.says(get(`/${id}`), { link })
    for (const { talk, link, id } of talks) talk.server.says(ok('x'.repeat(id)), { link })
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => connection.path)).toEqual(['vlan 1', 'vlan 2', 'vlan 3'])
    expect(connections.map(summary)).toEqual([['GET /1 → 200'], ['GET /2 → 200'], ['GET /3 → 200']])
  })

  it('even with equal sequence numbers', async () => {
    const wire = new Wire()
    for (const link of [vlan([1]), vxlan(1), ethernet]) {
      const talk = wire.talk()
      talk.client.syn({ link })
      talk.server.synAck({ link })
      talk.client.says(get('/'), { link })
      talk.server.says(ok(), { link })
    }
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => [connection.path, connection.retransmissions])).toEqual([
      ['vlan 1', 0],
      ['vxlan 1', 0],
      ['', 0],
    ])
  })

  it('whose two directions are tagged apart by a mirror port are one connection', async () => {
    const wire = new Wire()
    const [there, back] = [vlan([10]), vlan([20])]
    const talk = wire.talk()
    talk.client.syn({ link: there })
    talk.server.synAck({ link: back })
    talk.client.says(get('/'), { link: there })
    talk.server.says(ok(), { link: back })
    const found = only(await wire.read())
    expect(summary(found)).toEqual(['GET / → 200'])
    expect(found.connection.handshake!.complete).toBe(true)
    expect(found.connection.packets).toEqual({ client: 2, server: 2 })
  })

  it('opened in one VLAN and in another at the same time: each answer finds its own', async () => {
    const wire = new Wire()
    const [a, b] = [
      { talk: wire.talk({ clientStart: 1000 }), link: vlan([1]) },
      { talk: wire.talk({ clientStart: 2000 }), link: vlan([2]) },
    ]
    a.talk.client.syn({ link: a.link })
    b.talk.client.syn({ link: b.link })
    b.talk.server.synAck({ link: b.link })
    a.talk.server.synAck({ link: a.link })
    a.talk.client.acks({ link: a.link })
    b.talk.client.acks({ link: b.link })
    const { connections } = await wire.read()
    expect(connections.map(({ connection }) => [connection.path, connection.handshake!.complete])).toEqual([
      ['vlan 1', true],
      ['vlan 2', true],
    ])
  })
})
