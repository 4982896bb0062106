import { describe, expect, it } from 'vitest'
import { keyLogNotice } from './key-log-notice'

describe('the notice of encrypted connections', () => {
  it('says how many, and what would help', () => {
    expect(keyLogNotice(1204, null)).toEqual({
      text: '1,204 connections are encrypted: with a key log (SSLKEYLOGFILE) their requests can be read.',
      action: 'Add key log…',
    })
    expect(keyLogNotice(1, null).text).toBe('1 connection is encrypted: with a key log (SSLKEYLOGFILE) its requests can be read.')
  })

  it('says when the chosen key log did not help', () => {
    const { text, action } = keyLogNotice(2, 'C:\\keys\\monday.log')
    expect(text).toBe('2 connections are still encrypted: monday.log does not hold their keys.')
    expect(action).toBe('Try another key log…')
  })
})
