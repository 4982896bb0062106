import { describe, expect, it } from 'vitest'
import { marksOfField, marksOfText, wordsOfMarks } from './product-marks'

const line = (text: string): string | null => {
  const b = new TextEncoder().encode(text)
  const colon = text.indexOf(':')
  return wordsOfMarks(marksOfField(b, 0, colon, colon, b.length))
}

describe.each([
  ['CF-RAY: 8f2b3c4d5e6f7a8b-FRA', 'cf-ray'],
  ['X-Amz-Cf-Id: abc==', 'x-amz-cf-id'],
  ['X-Iinfo: 9-123-456 NNNN CT(1 2 0)', 'x-iinfo'],
  ['X-CDN: Imperva', 'x-cdn:imperva'],
  ['Set-Cookie: AWSALB=abc; Path=/', 'set-cookie:awsalb'],
  ['x-powered-by:   Express', 'x-powered-by:express'],
  ['X-Served-By: cache-fra-etou8220041-FRA', 'x-served-by:cache-'],
  ['x-envoy-upstream-service-time: 12', 'x-envoy-upstream-service-time'],
  ['X-Varnish: 32770 5', 'x-varnish'],
  ['X-Azure-Ref: 0abc', 'x-azure-ref'],
])('%s', (text, word) => {
  it('is told, read from octets or from text', () => {
    expect(line(text)).toBe(word)
    const colon = text.indexOf(':')
    const name = text.slice(0, colon).toLowerCase()
    expect(wordsOfMarks(marksOfText(name, text.slice(colon + 1).trimStart()))).toBe(word)
  })
})

it.each(['X-CDN: other', 'Set-Cookie: session=awsalb', 'X-Powered-By: Exp', 'cf-rax: 1', 'Server: cloudflare'])(
  '%s names nothing here',
  (text) => expect(line(text)).toBeNull(),
)

it('several are words in the order of the list', () => {
  expect(wordsOfMarks(marksOfText('x-varnish', '1') | marksOfText('cf-ray', 'a'))).toBe('cf-ray x-varnish')
})
