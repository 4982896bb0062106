import { expect, it } from 'vitest'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const noteOf = async (told: ReturnType<typeof traffic>): Promise<string | undefined> =>
  (await audited(told)).summary.notes.find((note) => note.includes('keep-alive'))

it('HTTP/1.1 messages that say what is so anyway are counted', async () => {
  const t = traffic()
  t.connection({ at: 0 })
    .exchange({ at: 0.02, request: 'keep-alive', response: 'keep-alive' })
    .exchange({ at: 1, request: 'Keep-Alive', response: 'keep-alive, close' })
    .exchange({ at: 2 })
  expect(await noteOf(t)).toContain('was in 2 requests and 1 response of HTTP/1.1')
})

it('in HTTP/1.0 the header means something', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.02, version: 'HTTP/1.0', request: 'keep-alive', response: 'keep-alive' })
  expect(await noteOf(t)).toBeUndefined()
})
