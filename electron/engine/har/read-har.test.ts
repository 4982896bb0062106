import { describe, expect, it } from 'vitest'
import { InputError } from '../source'
import { bytesSource, collect } from '../testing/collect'
import { readHar } from './read-har'
import { codes, entry, har, paths, read, readWishes } from '../testing/har'

const ms = (milliseconds: number): number => milliseconds * 1e6

describe('an entry becomes an exchange', () => {
  it('takes its instants from the phases, with TLS inside connect', async () => {
    const facts = await readWishes([
      {
        at: 250,
        url: 'https://shop.test:8443/cart?x=1#top',
        timings: { blocked: 1, dns: 2, connect: 30, ssl: 20, send: 1, wait: 40, receive: 5 },
        more: { connection: '17', serverIPAddress: '[2001:db8::1]' },
      },
    ])
    const [{ connection, exchanges: [exchange] } = { connection: undefined, exchanges: [] }] = facts.connections
    expect(exchange).toMatchObject({
      method: 'GET',
      scheme: 'https',
      authority: 'shop.test:8443',
      target: '/cart?x=1',
      requestAt: ms(250 + 33),
      requestEndAt: ms(250 + 34),
      responseAt: ms(250 + 74),
      completeAt: ms(250 + 79),
    })
    expect(connection).toMatchObject({
      transport: 'har',
      server: { ip: '2001:db8::1', port: 8443 },
      first: { packet: 0, at: ms(250 + 3) },
      last: { packet: 0, at: ms(250 + 79) },
      handshake: null,
      setupTime: ms(30),
      close: null,
      marks: [],
      tls: { sni: 'shop.test', setup: ms(20), version: null },
    })
    expect(facts.summary.captures[0]).toMatchObject({
      format: 'har',
      packets: 0,
      timeBase: Date.parse('2026-11-22T06:00:00Z') / 1000,
      truncated: false,
    })
  })

  it('keeps a fraction of a millisecond and a time zone', async () => {
    const text = har([entry({ more: { startedDateTime: '2016-06-28T21:42:02.7221474+01:00' } })])
    const facts = await read(text)
    expect(facts.summary.captures[0]?.timeBase).toBe(Date.parse('2016-06-28T20:42:02Z') / 1000)
    // A double counts milliseconds since 1970 to about a quarter of a microsecond.
    expect(facts.connections[0]?.exchanges[0]?.requestAt).toBeCloseTo(722_147_400, -3)
  })

  it('reads persistence from version and Connection', async () => {
    const facts = await readWishes([
      { at: 0, url: 'http://a.test/', responseHeaders: { Connection: 'Close' } },
      {
        at: 100,
        url: 'http://b.test/',
        version: 'HTTP/1.0',
        responseHeaders: { connection: 'Keep-Alive', 'Keep-Alive': 'timeout=5, max=99' },
      },
      { at: 200, url: 'http://c.test/', version: 'http/1.0' },
      { at: 300, url: 'https://d.test/', version: 'h2', responseHeaders: { connection: 'close' } },
    ])
    const exchanges = facts.connections.flatMap((connection) => connection.exchanges)
    expect(exchanges.map(({ response }) => response?.keepsAlive)).toEqual([false, true, false, true])
    expect(exchanges.map(({ request }) => request?.keepsAlive)).toEqual([true, false, false, true])
    expect(exchanges[1]?.advertised).toEqual({ timeout: 5, max: 99 })
    expect(exchanges.map(({ version }) => version)).toEqual(['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.0', 'HTTP/2'])
  })

  it('counts instants from a given time base and connections from a given number', async () => {
    const content = new TextEncoder().encode(har([entry({ at: 500 })]))
    const facts = await collect((sink) =>
      readHar(bytesSource('x.har', content), new Uint8Array(0), sink, {
        timeBase: (Date.parse('2026-11-22T06:00:00Z') / 1000 - 60) as never,
        firstConnectionId: 7,
      }),
    )
    expect(facts.connections[0]?.connection).toMatchObject({ id: 7, first: { at: ms(60_500) } })
  })
})

describe('what is no exchange is counted', () => {
  it('by its reason', async () => {
    const facts = await readWishes([
      { url: 'http://shop.test/a' },
      { url: 'data:image/png;base64,AAAA' },
      { url: 'blob:http://shop.test/1' },
      { url: 'chrome-extension://abc/x.js' },
      { url: 'wss://shop.test/live', status: 101 },
      { url: 'http://shop.test/live', status: 101, more: { _resourceType: 'websocket' } },
      { url: 'http://shop.test/b', more: { _fromCache: 'disk' } },
      { url: 'http://shop.test/c', more: { _fetchType: 'Memory Cache' } },
      { url: 'http://shop.test/d', version: 'unknown', timings: {} },
      { url: 'http://shop.test/e', status: 0 },
      { url: 'https://shop.test:443', method: 'CONNECT' },
      { url: 'http://shop.test/f', more: { startedDateTime: 'yesterday' } },
    ])
    expect(paths(facts)).toEqual(['/a'])
    expect(codes(facts)).toEqual([
      'har-estimated 1',
      'har-invalid-entry 1',
      'har-websocket 2',
      'har-not-http 3',
      'har-tunnel 1',
      'har-from-cache 3',
      'har-no-response 1',
    ])
  })

  it('with values of the wrong type', async () => {
    const facts = await read(
      har([{ request: 'no', response: [], timings: 7 }, null as never, 4 as never, { request: { url: {} } }]),
    )
    expect(facts.connections).toEqual([])
    expect(codes(facts)).toEqual(['har-invalid-entry 4'])
    expect(facts.summary.captures[0]).toMatchObject({ firstAt: null, lastAt: null })
  })
})

