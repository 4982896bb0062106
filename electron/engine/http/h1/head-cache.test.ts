import { expect, it } from 'vitest'
import { HeadCache } from './head-cache'

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const read = (b: Uint8Array, start: number, end: number, count: { n: number }) => {
  count.n++
  return { text: Buffer.from(b.subarray(start, end)).toString('latin1') }
}

it('a head that came before is the same object, wherever it lies', () => {
  const cache = new HeadCache<{ text: string }>()
  const count = { n: 0 }
  const head = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n'
  const first = cache.get(octets(head), 0, head.length, read, count)
  expect(cache.get(octets(`xx${head}yy`), 2, 2 + head.length, read, count)).toBe(first)
  expect(count.n).toBe(1)
})

it('one octet that differs, anywhere, makes another head', () => {
  const cache = new HeadCache<{ text: string }>()
  const count = { n: 0 }
  const head = `GET /${'a'.repeat(90)} HTTP/1.1\r\n\r\n`
  for (let i = 0; i < head.length; i++) {
    const other = `${head.slice(0, i)}#${head.slice(i + 1)}`
    cache.get(octets(head), 0, head.length, read, count)
    expect(cache.get(octets(other), 0, other.length, read, count)?.text).toBe(other)
  }
})

it('neither long heads nor what is none is kept', () => {
  const cache = new HeadCache<{ text: string }>()
  const count = { n: 0 }
  const long = octets('a'.repeat(1025))
  for (let i = 0; i < 3; i++) expect(cache.get(long, 0, long.length, read, count)?.text.length).toBe(1025)
  expect(count.n).toBe(3)
  for (let i = 0; i < 3; i++) expect(cache.get(octets('x'), 0, 1, () => (count.n++, null), count)).toBeNull()
  expect(count.n).toBe(6)
})
