import { expect, it } from 'vitest'
import { found } from '../testing/found'
import { tls } from '../testing/tls'
import { traffic } from '../testing/traffic'

const told = (kinds: readonly ('full' | 'resumed')[]) => {
  const t = traffic()
  for (const [i, kind] of kinds.entries())
    t.connection({ at: i * 2, port: 443, overrides: { tls: tls({ kind }) } })
      .exchange({ at: i * 2 + 0.1, host: 'www.a.test', overrides: { scheme: 'https' } })
      .serverCloses(i * 2 + 0.2)
  return t
}

it('says how many of those that could were resumed', async () => {
  expect(await found(told(['full', 'resumed', 'resumed', 'resumed', 'full', 'resumed']), 'tls-resumption-works')).toMatchObject([
    { severity: 'good', origin: 'https://www.a.test', evidence: [expect.stringMatching(/^4 handshakes of 5 /)] },
  ])
})

it('says nothing of two, nor where a third was in full', async () => {
  expect(await found(told(['full', 'resumed', 'resumed']), 'tls-resumption-works')).toEqual([])
  expect(await found(told(['full', 'resumed', 'resumed', 'resumed', 'full', 'full']), 'tls-resumption-works')).toEqual([])
})
