import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../shared/model/audit'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

interface Story {
  readonly agent: string
  /** Server field on both legs: HAProxy passes on what its server says. */
  readonly product: string
  /** Idle seconds of the proxy's listener, and who gives up first behind it, when. */
  readonly listener: number
  readonly outward: readonly ['client' | 'server', number]
}

/** Five users, one after the other, through HAProxy to one origin. */
function through({ agent, product, listener, outward }: Story) {
  const t = traffic()
  for (let i = 0; i < 5; i++) {
    const at = i * 100
    const target = `/${i}`
    t.connection({ at, client: '10.0.0.9', server: '10.1.0.1' })
      .exchange({ at: at + 0.02, takes: 0.1, agent, product, overrides: { target } })
      .serverCloses(at + 0.12 + listener)
    t.connection({ at: at + 0.03, client: '10.1.0.1', server: '10.2.0.1', port: 8080 })
      .exchange({ at: at + 0.05, takes: 0.02, agent, product, overrides: { target, forwarded: true } })
      .closes(outward[0], at + 0.07 + outward[1])
  }
  return found(t, 'chain-order')
}

const shown = ({ remedies }: Finding): readonly string[] => remedies.map(({ id }) => id)

describe('a client that waits longer than the proxy', () => {
  const story = { product: 'nginx/1.22.1', listener: 10, outward: ['client', 5] } as const

  it('of a browser: it cannot be told, so the proxy has to wait; what the proxy is nobody knows', async () => {
    const [finding] = await through({ ...story, agent: FIREFOX })
    expect(finding).toMatchObject({
      title: 'The proxy at 10.1.0.1:80 gives up idle connections before the client at 10.0.0.9 (Firefox/128) does',
      client: FIREFOX,
      evidence: [
        'The client at 10.0.0.9 (Firefox/128) still kept connections when the proxy at 10.1.0.1:80 closed them after 10 s: how long it would have kept them is not to be seen.',
      ],
    })
    expect(shown(finding!)).toEqual(['server/raise-idle-timeout'])
    const [remedy] = finding!.remedies
    expect(remedy).toMatchObject({ product: 'The proxy', snippet: expect.stringContaining('60 seconds') as string })
    expect(remedy!.where).toMatch(/^The proxy’s configuration/)
    expect(finding!.otherRemedies?.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['haproxy/raise-idle-timeout', 'go/avoid-race']),
    )
  })

  it('of a program: it is told to give up first', async () => {
    const [finding] = await through({ ...story, agent: 'Go-http-client/1.1' })
    expect(shown(finding!)).toEqual(['go/avoid-race'])
    expect(finding!.remedies[0]!.snippet).toContain('IdleConnTimeout = 9 * time.Second')
  })
})

it('a proxy that waits longer than the origin: it is told to give up first, and the origin, which is known, to wait', async () => {
  const findings = await through({ agent: FIREFOX, product: 'nginx/1.22.1', listener: 90, outward: ['server', 5] })
  const finding = findings.find(({ title }) => title.startsWith('The origin'))
  expect(finding).toMatchObject({
    title: 'The origin at 10.2.0.1:8080 gives up idle connections before the proxy at 10.1.0.1 does',
    client: 'The proxy at 10.1.0.1',
    why: expect.stringContaining('502') as string,
  })
  expect(shown(finding!)).toEqual(['haproxy/avoid-race', 'nginx/raise-idle-timeout'])
  expect(finding!.remedies[0]!.snippet).toContain('pool-purge-delay 4s')
})
