import { describe, expect, it } from 'vitest'
import { codes, paths, readWishes } from '../testing/har'

const opening = { blocked: 0, dns: 0, connect: 20, ssl: -1, send: 0, wait: 10, receive: 0 }
const reusing = { blocked: 0, dns: -1, connect: -1, ssl: -1, send: 0, wait: 10, receive: 0 }
const url = (path: string): string => `http://shop.test${path}`

describe('connections by their numbers', () => {
  it('are those of Chrome and Safari', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening, more: { connection: '31' } },
      { at: 10, url: url('/b'), timings: opening, more: { connection: '32' } },
      { at: 50, url: url('/c'), more: { connection: '31' } },
    ])
    expect(paths(facts)).toEqual(['/a /c', '/b'])
    expect(codes(facts)).toEqual([])
  })

  it('are those of WebPagetest', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), more: { _socket: '1000254', _client_port: '40001' } },
      { at: 50, url: url('/b'), more: { _socket: 1000254 } },
      { at: 60, url: url('/c'), more: { _socket: '1000300' } },
    ])
    expect(paths(facts)).toEqual(['/a /b', '/c'])
    expect(facts.connections[0]?.connection.client.port).toBe(40001)
  })

  it('are the client’s ports in Fiddler', async () => {
    const facts = await readWishes(
      [
        { at: 0, url: url('/a'), timings: opening, more: { connection: 'ClientPort:19744;EgressPort:19745' } },
        { at: 50, url: url('/b'), timings: opening, more: { connection: 'ClientPort:19744;EgressPort:19746' } },
      ],
      'Fiddler',
    )
    expect(paths(facts)).toEqual(['/a /b'])
    expect(facts.connections[0]?.connection.client.port).toBe(19744)
  })

  it('are not the server’s ports that Firefox writes', async () => {
    const facts = await readWishes(
      [
        { at: 0, url: url('/a'), timings: opening, more: { connection: '80' } },
        { at: 0, url: 'http://other.test/b', timings: opening, more: { connection: '80' } },
      ],
      'Firefox',
    )
    expect(paths(facts)).toHaveLength(2)
    expect(codes(facts)).toEqual(['har-estimated 2'])
    expect(facts.summary.diagnostics[0]?.message).toContain('server’s port')
  })

  it('nor those of any exporter that writes them throughout', async () => {
    const facts = await readWishes([
      { at: 0, url: 'http://a.test:8080/a', timings: opening, more: { connection: '8080' } },
      { at: 0, url: 'http://b.test:8081/b', timings: opening, more: { connection: '8081' } },
    ])
    expect(facts.connections.map(({ connection }) => connection.marks)).toEqual([['estimated'], ['estimated']])
  })

  it('begin anew where runs of a fresh browser were joined', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening, more: { connection: '14', pageref: 'page_1' } },
      { at: 50, url: url('/b'), more: { connection: '14', pageref: 'page_1' } },
      { at: 90, url: url('/c'), more: { connection: '20', pageref: 'page_1' } },
      { at: 9000, url: url('/a'), timings: opening, more: { connection: '14', pageref: 'page_2' } },
      { at: 9050, url: url('/c'), more: { connection: '20', pageref: 'page_2' } },
    ])
    expect(paths(facts)).toEqual(['/a /b', '/c', '/a', '/c'])
  })

  it('go on over pages of one browser', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening, more: { connection: '14', pageref: 'page_1' } },
      { at: 9000, url: url('/b'), more: { connection: '14', pageref: 'page_2' } },
      { at: 9050, url: url('/c'), timings: opening, more: { connection: '77', pageref: 'page_2' } },
    ])
    expect(paths(facts)).toEqual(['/a /b', '/c'])
  })

  it('may serve several hosts over HTTP/2', async () => {
    const facts = await readWishes([
      { at: 0, url: 'https://a.test/a', version: 'h2', timings: opening, more: { connection: '5' } },
      { at: 0, url: 'https://b.test/b', version: 'h2', more: { connection: '5' } },
    ])
    expect(facts.connections).toHaveLength(1)
    expect(facts.connections[0]?.connection).toMatchObject({ application: 'h2', tls: { sni: 'a.test', alpn: 'h2' } })
  })
})

