import { describe, expect, it } from 'vitest'
import type { ExchangeFact, TlsFact } from '../../../shared/model/facts'
import { bytes, fromSeconds } from '../../../shared/units'
import { estimatedSpansOf, spansOf } from './exchange-spans'

/** An exchange from a start over its response to its end, in seconds. */
function exchange(
  ordinal: number,
  start: number | null,
  response: number | null,
  end: number | null,
  status: number | null = 200,
): ExchangeFact {
  const at = (seconds: number | null) => (seconds === null ? null : fromSeconds(seconds))
  return {
    connection: 1,
    ordinal,
    stream: null,
    version: 'HTTP/1.1',
    responseVersion: 'HTTP/1.1',
    method: 'GET',
    authority: 'a',
    target: '/',
    scheme: 'http',
    requestPacket: 4,
    requestAt: at(start),
    requestEndAt: at(start),
    status,
    responsePacket: 6,
    responseAt: at(response),
    completeAt: at(end),
    informational: [],
    requestBytes: bytes(1),
    responseBytes: bytes(1),
    complete: end !== null,
    request: null,
    response: null,
    advertised: null,
    closeDelimited: false,
    userAgent: null,
    serverProduct: null,
    requestVia: null,
    responseVia: null,
    forwarded: false,
  }
}

const connection = (first: number, last: number, close: number | null) => ({
  first: { packet: 1, at: fromSeconds(first) },
  last: { packet: 9, at: fromSeconds(last) },
  close: close === null ? null : { packet: 9, at: fromSeconds(close), by: 'server' as const, how: 'fin' as const },
})

describe('the time line', () => {
  it('counts from the connection’s first packet', () => {
    const { exchanges, length } = spansOf(connection(100, 110, null), [exchange(0, 101, 102, 103)])
    expect(exchanges).toEqual([{ kind: 'exchange', ordinal: 0, from: 1, responseAt: 2, to: 3, failed: false }])
    expect(length).toBe(10)
  })

  it('shows idle time between exchanges and before the close', () => {
    const { idle } = spansOf(connection(0, 10, 9), [exchange(0, 0, 1, 1), exchange(1, 4, 5, 5)])
    expect(idle).toEqual([
      { kind: 'idle', from: 1, to: 4 },
      { kind: 'idle', from: 5, to: 9 },
    ])
  })

  it('sees none under overlapping exchanges', () => {
    const { idle } = spansOf(connection(0, 6, 6), [exchange(0, 0, 1, 6), exchange(1, 1, 2, 3), exchange(2, 4, 5, 6)])
    expect(idle).toEqual([])
  })

  it('leaves out what cannot be placed, and marks what failed', () => {
    const { exchanges } = spansOf(connection(0, 5, null), [
      exchange(0, null, null, null),
      exchange(1, 1, null, null, null),
      exchange(2, 3, 4, 4, 503),
    ])
    expect(exchanges.map(({ ordinal, to, failed }) => [ordinal, to, failed])).toEqual([
      [1, 1, true],
      [2, 4, true],
    ])
  })
})

it('an encrypted connection has the idle times that were told from its turns, and that before its close', () => {
  const seen = (seconds: number) => ({ packet: 1, at: fromSeconds(seconds) })
  const tls: TlsFact = {
    version: 'TLS 1.3',
    sni: null,
    alpn: null,
    kind: 'full',
    helloRetry: false,
    roundTrips: 1,
    decrypted: false,
    setup: null,
    estimatedIdle: { gaps: [{ since: fromSeconds(12), length: fromSeconds(3) }], since: fromSeconds(16) },
  }
  const fact = { first: seen(10), last: seen(20), close: { ...seen(20), by: 'server', how: 'fin' }, tls } as const
  expect(estimatedSpansOf(fact)).toEqual({
    exchanges: [],
    idle: [
      { kind: 'idle', from: 2, to: 5 },
      { kind: 'idle', from: 6, to: 10 },
    ],
    length: 10,
  })
  const { estimatedIdle: _, ...unknown } = tls
  expect(estimatedSpansOf({ ...fact, tls: unknown })).toBeNull()
})
