import type { TlsFact } from '../../../shared/model/facts'
import { describe, expect, it } from 'vitest'
import { nanos } from '../../../shared/units'
import { at, CAPTURE, parsed, CONNECTION, EXCHANGE, factsOf, written } from '../testing/fixture'
import { factsJson, factsNdjson } from './facts'

const both = factsOf([
  { connection: CONNECTION, exchanges: [EXCHANGE] },
  { connection: { ...CONNECTION, id: 1, handshake: null, close: null }, exchanges: [] },
])

const names = (value: unknown): string[] => Object.keys(value ?? {})

describe('roundtrip.facts/1', () => {
  it('is the document of the contract', async () => {
    const facts = parsed(await written(factsJson(both)))
    expect(at(facts, 'schema')).toBe('roundtrip.facts/1')
    expect(at(facts, 'capture')).toMatchObject({
      file: 'shop.pcapng',
      format: 'pcapng',
      compression: null,
      packets: 812,
      linkTypes: [1],
      firstTime: '1795325139.207000000',
      lastTime: '1795325200.507000000',
      truncated: false,
      dropped: null,
    })
    expect(at(facts, 'connections', 0)).toMatchObject({
      id: 0,
      transport: 'tcp',
      client: { ip: '10.0.0.2', port: 49323 },
      server: { ip: '10.0.0.1', port: 80 },
      sidesKnownBy: 'syn',
      firstPacket: 1,
      lastPacket: 10,
      packets: { client: 5, server: 5 },
      bytes: { client: 157, server: 155 },
      handshake: {
        complete: true,
        syn: { count: 1, packet: 1, time: '1795325139.207000000' },
        synAck: { count: 1, packet: 2, time: '1795325139.592268000' },
        ackPacket: 3,
        rtt: 0.385268001,
        fastOpen: false,
      },
      minRtt: 0.0201,
      minRttTo: { client: 0.0001, server: 0.02 },
      retransmissions: 0,
      duplicates: 2,
      gaps: 0,
      tls: null,
      application: 'http/1',
      close: { by: 'server', how: 'fin', packet: 7, time: '1795325140.000000000' },
    })
    expect(at(facts, 'connections', 0, 'exchanges', 0)).toMatchObject({
      ordinal: 0,
      stream: null,
      version: 'HTTP/1.1',
      method: 'HEAD',
      authority: 'samples.example.com',
      target: '/x',
      scheme: 'http',
      requestPacket: 4,
      requestAt: '1795325139.600000000',
      status: 500,
      responsePacket: 6,
      responseAt: '1795325139.990000000',
      completeAt: '1795325139.990000000',
      informational: [100],
      requestBytes: 157,
      responseBytes: 155,
      complete: true,
    })
    expect(names(at(facts, 'diagnostics', 0))).toEqual(expect.arrayContaining(['severity', 'code', 'packet', 'message']))
  })

  it('says that a handshake was not seen and that a connection stayed open', async () => {
    const connections = at(parsed(await written(factsJson(both))), 'connections')
    expect(at(connections, 1, 'handshake')).toMatchObject({
      complete: false,
      syn: null,
      synAck: null,
      ackPacket: null,
      rtt: null,
      fastOpen: false,
    })
    expect(at(connections, 1, 'close')).toEqual({ by: null, how: null, packet: null, time: null })
  })

  it('has TLS sessions with their durations in seconds', async () => {
    const tls = {
      version: 'TLS 1.3',
      sni: 'shop.example',
      alpn: 'h2',
      kind: 'full',
      helloRetry: false,
      roundTrips: 1,
      decrypted: true,
      setup: nanos(40_000_000),
    } as const
    const source = factsOf([{ connection: { ...CONNECTION, tls }, exchanges: [] }])
    const connections = at(parsed(await written(factsJson(source))), 'connections')
    expect(at(connections, 0, 'tls')).toEqual({
      version: 'TLS 1.3',
      sni: 'shop.example',
      alpn: 'h2',
      kind: 'full',
      helloRetry: false,
      roundTrips: 1,
      decrypted: true,
      setupSeconds: 0.04,
    })
  })

  it('has what TLS shows without keys: idle times, protocols and early data that were offered, an outer name', async () => {
    const tls: TlsFact = {
      version: 'TLS 1.3',
      sni: 'public.example',
      alpn: null,
      kind: 'full',
      helloRetry: false,
      roundTrips: 1,
      decrypted: false,
      setup: null,
      estimatedTurns: 3,
      estimatedIdle: { gaps: [{ since: nanos(100_000_000), length: nanos(250_000_000) }], since: nanos(400_000_000) },
      alpnOffered: ['h2', 'http/1.1'],
      earlyData: 'rejected',
      encryptedClientHello: true,
    }
    const close = { by: 'server', how: 'fin', packet: 9, at: nanos(2_400_000_000) } as const
    const source = factsOf([{ connection: { ...CONNECTION, tls, close }, exchanges: [] }])
    const connections = at(parsed(await written(factsJson(source))), 'connections')
    expect(at(connections, 0, 'tls')).toMatchObject({
      estimatedTurns: 3,
      estimatedIdle: { gaps: [{ seconds: 0.25 }], beforeCloseSeconds: 2 },
      alpnOffered: ['h2', 'http/1.1'],
      earlyData: 'rejected',
      encryptedClientHello: true,
    })
  })

  it.each([
    ['close_notify, which came before the FIN', 1_400_000_000, 1],
    ['the FIN, which came before the other side’s close_notify', 3_400_000_000, 2],
  ])('counts the estimated idle time to %s', async (_, at_, beforeCloseSeconds) => {
    const tls: TlsFact = {
      ...{
        version: 'TLS 1.3',
        sni: null,
        alpn: null,
        kind: 'full',
        helloRetry: false,
        roundTrips: 1,
        decrypted: false,
        setup: null,
      },
      estimatedIdle: { gaps: [], since: nanos(400_000_000) },
      closedBy: { by: 'client', packet: 8, at: nanos(at_) },
    }
    const close = { by: 'server', how: 'fin', packet: 9, at: nanos(2_400_000_000) } as const
    const source = factsOf([{ connection: { ...CONNECTION, tls, close }, exchanges: [] }])
    const connections = at(parsed(await written(factsJson(source))), 'connections')
    expect(at(connections, 0, 'tls')).toMatchObject({ estimatedIdle: { beforeCloseSeconds } })
  })

  it('has what HTTP/2 announced, and how long QUIC took', async () => {
    const goaway = { by: 'server', packet: 9, at: nanos(500_000_000), lastStream: 7, errorCode: 0 } as const
    const http2 = { maxConcurrentStreams: 100, goaway, origins: ['https://b.example'], alternatives: ['h3=":443"'] }
    const source = factsOf([
      { connection: { ...CONNECTION, http2 }, exchanges: [1, 2, 3].map((stream) => ({ ...EXCHANGE, stream })) },
      {
        connection: { ...CONNECTION, transport: 'quic', handshake: null, rtt: nanos(21_000_000), setupTime: nanos(22_000_000) },
        exchanges: [],
      },
    ])
    const connections = at(parsed(await written(factsJson(source))), 'connections')
    expect(at(connections, 0, 'http2')).toEqual({
      maxConcurrentStreams: 100,
      goaway: { by: 'server', packet: 9, time: '1795325139.500000000', lastStream: 7, errorCode: 0 },
      pushes: 1,
      origins: ['https://b.example'],
      alternatives: ['h3=":443"'],
    })
    expect(at(connections, 1)).toMatchObject({ handshake: null, rtt: 0.021, setupSeconds: 0.022 })
    expect(at(connections, 1)).not.toHaveProperty('http2')
  })

  it('is the same where a connection’s exchanges come in parts', async () => {
    const http2 = { maxConcurrentStreams: 100, goaway: null, origins: [], alternatives: [] }
    const connection = { ...CONNECTION, http2 }
    const all = [1, 2, 3, 4, 5].map((stream) => ({ ...EXCHANGE, stream, ordinal: stream }))
    const other = { connection: { ...CONNECTION, id: 1 }, exchanges: [EXCHANGE] }
    const whole = factsOf([other, { connection, exchanges: all }, other])
    const parts = factsOf([
      other,
      { connection, exchanges: all.slice(0, 2), more: true, pushes: 2 },
      { connection, exchanges: [], more: true, pushes: 2 },
      { connection, exchanges: all.slice(2, 3), more: true, pushes: 2 },
      { connection, exchanges: all.slice(3) },
      other,
    ])
    expect(at(parsed(await written(factsJson(whole))), 'connections', 1, 'http2', 'pushes')).toBe(2)
    for (const write of [factsJson, factsNdjson]) expect(await written(write(parts))).toBe(await written(write(whole)))
  })

  it('has what TCP did, with durations in seconds, and both sides’ FINs', async () => {
    const tcp = {
      opening: 'three-way',
      samePortsAs: 3,
      keepAliveProbes: { client: 2, server: 0 },
      zeroWindows: { client: 0, server: 1 },
      zeroWindowTime: { client: nanos(0), server: nanos(1_500_000_000) },
      ignoredResets: 1,
      ignoredReset: { by: 'server', packet: 5, at: nanos(207_000_000) },
      dataAfterFin: { client: 0, server: 0 },
      overlaps: 4,
    } as const
    const fin = { client: { packet: 9, at: nanos(207_000_000) }, server: null }
    const source = factsOf([{ connection: { ...CONNECTION, tcp, fin }, exchanges: [] }])
    const [base] = source.summary.captures
    const time = `${base!.timeBase}.207000000`
    const connections = at(parsed(await written(factsJson(source))), 'connections')
    expect(at(connections, 0, 'tcp')).toEqual({
      opening: 'three-way',
      samePortsAs: 3,
      keepAliveProbes: { client: 2, server: 0 },
      zeroWindows: { client: 0, server: 1 },
      zeroWindowSeconds: { client: 0, server: 1.5 },
      ignoredResets: 1,
      ignoredReset: { by: 'server', packet: 5, time },
      dataAfterFin: { client: 0, server: 0 },
      overlaps: 4,
    })
    expect(at(connections, 0, 'fin')).toEqual({ client: { packet: 9, time }, server: null })
    expect(at(connections, 0, 'reset')).toBeNull()
  })

  it('writes one object a line, told apart by type', async () => {
    const text = await written(factsNdjson(both))
    expect(text.endsWith('\n')).toBe(true)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => parsed(line))
    expect(lines.map((line) => at(line, 'type'))).toEqual(['capture', 'connection', 'connection', 'diagnostic'])
    expect(lines[0]).toMatchObject({ schema: 'roundtrip.facts/1', file: 'shop.pcapng' })
    expect(lines[1]).toMatchObject({ id: 0, exchanges: [{ target: '/x' }] })
  })

  it('is valid without connections, packets or times', async () => {
    const empty = { ...CAPTURE, packets: 0, firstAt: null, lastAt: null }
    const facts = parsed(await written(factsJson(factsOf([], { captures: [empty], diagnostics: [] }))))
    expect(facts).toMatchObject({ connections: [], diagnostics: [], capture: { packets: 0, firstTime: null, lastTime: null } })
  })
})
