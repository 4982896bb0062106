import { describe, expect, it } from 'vitest'
import { HarDocument, type Json } from './document'
import { LongStringCutter } from './long-strings'
import { forceUtf8, wholeCharacters } from './utf8'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What the cutter leaves of a text, fed in pieces. */
function cut(text: string, limit: number, step: number): string {
  const bytes = bytesOf(text)
  const kept: number[] = []
  const cutter = new LongStringCutter(limit)
  for (let i = 0; i < bytes.length; i += step) cutter.write(bytes.subarray(i, i + step), (part) => kept.push(...part))
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(kept))
}

describe('cutting long strings', () => {
  it.each([1, 2, 3, 5, 1000])('keeps JSON parseable, in pieces of %i bytes', (step) => {
    const values = [
      'short',
      'a long string that goes on',
      'quote " inside a long one',
      'back\\slash at the end\\',
      'ünïcödé ünïcödé',
      '\u0001\u0002\u0003\u0004\u0005',
      '😀😀😀😀',
    ]
    for (let limit = 1; limit < 30; limit++) {
      const text = JSON.stringify(values).replaceAll('ö', '\\u00f6')
      const got = JSON.parse(cut(text, limit, step)) as string[]
      expect(got).toHaveLength(values.length)
      for (const [i, value] of got.entries()) expect(values[i]?.startsWith(value)).toBe(true)
    }
  })

  it('leaves strings within the limit alone', () => {
    const text = JSON.stringify({ a: ['x"y\\z', 'é'] })
    expect(cut(text, 100, 4)).toBe(text)
  })

  it('tells where in the input each part was', () => {
    const parts: [string, number][] = []
    const cutter = new LongStringCutter(3)
    cutter.write(bytesOf('["abcdef",1]'), (part, offset) => parts.push([new TextDecoder().decode(part), offset]))
    expect(parts).toEqual([
      ['["abc', 0],
      ['",1]', 8],
    ])
  })
})

describe('UTF-8', () => {
  it.each([
    ['abc', 0],
    ['é', 1],
    ['€', 1],
    ['€', 2],
    ['😀', 1],
    ['😀', 3],
  ])('a chunk that ends %s minus %i bytes is held back to whole characters', (text, missing) => {
    const bytes = bytesOf(`x${text}`)
    const chunk = bytes.subarray(0, bytes.length - missing)
    expect(wholeCharacters(chunk)).toBe(missing === 0 ? chunk.length : 1)
  })

  it('bad bytes become question marks', () => {
    const bytes = Uint8Array.from([0x61, 0xff, 0x62])
    expect(forceUtf8(bytes)).toBe(true)
    expect(new TextDecoder().decode(bytes)).toBe('a?b')
    expect(forceUtf8(bytesOf('é'))).toBe(false)
  })
})

describe('a document', () => {
  const entriesOf = (text: string): { entries: Json[]; document: HarDocument } => {
    const entries: Json[] = []
    const document = new HarDocument((entry) => entries.push(entry))
    document.write(bytesOf(text))
    return { entries, document }
  }

  it('gives entries with the wanted members only', () => {
    const { entries, document } = entriesOf(
      '{"log":{"creator":{"name":"X","extra":[1,{"a":2}]},"entries":[{"time":1,"request":{"url":"u","postData":{"text":"t","params":[[[]]]}},"_initiator":{"stack":[{}]}},{"time":2}]}}',
    )
    expect(entries.map((entry) => (entry as { time: number }).time)).toEqual([1, 2])
    expect((entries[0] as { request: { url: string; postData?: Json } }).request).toMatchObject({ url: 'u' })
    expect((entries[0] as { request: { postData?: Json } }).request.postData ?? null).toBeNull()
    expect(document.ended).toBe(true)
    expect(document.creator).toMatchObject({ name: 'X' })
  })

  it('keeps at most 500 header fields of a message', () => {
    const fields = Array.from({ length: 5000 }, (_, i) => `{"name":"n${i}","value":"v"}`).join(',')
    const { entries, document } = entriesOf(`{"log":{"entries":[{"request":{"url":"u","headers":[${fields}]},"time":7}]}}`)
    const { request, time } = entries[0] as { request: { headers: Json[] }; time: number }
    expect(request.headers).toHaveLength(500)
    expect(time).toBe(7)
    expect(document.ended).toBe(true)
  })

  it('does not take __proto__ for more than a name', () => {
    const { entries } = entriesOf('{"__proto__":{"x":1},"log":{"entries":[{"__proto__":{"time":3},"time":1}]}}')
    expect((entries[0] as { time: number }).time).toBe(1)
    expect(({} as { x?: number }).x).toBeUndefined()
  })

  it('stops at nesting without end', () => {
    const { document } = entriesOf(`{"log":{"entries":[{"x":${'['.repeat(100_000)}`)
    expect(document.brokenAt).not.toBeNull()
  })

  it.each([
    '{"log":{"entries":[{"time":1} {"time":2}]}}',
    '{"log":{"entries":[1,2,3]"request:"}}',
    '{"log":{"entries":[{"time":01}]}}',
    '{"log":{"entries":[{"time":1}]}',
  ])('knows that %s is not whole', (text) => {
    const { document } = entriesOf(text)
    expect(document.ended).toBe(false)
  })
})
