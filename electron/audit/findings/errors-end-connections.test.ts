import { expect, it } from 'vitest'
import { found } from '../testing/found'
import type { ExchangeWords } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** Connections of one request each that the server ends with its response. */
function ended(statuses: readonly number[], words: Partial<ExchangeWords> = { response: 'close' }) {
  const t = traffic()
  for (const [i, status] of statuses.entries())
    t.connection({ at: i })
      .exchange({ at: i + 0.02, ...words, overrides: { status } })
      .serverCloses(i + 0.05)
  return t
}

it('requests that the server cannot read end connections: that is no setting of keep-alive', async () => {
  const t = ended([400, 400, 411, 400, 400])
  const [finding] = await found(t, 'errors-end-connections')
  expect(finding).toMatchObject({ origin: 'http://www.example.com', impact: { handshakes: 4, roundTrips: 4, share: 1 } })
  expect(finding!.evidence[0]).toBe('4 connections were opened because the one before had ended with an error: 3 × 400, 1 × 411.')
  expect(finding!.remedies.map((r) => r.id)).toEqual(['client/mend-requests'])
  expect(await found(t, 'keep-alive-disabled')).toEqual([])
})

it('so do failures of the server, announced or not', async () => {
  for (const words of [{ response: 'close' }, { responseVersion: 'HTTP/1.0' as const }, {}]) {
    const [finding] = await found(ended([503, 500, 503], words), 'errors-end-connections')
    expect(finding!.evidence[0]).toContain('had ended with an error: 1 × 500, 1 × 503')
    expect(finding!.remedies[0]!.id).toBe('server/find-errors')
  }
})

it('a server that ends every connection has keep-alive off, also where it answers with errors', async () => {
  const t = ended([200, 400, 400])
  expect(await found(t, 'errors-end-connections')).toEqual([])
  expect((await found(t, 'keep-alive-disabled'))[0]?.impact.handshakes).toBe(2)
})

it('of an error that need not end a connection it must be seen that others do not', async () => {
  expect(await found(ended([404, 404, 404]), 'errors-end-connections')).toEqual([])
  const t = ended([404, 404, 404])
  t.connection({ at: 10 }).exchange({ at: 10.02 }).exchange({ at: 11 })
  expect((await found(t, 'errors-end-connections'))[0]?.impact.handshakes).toBe(3)
})

it('nor is it said where responses without an error end connections, though others were kept', async () => {
  for (const statuses of [
    [200, 400, 400, 400],
    [204, 404, 503, 404],
  ]) {
    const t = ended(statuses)
    t.connection({ at: 10 }).exchange({ at: 10.02 }).exchange({ at: 11 })
    expect(await found(t, 'errors-end-connections')).toEqual([])
    expect((await found(t, 'keep-alive-disabled'))[0]?.impact.handshakes).toBe(4)
  }
})

it('the same number of requests before an error is no request limit', async () => {
  const t = traffic()
  for (const at of [0, 2, 4])
    t.connection({ at })
      .exchange({ at: at + 0.02 })
      .exchange({ at: at + 1, response: 'close', overrides: { status: 400 } })
      .serverCloses(at + 1.03)
  expect(await found(t, 'request-limit-low')).toEqual([])
  expect((await found(t, 'errors-end-connections'))[0]?.impact.handshakes).toBe(2)
})

it('where Apache answers 500 to everything, .htaccess is named as a possibility, and what its log would say', async () => {
  const [finding] = await found(ended([500, 500, 500], { response: 'close', product: 'Apache/2.4.57' }), 'errors-end-connections')
  expect(finding!.evidence.at(-1)).toMatch(/^These are all 500.*One possible reason: a \.htaccess.*"not allowed here"/)
  expect(finding!.remedies).toMatchObject([
    { id: 'apache/find-errors', snippet: expect.stringContaining('not allowed here') as string },
  ])
  for (const other of [
    ended([500, 503, 500], { response: 'close', product: 'Apache/2.4.57' }),
    ended([500, 500, 500], { response: 'close', product: 'nginx/1.22.1' }),
  ]) {
    const [one] = await found(other, 'errors-end-connections')
    expect(one!.evidence.join(' ')).not.toContain('.htaccess')
  }
})
