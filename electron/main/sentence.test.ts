import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { sentenceOf } from './sentence'

const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )

describe('what went wrong', () => {
  it('is a sentence for what a disk refuses', async () => {
    expect(sentenceOf(await thrownBy(writeFile('/no/such/folder/a.pdf', '')))).toBe('There is no such folder.')
    expect(sentenceOf(await thrownBy(writeFile('/tmp', '')))).toBe('There is a folder of that name.')
  })

  it('is the first line of any other error', () => {
    expect(sentenceOf(new Error('The disk is full.\n    at place.ts:3'))).toBe('The disk is full.')
    expect(sentenceOf(new Error(''))).toBe('Something went wrong.')
    expect(sentenceOf({ toString: null })).toBe('Something went wrong.')
  })
})
