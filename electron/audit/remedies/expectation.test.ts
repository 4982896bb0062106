import { describe, expect, it } from 'vitest'
import type { Remedy } from '../../../shared/model/audit'
import { remediesAt, remediesFor } from './index'
import { unknownPlace } from '../findings/places'
import { caseOf } from './testing/case'

const server = (some: Parameters<typeof caseOf>[0]): Remedy => remediesFor('raise-idle-timeout', caseOf(some))[0]!

describe('what must fall', () => {
  it('is counted over all avoidable connections of the origin: another cause’s name is no improvement', () => {
    const { predicted, verify } = server({ atOrigin: { connections: 30, avoidable: 12 } })
    expect(predicted).toEqual({ before: 12, atMost: 8 })
    expect(verify).toContain('the avoidable connections of this origin, whatever their cause, must fall from 12 to at most 8')
  })

  it('is all of them where the longest gap is bridged', () => {
    expect(server({ demandGap: { median: 10, p95: 50, longest: 52 } }).predicted).toEqual({ before: 5, atMost: 0 })
    expect(server({ demandGap: { median: 10, p95: 50, longest: 61 } }).predicted).toEqual({ before: 5, atMost: 1 })
  })

  it('and nothing is said where nothing does', () => {
    const one = server({ handshakes: 1, atOrigin: { connections: 2, avoidable: 1 } })
    expect(one.predicted).toBeUndefined()
    expect(one.verify).not.toMatch(/must (?:fall|have)/)
  })

  it('keep-alive does nothing for gaps beyond an hour', () => {
    const gone = remediesFor('enable-keep-alive', caseOf({ cause: 'keepalive-disabled', demandGap: { median: 5000, p95: 9000 } }))
    expect(gone[0]!.predicted).toBeUndefined()
  })
})

describe('the commands', () => {
  it('name the port of the connections, not of the Host field', () => {
    expect(server({ origin: 'http://shop.example', serverPort: 3000 }).verify).toContain("'tcp port 3000'")
    const [unused] = remediesAt('open-on-demand', { ...unknownPlace('https://shop.example'), serverPort: 18443 })
    expect(unused!.verify).toContain("'tcp port 18443'")
    expect(server({ origin: 'https://shop.example', transport: 'quic', serverPort: 443 }).verify).toContain("'udp port 443'")
  })

  it('a snippet names it, too; of a tunnel it is the target that a snippet names', () => {
    const proxy = (origin: string): string =>
      remediesFor(
        'pool-connections',
        caseOf({ origin, serverPort: 3000, requestVersion: 'HTTP/1.0', requestConnection: 'close' }),
      )[0]!.snippet
    expect(proxy('http://shop.example')).toContain('server shop.example:3000;')
    expect(proxy('tunnel shop.example:443')).toContain('server shop.example:443;')
  })

  it('record the keys of HTTPS, and say that without them nothing is verified', () => {
    const { verify } = server({ origin: 'https://shop.example' })
    expect(verify).toContain('SSLKEYLOGFILE=after.keylog')
    expect(verify).toContain('roundtrip audit after.pcap --keylog after.keylog')
    expect(verify).toContain('Without keys nothing is judged, and that verifies nothing')
    expect(verify).toContain('fewer connections than the 6 of this one')
    expect(server({ origin: 'http://shop.example' }).verify).not.toContain('keylog')
    // Handshakes show themselves.
    expect(remediesFor('resume-tls', caseOf({ origin: 'https://shop.example' }))[0]!.verify).not.toContain('keylog')
  })

  it('wait longer than the old time-out, after a request', () => {
    expect(server({ serverIp: '10.0.0.1', serverPort: 3000 }).verify).toContain(
      "(printf 'HEAD / HTTP/1.1\\r\\nHost: a.test\\r\\n\\r\\n'; sleep 7; printf 'HEAD / HTTP/1.1\\r\\nHost: a.test\\r\\nConnection: close\\r\\n\\r\\n'; sleep 1) | curl -sN telnet://10.0.0.1:3000 | grep -c",
    )
    expect(server({ origin: 'https://a.test', serverIp: '2001:db8::1' }).verify).toContain(
      'openssl s_client -quiet -connect [2001:db8::1]:443 -servername a.test',
    )
  })
})
