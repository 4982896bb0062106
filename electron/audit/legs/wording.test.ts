import { expect, it } from 'vitest'
import { audited } from '../testing/audited'
import type { ExchangeWords } from '../testing/traffic'
import { traffic } from '../testing/traffic'

/** A connection that stays open, another beside it, and a pause that comes close to the server's time-out. */
async function evidence(words: Partial<ExchangeWords>) {
  const t = traffic()
  t.connection({ at: 0 })
    .exchange({ at: 0.02, timeout: 5, ...words })
    .exchange({ at: 5.03, timeout: 5, ...words })
  t.connection({ at: 6 }).exchange({ at: 6.02, timeout: 5, ...words })
  const { verdicts, summary } = await audited(t)
  return [verdicts[1]?.evidence?.text, summary.races[0]?.text]
}

it('a client is called one', async () => {
  expect(await evidence({})).toEqual([
    expect.stringMatching(/still open; the client opened another\.$/),
    expect.stringMatching(/^The client used connection 0 again/),
  ])
})

it('a proxy is called one, in verdicts and races', async () => {
  const forwarded = { overrides: { forwarded: true } }
  expect(await evidence(forwarded)).toEqual([
    expect.stringMatching(/still open; the proxy opened another\.$/),
    expect.stringMatching(/^The proxy used connection 0 again/),
  ])
})
