/** Captures that tests tell, packet by packet: a proxy between users and an origin, and a connection on which TCP did much out of the ordinary. */
import { writeFileSync } from 'node:fs'
import { get, ok } from '../../electron/engine/testing/http'
import { Wire } from '../../electron/engine/testing/wire'

const PROXY = { users: { ip: '10.0.0.80', port: 80 }, ip: '10.0.1.80' }
const ORIGIN = { ip: '10.0.1.9', port: 8080 }
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

export interface ToldLegs {
  readonly requests: number
  /** Connections of the users with the proxy, and of the proxy with the origin. */
  readonly front: number
  readonly back: number
}

/** Users keep their connections; the proxy opens one to the origin for each request. Taken at the proxy. */
export function writeLegsCapture(path: string, { users = 2, each = 6 } = {}): ToldLegs {
  const wire = new Wire()
  let port = 40_000
  for (let user = 0; user < users; user++) {
    const front = wire.talk({ client: { ip: `198.51.100.${user + 1}`, port: 50_000 + user }, server: PROXY.users }).opens(40)
    for (let i = 0; i < each; i++) {
      const target = `/basket/${user}/${i}`
      front.client.says(get(target, { Host: 'shop.test', 'User-Agent': BROWSER }), { after: 600 })
      front.server.acks()
      const back = wire.talk({ client: { ip: PROXY.ip, port: ++port }, server: ORIGIN }).opens(8)
      const forwarded = { 'X-Forwarded-For': front.client.address.ip, Via: '1.1 edge.shop.test (squid/6.6)' }
      back.client.says(get(target, { Host: 'shop.test', 'User-Agent': BROWSER, ...forwarded, Connection: 'close' }))
      back.server.says(ok('basket', { Server: 'nginx/1.24.0', Connection: 'close' }), { after: 9 })
      back.closes('server')
      front.server.says(ok('basket', { Via: '1.1 edge.shop.test (squid/6.6)' }))
      front.client.acks()
    }
    front.closes()
  }
  writeFileSync(path, wire.file())
  return { requests: users * each, front: users, back: users * each }
}

/** Keep-alive probes, a closed window, a reset that ends nothing, a half-closed end, and a port used again. */
export function writeUnusualTcp(path: string): void {
  const wire = new Wire()
  const client = { ip: '198.51.100.7', port: 51_000 }
  const server = { ip: '10.0.0.1', port: 80 }
  const talk = wire.talk({ client, server }).opens(25)
  const exchange = (): void => {
    talk.client.says(get('/slow', { Host: 'odd.test', 'User-Agent': 'curl/8.14.1' }))
    talk.server.says(ok('slow', { Server: 'Apache/2.4.65', 'Keep-Alive': 'timeout=300' }), { after: 30 })
    talk.client.acks()
  }
  exchange()
  for (let i = 0; i < 3; i++) {
    talk.client.keepAlive(false, { after: 60_000 })
    talk.server.acks()
  }
  talk.client.says(get('/window', { Host: 'odd.test' }))
  talk.server.acks({ window: 0 })
  talk.client.keepAlive(false, { after: 200 })
  talk.server.acks({ window: 0 })
  talk.server.acks({ after: 200 })
  talk.server.says(ok('late'), { after: 30 })
  talk.client.acks()
  // Far outside of what the server may take.
  const { next } = talk.client
  talk.client.rst({ seq: next + 900_000 })
  talk.client.next = next
  exchange()
  talk.server.fin({ after: 500 })
  talk.client.acks()
  talk.client.fin({ after: 4000 })
  talk.server.acks()
  const again = wire.talk({ client, server, clientStart: 900_000, serverStart: 700_000 })
  wire.pause(1000)
  again.opens(25)
  again.client.says(get('/again', { Host: 'odd.test', 'User-Agent': 'curl/8.14.1' }))
  again.server.says(ok('again', { Server: 'Apache/2.4.65' }), { after: 30 })
  again.closes()
  writeFileSync(path, wire.file())
}