describe('connections from connect times', () => {
  it('open where connect took time, and the one free most recently is taken again', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening },
      { at: 5, url: url('/b'), timings: opening },
      { at: 100, url: url('/c'), timings: reusing },
      { at: 200, url: url('/d'), timings: reusing },
    ])
    expect(paths(facts)).toEqual(['/a', '/b /c /d'])
    expect(facts.connections.map(({ connection }) => connection.setupTime)).toEqual([20e6, 20e6])
    expect(codes(facts)).toEqual(['har-estimated 4'])
  })

  it('are one for a browser that writes 0 for every reused one', async () => {
    const zero = { ...reusing, dns: 0, connect: 0 }
    const facts = await readWishes(
      [
        { at: 0, url: url('/a'), timings: { ...zero, connect: 3 } },
        { at: 50, url: url('/b'), timings: zero },
      ],
      'Firebug',
    )
    expect(paths(facts)).toEqual(['/a /b'])
  })

  it('open at 0 too where reused ones are −1', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: { ...opening, connect: 0 } },
      { at: 50, url: url('/b'), timings: { ...opening, connect: 0 } },
      { at: 100, url: url('/c'), timings: reusing },
    ])
    expect(paths(facts)).toEqual(['/a', '/b /c'])
  })

  it('show one opened before the recording when all known ones are busy', async () => {
    const busy = { ...opening, wait: 1000 }
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: busy },
      { at: 100, url: url('/b'), timings: reusing },
    ])
    expect(paths(facts)).toEqual(['/a', '/b'])
    expect(facts.connections[1]?.connection.setupTime).toBeUndefined()
  })

  it('are not taken again after a close was announced', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening, responseHeaders: { Connection: 'close' } },
      { at: 100, url: url('/b'), timings: reusing },
    ])
    expect(paths(facts)).toEqual(['/a', '/b'])
  })

  it('are at most six to a host', async () => {
    const slow = { ...opening, wait: 1000 }
    const six = Array.from({ length: 6 }, (_, i) => ({ at: i, url: url(`/${i}`), timings: slow }))
    const facts = await readWishes([...six, { at: 500, url: url('/late'), timings: reusing }])
    expect(facts.connections).toHaveLength(6)
  })

  it('carry many exchanges at once over HTTP/2, also those that waited for it', async () => {
    const facts = await readWishes([
      { at: 0, url: 'https://shop.test/a', version: 'HTTP/2.0', timings: { ...opening, connect: 40, ssl: 20 } },
      { at: 1, url: 'https://shop.test/b', version: 'HTTP/2.0', timings: { ...reusing, wait: 60 } },
      { at: 2, url: 'https://shop.test/c', version: 'HTTP/2.0', timings: { ...reusing, wait: 60 } },
    ])
    expect(facts.connections).toHaveLength(1)
    expect(facts.connections[0]?.exchanges).toHaveLength(3)
  })

  it('are kept apart by address', async () => {
    const facts = await readWishes([
      { at: 0, url: url('/a'), timings: opening, more: { serverIPAddress: '192.0.2.1' } },
      { at: 100, url: url('/b'), timings: reusing, more: { serverIPAddress: '192.0.2.2' } },
    ])
    expect(paths(facts)).toEqual(['/a', '/b'])
  })

  it('queue requests where the exporter hides that they waited', async () => {
    const { blocked: _, ...hidden } = reusing
    const { blocked: __, ...first } = opening
    const facts = await readWishes(
      [
        { at: 0, url: url('/a'), timings: first },
        { at: 50, url: url('/b'), timings: hidden },
        { at: 50, url: url('/c'), timings: hidden },
      ],
      'Playwright',
    )
    expect(paths(facts)).toEqual(['/a /b /c'])
    // /c was made at 50 ms, but sent when /b was done.
    expect(facts.connections[0]?.exchanges.map(({ requestAt }) => requestAt)).toEqual([20e6, 50e6, 60e6])
  })
})