describe('a damaged file', () => {
  const whole = har([entry({ url: 'http://shop.test/a' }), entry({ url: 'http://shop.test/b', at: 100 })])

  it('gives the entries before its end', async () => {
    const facts = await read(whole.slice(0, whole.indexOf('/b')))
    expect(paths(facts)).toEqual(['/a'])
    expect(codes(facts)).toContain('har-truncated 1')
    expect(facts.summary.captures[0]?.truncated).toBe(true)
  })

  it('gives the entries before the break, and says where it is', async () => {
    const at = whole.indexOf('/b')
    const facts = await read(`${whole.slice(0, at)}\u0001${whole.slice(at)}`)
    expect(paths(facts)).toEqual(['/a'])
    const broken = facts.summary.diagnostics.find(({ code }) => code === 'har-broken')
    expect(broken?.offset).toBe(at)
  })

  it('cut anywhere, read in pieces of any size, never throws anything but an InputError', async () => {
    const bytes = new TextEncoder().encode(whole)
    for (let length = 0; length < bytes.length; length += 7) {
      try {
        await read(bytes.subarray(0, length), 1 + (length % 13))
      } catch (error) {
        expect(error).toBeInstanceOf(InputError)
      }
    }
  })

  it('that breaks before the first entry cannot be read', async () => {
    await expect(read('{"log":{"entries":[{]')).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('byte 20') as string,
    })
  })

  it('with a byte order mark and bytes that are no UTF-8 is read', async () => {
    const marked = [0xef, 0xbb, 0xbf, ...new TextEncoder().encode(whole)]
    const bad = Uint8Array.from(marked)
    bad[new TextDecoder('latin1').decode(bad).indexOf('WebInspector')] = 0xff
    const facts = await read(bad, 50)
    expect(paths(facts)).toEqual(['/a /b'])
    expect(codes(facts)).toContain('har-not-utf8 1')
  })
})

describe('JSON that is no HAR is refused with what it is', () => {
  it.each([
    ['[{"_index":"packets"}]', 'list'],
    ['{"traceEvents":[]}', 'Chrome performance trace'],
    ['{"lighthouseVersion":"12","audits":{}}', 'Lighthouse'],
    ['{"schema":"roundtrip.facts/1","capture":{},"connections":[]}', 'Roundtrip wrote'],
    ['{"log":{"version":"1.2"}}', '"log.entries"'],
    ['{"log":{"entries":{"0":{}}}}', '"log.entries"'],
    ['{"log":[1]}', '"log.entries"'],
    ['{"a":1,"b":{"log":{"entries":[]}}}', '"a", "b"'],
    ['"text"', 'not a JSON object'],
    ['{}', 'no "log"'],
  ])('%s', async (text, says) => {
    await expect(read(text)).rejects.toMatchObject({
      name: 'InputError',
      code: 'unknown-format',
      message: expect.stringContaining(says) as string,
    })
  })

  it('before reading all of a large one', async () => {
    let reads = 0
    const head = new TextEncoder().encode('{"traceEvents":[')
    const filler = new TextEncoder().encode('{},'.repeat(1000))
    const source = {
      name: 'trace.json',
      size: 1e9,
      read: (into: Uint8Array, offset: number): Promise<number> => {
        reads += 1
        into.set(reads === 1 ? head : filler, offset)
        return Promise.resolve(reads === 1 ? head.length : filler.length)
      },
    }
    const nowhere = { connection: () => undefined, exchange: () => undefined, diagnostic: () => undefined }
    await expect(readHar(source, new Uint8Array(0), nowhere)).rejects.toMatchObject({ code: 'unknown-format' })
    expect(reads).toBeLessThan(3)
  })
})

describe('reading', () => {
  it('can be cancelled', async () => {
    const cancel = new AbortController()
    cancel.abort()
    const nowhere = { connection: () => undefined, exchange: () => undefined, diagnostic: () => undefined }
    const source = bytesSource('x.har', new TextEncoder().encode(har([entry({})])))
    await expect(readHar(source, new Uint8Array(0), nowhere, { signal: cancel.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })

  it('goes on from bytes that were already taken', async () => {
    const content = new TextEncoder().encode(har([entry({ url: 'http://shop.test/a' })]))
    const facts = await collect((sink) => readHar(bytesSource('x.har', content.subarray(30)), content.subarray(0, 30), sink))
    expect(paths(facts)).toEqual(['/a'])
  })

  it('does not hold bodies', async () => {
    const body = 'x'.repeat(1 << 20)
    const one = `${JSON.stringify(entry({ response: { content: { text: body } }, more: { connection: '9' } }))},`
    const encoder = new TextEncoder()
    const parts = [
      encoder.encode('{"log":{"entries":['),
      ...Array.from({ length: 200 }, () => encoder.encode(one)),
      encoder.encode(`${JSON.stringify(entry({}))}]}}`),
    ]
    let part = 0
    let offsetInPart = 0
    let peak = 0
    const source = {
      name: 'large.har',
      size: 0,
      read: (into: Uint8Array, offset: number, length: number): Promise<number> => {
        const bytes = parts[part]?.subarray(offsetInPart, offsetInPart + length)
        if (bytes === undefined) return Promise.resolve(0)
        into.set(bytes, offset)
        offsetInPart += bytes.length
        if (offsetInPart === parts[part]?.length) {
          part += 1
          offsetInPart = 0
        }
        peak = Math.max(peak, process.memoryUsage().heapUsed)
        return Promise.resolve(bytes.length)
      },
    }
    const before = process.memoryUsage().heapUsed
    const facts = await collect((sink) => readHar(source, new Uint8Array(0), sink))
    expect(facts.connections.flatMap(({ exchanges }) => exchanges)).toHaveLength(201)
    // 200 MB of bodies passed through.
    expect(peak - before).toBeLessThan(60e6)
  })
})
