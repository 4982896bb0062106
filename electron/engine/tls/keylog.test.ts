import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyLog } from './keylog'

const RANDOM = '0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20'
const SECRET = 'ab'.repeat(48)
const random = new Uint8Array(Buffer.from(RANDOM, 'hex'))
const log = (text: string): KeyLog => new KeyLog().add(Buffer.from(text))
const hex = (octets: Uint8Array | null): string | null => (octets === null ? null : Buffer.from(octets).toString('hex'))

describe('a key log', () => {
  it('gives a session its secrets by the client random', () => {
    const keys = log(
      `# a comment\nCLIENT_RANDOM ${RANDOM} ${SECRET}\r\nSERVER_TRAFFIC_SECRET_0 ${RANDOM.toUpperCase()} ${'cd'.repeat(32)}`,
    )
    expect(keys.size).toBe(1)
    expect(hex(keys.secret('CLIENT_RANDOM', random))).toBe(SECRET)
    expect(hex(keys.secret('SERVER_TRAFFIC_SECRET_0', random))).toBe('cd'.repeat(32))
    expect(keys.secret('CLIENT_TRAFFIC_SECRET_0', random)).toBeNull()
    expect(keys.has(new Uint8Array(32))).toBe(false)
  })

  it.each([
    ['an unknown label', `EXPORTER_SECRET ${RANDOM} ${SECRET}`],
    ['a random that is too short', `CLIENT_RANDOM ${RANDOM.slice(2)} ${SECRET}`],
    ['half an octet', `CLIENT_RANDOM ${RANDOM} ${SECRET}a`],
    ['no secret', `CLIENT_RANDOM ${RANDOM}`],
    ['something that is no hexadecimal', `CLIENT_RANDOM ${RANDOM} ${'xy'.repeat(48)}`],
    ['an endless line', `CLIENT_RANDOM ${RANDOM} ${'ab'.repeat(5000)}`],
  ])('skips a line with %s, and reads on', (_, line) => {
    const keys = log(`${line}\nCLIENT_TRAFFIC_SECRET_0 ${'ff'.repeat(32)} ${SECRET}\n`)
    expect(keys.has(random)).toBe(false)
    expect(keys.size).toBe(1)
  })

  it('fits where a session was found in it, or a guess opened something', () => {
    const line = `CLIENT_RANDOM ${RANDOM} ${SECRET}\n`
    const asked = (): KeyLog => {
      const keys = log(line)
      keys.has(new Uint8Array(32))
      return keys
    }
    expect(log(line).match).toBe('some')
    expect(asked().match).toBe('none')
    const guessed = asked()
    expect(hex(guessed.guess('CLIENT_RANDOM', random))).toBe(SECRET)
    expect(guessed.match).toBe('none')
    guessed.nameless = true
    expect(guessed.match).toBe('none-named')
    guessed.opened()
    expect(guessed.match).toBe('some')
    const named = asked()
    named.has(random)
    expect(named.match).toBe('some')
  })

  it('takes whatever octets it is given', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (octets) => new KeyLog().add(octets).size >= 0))
  })
})
