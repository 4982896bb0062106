import { expect, it } from 'vitest'
import { audited } from './testing/audited'
import type { ExchangeWords } from './testing/traffic'
import { traffic } from './testing/traffic'

async function noteOf(...exchanges: readonly Partial<ExchangeWords>[]): Promise<string | undefined> {
  const t = traffic()
  const c = t.connection({ at: 0 })
  for (const [i, words] of exchanges.entries()) c.exchange({ at: i + 0.02, ...words })
  return (await audited(t)).summary.notes.find((note) => note.includes('keep-alive'))
}

it('what was added to messages of programs that do not send it by themselves is counted', async () => {
  const note = await noteOf(
    { agent: 'curl/8.14.1', request: 'keep-alive' },
    { agent: 'Go-http-client/1.1', request: 'Keep-Alive' },
    { agent: 'tester/1.0', product: 'Caddy', response: 'keep-alive' },
  )
  expect(note).toContain('was added to 2 requests and 1 response')
})

it('a response that says both was given one of them', async () => {
  expect(await noteOf({ product: 'Apache/2.4.57', response: 'keep-alive, close' })).toContain('was added to 1 response,')
})

it('what a product sends by itself was added by nobody', async () => {
  const own = [
    { agent: 'python-requests/2.32.3', request: 'keep-alive' },
    { agent: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0', request: 'keep-alive' },
    { product: 'nginx/1.22.1', response: 'keep-alive' },
    { product: null, timeout: 5, response: 'keep-alive' },
  ]
  expect(await noteOf(...own)).toBeUndefined()
})

it('nor what a proxy passes on in the name of others', async () => {
  expect(await noteOf({ agent: 'curl/8.14.1', request: 'keep-alive', overrides: { forwarded: true } })).toBeUndefined()
})

it('in HTTP/1.0 the header means something', async () => {
  expect(
    await noteOf({ agent: 'curl/8.14.1', version: 'HTTP/1.0', request: 'keep-alive', response: 'keep-alive' }),
  ).toBeUndefined()
})
