import { describe, expect, it } from 'vitest'
import { forwardingField, forwardingFieldNamed, forwardingOf, takeForwarding } from './forwarding'
import type { Found } from './forwarding'

const octets = (text: string): Uint8Array => new TextEncoder().encode(text)
const fieldOf = (name: string): number => forwardingField(octets(name), 0, name.length)

const taken = (...fields: readonly (readonly [string, string])[]): Found | null =>
  fields.reduce<Found | null>((found, [name, value]) => takeForwarding(found, forwardingFieldNamed(name), value), null)

describe('names', () => {
  it.each(['X-Forwarded-For', 'x-forwarded-for', 'CF-Ray', 'AGE', 'Forwarded', 'traceparent', 'X-Cloud-Trace-Context'])(
    '%s is one, in any case',
    (name) => {
      expect(fieldOf(name)).toBe(forwardingFieldNamed(name.toLowerCase()))
      expect(fieldOf(name)).toBeGreaterThanOrEqual(0)
    },
  )

  it.each([
    '',
    'a',
    'Accept',
    'Accept-Encoding',
    'Cookie',
    'Content-Type',
    'X-Forwarded-Foo',
    'Cf-Rat',
    'x'.repeat(1000),
    '\0\xff',
  ])('%j is none', (name) => expect(fieldOf(name)).toBe(-1))
})

describe('what is kept', () => {
  it('whom the request was sent on for, by list rather than by single address', () => {
    const found = taken(
      ['x-real-ip', '192.0.2.1'],
      ['x-forwarded-for', '192.0.2.43, 2001:db8::17'],
      ['x-forwarded-for', '10.0.0.1'],
    )
    expect(forwardingOf(found, null)?.forwardedFor).toBe('192.0.2.1, 192.0.2.43, 2001:db8::17, 10.0.0.1')
  })

  it('Forwarded, as RFC 7239 §4 writes it', () => {
    const found = taken(['forwarded', 'for=192.0.2.43;proto=http, For="[2001:db8:cafe::17]:4711";by=203.0.113.43, for=unknown'])
    expect(forwardingOf(found, null)?.forwardedFor).toBe('192.0.2.43, [2001:db8:cafe::17]:4711, unknown')
  })

  it('identifiers of request and response, each once; of a trace what all legs share', () => {
    const request = taken(
      ['cf-ray', '230b030023ae2822-SJC'],
      ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      ['x-amzn-trace-id', 'Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678'],
    )
    const response = taken(['cf-ray', '230b030023ae2822-SJC'], ['age', '17'])
    expect(forwardingOf(request, response)).toEqual({
      requestFields: 'cf-ray x-amzn-trace-id traceparent',
      responseFields: 'age cf-ray',
      sentByProxy: true,
      answeredByProxy: true,
      forwardedFor: null,
      ids: '230b030023ae2822-SJC 4bf92f3577b34da6a3ce929d0e0e4736 1-67891233-abcdef012345678912345678',
    })
  })

  it('nothing where there is nothing', () => expect(forwardingOf(null, null)).toBeNull())
})

describe('hostile values', () => {
  it('are cut', () => {
    const long = 'a'.repeat(100_000)
    const found = taken(...Array.from({ length: 1000 }, () => ['x-request-id', long] as const), ['x-forwarded-for', long])
    const { ids, forwardedFor } = forwardingOf(found, found)!
    expect(ids!.length).toBeLessThanOrEqual(8 * 81)
    expect(forwardedFor).toHaveLength(200)
  })

  it('never hold what separates identifiers', () => {
    const found = taken(['x-request-id', "abcd efgh, ijkl'; DROP TABLE"], ['x-correlation-id', '  '], ['x-b3-traceid', 'abc'])
    expect(forwardingOf(found, null)?.ids).toBe('abcd')
  })

  it('take no time', () => {
    const started = performance.now()
    taken(['forwarded', 'for='.repeat(500_000)], ['forwarded', `for="${'"'.repeat(1e6)}`], ['traceparent', '0'.repeat(1e6)])
    expect(performance.now() - started).toBeLessThan(500)
  })
})
