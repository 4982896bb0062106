import { describe, expect, it } from 'vitest'
import { isMessage } from './turns'

describe('a record that may be part of a request, by its length', () => {
  it('of HTTP/1 is as long as the shortest request', () => {
    expect(isMessage('GET / HTTP/1.0\r\n\r\n'.length, true, 0)).toBe(true)
    expect(isMessage(17, true, 0)).toBe(false)
  })

  // curl 7.88's requests but the first to one server: nine octets of frame, and fields that the table knows.
  it('of HTTP/2 may be short', () => {
    expect(isMessage(9 + 10, false, 147)).toBe(true)
  })

  it.each([
    ['the acknowledgment of SETTINGS', 9],
    ['WINDOW_UPDATE', 13],
    ['PING', 17],
    ['WINDOW_UPDATE and an acknowledgment', 22],
  ])('is not %s', (_, content) => {
    expect(isMessage(content, false, 0)).toBe(false)
  })

  it('is not several WINDOW_UPDATEs, while a response goes on', () => {
    expect(isMessage(26, false, 16_384)).toBe(false)
    expect(isMessage(39, false, 16_384)).toBe(false)
    expect(isMessage(39, false, 147)).toBe(true)
    expect(isMessage(40, false, 16_384)).toBe(true)
  })
})
