import { describe, expect, it } from 'vitest'
import {
  authenticationOfText,
  challengesIn,
  connectionAuthOf,
  CREDENTIALS,
  hasCredentials,
  NEGOTIATE,
  NTLM,
} from './authentication'

const challenges = (text: string): number => challengesIn(new TextEncoder().encode(text), 0, text.length)

describe('a challenge', () => {
  it.each([
    [' NTLM\r\n', NTLM],
    ['Negotiate', NEGOTIATE],
    [' negotiate, NTLM TlRMTVNTUAAC\r\n', NEGOTIATE | NTLM],
    ['Basic realm="NTLM"', 0],
    ['Basic realm="a, NTLM"', 0],
    ['NTLMv2', 0],
    ['Bearer x, Negotiate', NEGOTIATE],
    ['', 0],
  ])('%j', (text, bits) => expect(challenges(text)).toBe(bits))

  it('counts in the answers that ask for authentication, and NTLM before Negotiate, which may hold it', () => {
    expect(connectionAuthOf(401, NTLM | NEGOTIATE)).toBe('NTLM')
    expect(connectionAuthOf(407, NEGOTIATE)).toBe('Negotiate')
    expect(connectionAuthOf(200, NTLM)).toBeNull()
    expect(connectionAuthOf(401, CREDENTIALS)).toBeNull()
    expect(connectionAuthOf(null, 0)).toBeNull()
  })
})

it('credentials are fields of the request', () => {
  for (const name of ['cookie', 'authorization', 'proxy-authorization'])
    expect(hasCredentials(authenticationOfText(name, 'x'))).toBe(true)
  for (const name of ['set-cookie', 'host', 'www-authenticate'])
    expect(hasCredentials(authenticationOfText(name, 'NTLM'))).toBe(false)
  expect(authenticationOfText('proxy-authenticate', 'NTLM')).toBe(NTLM)
})
