import { describe, expect, it } from 'vitest'
import type { Http2Fact, TlsFact } from '../../../shared/model/facts'
import { nanos } from '../../../shared/units'
import { http2Rows, tlsRows } from './protocol-facts'

const tls: TlsFact = {
  version: 'TLS 1.3',
  sni: 'shop.example',
  alpn: 'h2',
  kind: 'resumed',
  helloRetry: false,
  roundTrips: 1,
  decrypted: true,
  setup: nanos(21_500_000),
}
const of = (some: Partial<TlsFact>, transport: 'tcp' | 'har' = 'tcp') =>
  Object.fromEntries(tlsRows({ tls: { ...tls, ...some }, transport, close: null }))

describe('the TLS facts', () => {
  it('of a decrypted connection', () => {
    expect(of({})).toEqual({
      Version: 'TLS 1.3',
      'Server name': 'shop.example',
      Protocol: 'h2',
      Handshake: 'Resumed',
      'Round trips': '1',
      'Setup time': '21.5 ms',
      Content: 'Decrypted with a key log',
    })
  })

  it('of one without keys call the turns an estimate', () => {
    const rows = of({ decrypted: false, estimatedTurns: 7, kind: 'early-data', roundTrips: 0 })
    expect(rows).toMatchObject({ Content: 'Encrypted: its keys are not known', 'Round trips': '0' })
    expect(rows.Handshake).toContain('early data')
    expect(rows['Turns (estimate)']).toMatch(/^≈ 7 requests/)
  })

  it('of one without keys call its idle times an estimate', () => {
    const gaps = [4e9, 1.2e9].map((length) => ({ since: nanos(1e9), length: nanos(length) }))
    const closedBy = { by: 'server', packet: 9, at: nanos(25e9) } as const
    expect(of({ decrypted: false, estimatedIdle: { gaps, since: nanos(20e9) }, closedBy })['Idle (estimate)']).toBe(
      '4 s, 1.2 s between turns; 5 s before the close',
    )
    expect(of({ decrypted: false, estimatedIdle: { gaps: [], since: null }, closedBy })).not.toHaveProperty('Idle (estimate)')
  })

  it('tell a hello retry and a fatal alert', () => {
    const rows = of({ helloRetry: true, fatalAlert: { by: 'server', description: 40 } })
    expect(rows['Hello retry']).toContain('one more round trip')
    expect(rows['Fatal alert']).toBe('40, sent by the server')
  })

  it('tell what was offered where the choice is encrypted, early data that was rejected, and a name that may stand for another', () => {
    const offered = { alpn: null, decrypted: false, alpnOffered: ['h2', 'http/1.1'] }
    expect(of(offered).Protocol).toBe('Offered h2, http/1.1; the choice is encrypted')
    expect(of({ ...offered, version: 'TLS 1.2' })).not.toHaveProperty('Protocol')
    expect(of({ ...offered, decrypted: true })).not.toHaveProperty('Protocol')
    expect(of({ earlyData: 'rejected' })['Early data']).toContain('rejected by the server')
    expect(of({ earlyData: 'accepted' })).not.toHaveProperty('Early data')
    expect(of({ encryptedClientHello: true })['Server name']).toMatch(/^shop\.example \(may stand for another/)
  })

  it('make nothing up where the handshake was not seen', () => {
    const rows = of({ kind: 'unknown', setup: null, roundTrips: 0, version: null, sni: null, alpn: null, decrypted: false })
    expect(Object.keys(rows)).toEqual(['Handshake', 'Content'])
    expect(of({ kind: 'unknown' }, 'har')).not.toHaveProperty('Content')
    expect(tlsRows({ tls: null, transport: 'tcp', close: null })).toEqual([])
  })
})

describe('the HTTP/2 facts', () => {
  const http2: Http2Fact = { maxConcurrentStreams: 128, goaway: null, origins: [], alternatives: [] }

  it('tell the limit of streams, and that no end was announced', () => {
    expect(http2Rows({ http2 })).toEqual([
      ['Streams at once', 'At most 128'],
      ['GOAWAY', 'None'],
    ])
    expect(http2Rows({ http2: { ...http2, maxConcurrentStreams: null } })[0]?.[1]).toBe('The server set no limit')
  })

  it('tell who announced the end, why and where', () => {
    const goaway = { by: 'server' as const, packet: 1204, at: nanos(5), lastStream: 199, errorCode: 11 }
    expect(http2Rows({ http2: { ...http2, goaway } })[1]?.[1]).toBe(
      'By the server in packet #1,204: ENHANCE_YOUR_CALM, last stream 199',
    )
  })

  it('are none for what is not HTTP/2', () => {
    expect(http2Rows({})).toEqual([])
    expect(http2Rows({ http2: null })).toEqual([])
  })
})
