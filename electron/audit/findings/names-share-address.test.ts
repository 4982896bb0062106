import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { traffic } from '../testing/traffic'

function names(hosts: readonly string[], clients = ['10.0.0.2']) {
  const t = traffic()
  for (const client of clients)
    for (const [i, host] of hosts.entries()) {
      t.connection({ at: 0, client }).exchange({ at: 0.03 + i / 1000, takes: 3, host })
      t.connection({ at: 1, client }).exchange({ at: 1.03 + i / 1000, takes: 3, host })
    }
  return t
}

it('names of one site at one address, each with its own connections', async () => {
  expect(
    await found(names(['www.shop.test', 'img1.shop.test', 'img2.shop.test'], ['10.0.0.2', '10.0.0.3']), 'names-share-address'),
  ).toMatchObject([
    {
      severity: 'info',
      title: '3 names of shop.test lead to one address',
      evidence: [
        'http://img1.shop.test, http://img2.shop.test, http://www.shop.test are at 10.0.0.1:80: 12 connections needed by 2 clients.',
        expect.stringContaining('6 connections here; as one name, or coalesced, 2.'),
      ],
      // Two fewer for each client, each TCP and the TLS that HTTP/2 has.
      impact: { kind: 'fewer', handshakes: 4, roundTrips: 8, seconds: 0.16, share: 0 },
    },
  ])
})

it('other sites at the same address are neighbours, not shards', async () => {
  expect(await found(names(['www.shop.test', 'www.bank.test']), 'names-share-address')).toEqual([])
  expect(await found(names(['a.co.uk', 'b.co.uk']), 'names-share-address')).toEqual([])
  expect(await found(names(['10.0.0.1', '10.0.0.2']), 'names-share-address')).toEqual([])
})
