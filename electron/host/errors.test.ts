import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { InputError } from '../engine/source'
import { toFailure } from './errors'

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

describe('what a window is told of a failure', () => {
  it('has the code and sentence of input that cannot be read', () => {
    expect(toFailure(new InputError('unknown-format', 'notes.txt is no capture.'))).toEqual({
      code: 'unknown-format',
      message: 'notes.txt is no capture.',
    })
  })

  it('names the file of a system error, without its folder', async () => {
    const thrown = await thrownBy(readFile('/no/such/place/shop.pcap'))
    expect(toFailure(thrown)).toEqual({ code: 'no-such-file', message: 'shop.pcap: There is no such file.' })
  })

  it('says that a folder is no file', async () => {
    expect(toFailure(await thrownBy(readFile('/tmp')))).toMatchObject({ code: 'unreadable' })
  })

  it('knows an aborted signal', async () => {
    const thrown = await thrownBy(readFile('/etc/hostname', { signal: AbortSignal.abort() }))
    expect(toFailure(thrown)).toEqual({ code: 'cancelled', message: 'Cancelled.' })
  })

  it('never carries a stack, and never more than a sentence', () => {
    const { code, message } = toFailure(new Error(`${'x'.repeat(1000)}\n    at secret (place.ts:1)`))
    expect(code).toBe('internal')
    expect(message).not.toContain('place.ts')
    expect(message.length).toBeLessThan(330)
    expect(toFailure('just a text').message).toBe('Something went wrong inside the engine.')
    expect(toFailure(Object.assign(new Error('x'), { code: 'constructor' })).code).toBe('internal')
  })
})
