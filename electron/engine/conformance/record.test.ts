import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AgreementRecord } from './record'

describe('the record of agreement', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-record-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const recordOf = (content: object): AgreementRecord => {
    const path = join(folder, 'agreement.json')
    writeFileSync(path, JSON.stringify(content))
    return new AgreementRecord(path, false)
  }

  it('is satisfied by the same numbers', () => {
    expect(recordOf({ 'a/b': [9, 10] }).check('a/b', { agreed: 9, checked: 10 })).toBeNull()
  })

  it('fails when agreement falls', () => {
    expect(recordOf({ 'a/b': [9, 10] }).check('a/b', { agreed: 8, checked: 10 })).toContain('8 of 10; its record is 9 of 10')
  })

  it('fails when fewer checks hide that something was lost', () => {
    expect(recordOf({ 'a/b': [9, 10] }).check('a/b', { agreed: 8, checked: 9 })).toContain('its record is 9 of 10')
  })

  it('fails when more is found and more of it is wrong', () => {
    expect(recordOf({ 'a/b': [9, 10] }).check('a/b', { agreed: 10, checked: 12 })).toContain('its record is')
  })

  it('asks to raise the record when agreement rises', () => {
    expect(recordOf({ 'a/b': [9, 10] }).check('a/b', { agreed: 10, checked: 10 })).toContain('ROUNDTRIP_RECORD=1')
  })

  it('asks for a record where there is none', () => {
    expect(recordOf({}).check('a/b', { agreed: 1, checked: 1 })).toContain('has no record')
  })

  it('adds up folders', () => {
    const record = recordOf({ 'a/b': [9, 10], 'a/c': [1, 2], 'd/e': [5, 5] })
    record.check('a/b', { agreed: 9, checked: 10 })
    record.check('a/c', { agreed: 1, checked: 2 })
    record.check('d/e', { agreed: 5, checked: 5 })
    expect(record.total('a/')).toEqual({ agreed: 10, checked: 12, ratio: 10 / 12 })
  })
})
