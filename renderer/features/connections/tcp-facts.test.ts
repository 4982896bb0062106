import { describe, expect, it } from 'vitest'
import type { ConnectionFact, TcpFact } from '../../../shared/model/facts'
import { nanos } from '../../../shared/units'
import { tcpRows } from './tcp-facts'

const none = { client: 0, server: 0 }
const tcp: TcpFact = {
  opening: 'three-way',
  samePortsAs: null,
  keepAliveProbes: none,
  zeroWindows: none,
  zeroWindowTime: { client: nanos(0), server: nanos(0) },
  ignoredResets: 0,
  ignoredReset: null,
  dataAfterFin: none,
  overlaps: 0,
}
const at = (seconds: number, packet: number) => ({ packet, at: nanos(seconds * 1e9) })
const of = (some: Partial<TcpFact>, ends: Partial<Pick<ConnectionFact, 'fin' | 'reset'>> = {}) =>
  Object.fromEntries(tcpRows({ tcp: { ...tcp, ...some }, fin: { client: null, server: null }, reset: null, ...ends }))

describe('the TCP facts', () => {
  it('of an ordinary connection are none', () => {
    expect(of({}, { fin: { client: at(1, 8), server: at(1.2, 9) } })).toEqual({})
    expect(tcpRows({ fin: { client: null, server: null }, reset: null })).toEqual([])
  })

  it('tell what was unusual, and whose it was', () => {
    expect(
      of({
        opening: 'split',
        samePortsAs: 1234,
        keepAliveProbes: { client: 3, server: 1 },
        zeroWindows: { client: 0, server: 2 },
        zeroWindowTime: { client: nanos(0), server: nanos(1_300_000_000) },
        ignoredResets: 2,
        ignoredReset: { ...at(1, 12), by: 'server' },
        dataAfterFin: { client: 1, server: 0 },
        overlaps: 1,
      }),
    ).toEqual({
      Opening: 'The server answered with a SYN of its own (split handshake)',
      'Ports used before': 'By connection 1,234',
      'Keep-alive probes': '3 by the client, 1 by the server',
      'Window closed': '2 by the server for 1.3 s',
      'Reset ignored': '#12 by the server, and 1 more: it did not end the connection',
      'Data after FIN': '1 by the client',
      Overlaps: '1 segment: the first bytes count',
    })
  })

  it('tell how long one side had closed before the other', () => {
    expect(of({}, { fin: { client: at(1, 8), server: at(6, 12) } })).toEqual({ 'Half-closed': 'By the client, for 5 s' })
    expect(of({}, { fin: { client: null, server: at(1, 8) }, reset: { ...at(61, 9), by: 'client' } })).toEqual({
      'Half-closed': 'By the server, for 1 min',
    })
  })
})
