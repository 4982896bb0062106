import { describe, expect, it } from 'vitest'
import type { ExchangeFact } from '../../../shared/model/facts'
import type { Leg } from '../../../shared/model/legs'
import { audited } from '../testing/audited'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

const legs = async (told: Traffic): Promise<readonly Leg[]> => (await audited(told)).summary.legs ?? []

const forwarded = (requestFields: string | null, forwardedFor: string | null = null): Partial<ExchangeFact> => ({
  forwarded: requestFields?.includes('forwarded') ?? false,
  forwarding: {
    requestFields,
    responseFields: null,
    sentByProxy: requestFields !== null && requestFields !== 'x-request-id traceparent',
    answeredByProxy: false,
    forwardedFor,
    ids: null,
  },
})
const answered = (responseFields: string): Partial<ExchangeFact> => ({
  forwarding: { requestFields: null, responseFields, sentByProxy: false, answeredByProxy: true, forwardedFor: null, ids: null },
})

describe('an origin with proxies in front of it', () => {
  it('X-Forwarded-For with one address: the first proxy', async () => {
    const told = traffic()
    const from = forwarded('x-forwarded-for', '203.0.113.9')
    told.connection({ at: 0, client: '10.0.0.5' }).exchange({ at: 0.1, overrides: from }).exchange({ at: 0.2, overrides: from })
    const [leg, ...others] = await legs(told)
    expect(others).toEqual([])
    expect(leg).toMatchObject({
      kind: 'edge-origin',
      client: { role: 'proxy', ip: '10.0.0.5', addresses: 1 },
      server: { role: 'server', ip: '10.0.0.1', port: 80 },
      confidence: 'high',
      connections: 1,
      exchanges: 2,
      reusedExchanges: 1,
      reuseRatio: 0.5,
    })
    expect(leg!.evidence[0]).toMatchObject({
      end: 'client',
      text: '2 of 2 requests carry fields that proxies write: X-Forwarded-For (sent on for "203.0.113.9").',
      connection: 0,
    })
    expect(leg!.evidence[0]!.packet).toBeGreaterThan(0)
  })

  it('with two: a proxy behind another', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, overrides: forwarded('x-forwarded-for', '203.0.113.9, 10.0.0.7') })
    expect(await legs(told)).toMatchObject([{ kind: 'proxy-upstream' }])
  })

  it.each([
    ['cf-connecting-ip cf-ray', 'Cloudflare'],
    ['x-amz-cf-id', 'Amazon CloudFront'],
    ['akamai-origin-hop true-client-ip', 'Akamai'],
    ['fastly-ff', 'Fastly'],
    ['x-azure-fdid x-azure-ref', 'Azure Front Door'],
    ['incap-client-ip', 'Imperva'],
  ])('%s: %s', async (fields, product) => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, overrides: forwarded(fields) })
    expect(await legs(told)).toMatchObject([{ kind: 'edge-origin', client: { role: 'proxy', product } }])
  })

  it('Via names the last proxy', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, overrides: { requestVia: '1.1 cache (squid/5.7)' } })
    expect(await legs(told)).toMatchObject([{ kind: 'edge-origin', client: { role: 'proxy', product: 'squid/5.7' } }])
  })

  it('and how many there were', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, overrides: { requestVia: '1.1 google, 1.1 varnish' } })
    expect(await legs(told)).toMatchObject([{ kind: 'proxy-upstream', client: { product: 'Varnish' } }])
  })

  it('many programs on one connection', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, agent: 'Firefox/130' }).exchange({ at: 0.2, agent: 'Safari/17' })
    const [leg] = await legs(told)
    expect(leg).toMatchObject({ client: { role: 'proxy' }, confidence: 'medium' })
    expect(leg!.evidence[0]!.text).toBe('Requests of different programs share a connection: "Firefox/130" and "Safari/17".')
  })

  it('one program that sends trace identifiers is none', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, overrides: forwarded('x-request-id traceparent') })
    expect(await legs(told)).toMatchObject([{ kind: 'direct', client: { role: 'user' } }])
  })

  it('a few forwarded requests among many do not make users a proxy', async () => {
    const told = traffic()
    const connection = told.connection({ at: 0 }).exchange({ at: 0.1, overrides: forwarded('x-forwarded-for', '1.2.3.4') })
    for (let i = 2; i < 6; i++) connection.exchange({ at: i / 10 })
    expect(await legs(told)).toMatchObject([{ kind: 'direct' }])
  })
})

describe('a proxy in front of users', () => {
  it.each<[string, Partial<ExchangeFact>, string | null]>([
    ['Via in the response', { responseVia: '1.1 abc.cloudfront.net (CloudFront)' }, 'Amazon CloudFront'],
    ['CF-Ray in the response', answered('cf-ray'), 'Cloudflare'],
    ['Age in the response', answered('age'), null],
  ])('%s', async (_, overrides, product) => {
    const told = traffic()
    for (const client of ['10.0.0.2', '10.0.0.3']) told.connection({ at: 0, client }).exchange({ at: 0.1, overrides })
    expect(await legs(told)).toMatchObject([
      {
        kind: 'browser-edge',
        client: { role: 'user', ip: null, addresses: 2 },
        server: { role: 'proxy', product },
        connections: 2,
      },
    ])
  })

  it('the same address at both ends: two legs, one behind the other', async () => {
    const told = traffic()
    for (let i = 0; i < 3; i++) told.connection({ at: i, server: '10.0.0.5' }).exchange({ at: i + 0.1 })
    told.connection({ at: 5, client: '10.0.0.5' }).exchange({ at: 5.1, overrides: forwarded('x-forwarded-for', '10.0.0.2') })
    const found = await legs(told)
    expect(found.map(({ kind, front }) => [kind, front])).toEqual([
      ['browser-edge', null],
      ['edge-origin', 0],
    ])
  })
})

describe('pools', () => {
  it('of a proxy are by address: it can send any request on any connection', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, host: 'a.test', overrides: forwarded('x-forwarded-for', '203.0.113.9') })
    told.connection({ at: 1 }).exchange({ at: 1.1, host: 'b.test', overrides: forwarded('x-forwarded-for', '203.0.113.9') })
    const { verdicts } = await audited(told)
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['needed', 'avoidable'])
  })

  it('of users are by origin', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, host: 'a.test' })
    told.connection({ at: 1 }).exchange({ at: 1.1, host: 'b.test' })
    const { verdicts } = await audited(told)
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['needed', 'needed'])
  })

  it('programs that share a connection of a proxy share its pool, whatever their names', async () => {
    const told = traffic()
    told.connection({ at: 0 }).exchange({ at: 0.1, agent: 'a/1' }).exchange({ at: 0.2, agent: 'b/1' })
    told.connection({ at: 1 }).exchange({ at: 1.1, agent: 'c/1', host: 'other.test' })
    const { verdicts } = await audited(told)
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['needed', 'avoidable'])
  })
})

it('hostile header values stay in one line and within bounds', async () => {
  const told = traffic()
  const evil = `<script>\u0000\n"'; DROP TABLE legs; --${'x'.repeat(5000)}`
  told
    .connection({ at: 0 })
    .exchange({ at: 0.1, overrides: { requestVia: evil, ...forwarded('x-forwarded-for', evil.slice(0, 200)) } })
  const [leg] = await legs(told)
  expect(leg!.client.role).toBe('proxy')
  for (const { text } of leg!.evidence) expect(text).toMatch(/^[^\u0000-\u001f]{1,400}$/)
})
