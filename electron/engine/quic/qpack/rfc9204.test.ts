/** The examples of RFC 9204 appendix B, one after another on one decoder, and what they leave in its table. */
import { describe, expect, it } from 'vitest'
import { QpackDecoder } from './decoder'
import { STATIC_FIELDS } from './static-table'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

function decoder(): QpackDecoder {
  const d = new QpackDecoder()
  d.table.allowed = 220
  return d
}

function instructions(d: QpackDecoder, text: string): void {
  const bytes = hex(text)
  d.instructions(bytes, 0, bytes.length)
}

function section(d: QpackDecoder, text: string): { sound: boolean; fields: string[] } {
  const bytes = hex(text)
  const fields: string[] = []
  const sound = d.decode(bytes, 0, bytes.length, (name, value) => fields.push(`${String(name)}=${String(value)}`))
  return { sound, fields }
}

const blocked = (d: QpackDecoder, text: string): boolean => d.isBlocked(hex(text), 0, hex(text).length)

const CAPACITY_AND_TWO = '3fbd01 c00f 7777 772e 6578 616d 706c 652e 636f 6d c10c 2f73 616d 706c 652f 7061 7468'
const CUSTOM = '4a63 7573 746f 6d2d 6b65 790c 6375 7374 6f6d 2d76 616c 7565'

describe('RFC 9204 appendix B', () => {
  it('B.1: a literal with a name of the static table', () => {
    expect(section(decoder(), '0000 510b 2f69 6e64 6578 2e68 746d 6c')).toEqual({ sound: true, fields: [':path=/index.html'] })
  })

  it('B.2 to B.5: the dynamic table', () => {
    const d = decoder()
    expect(blocked(d, '0381 10 11')).toBe(true)
    instructions(d, CAPACITY_AND_TWO)
    expect(blocked(d, '0381 10 11')).toBe(false)
    expect(section(d, '0381 10 11')).toEqual({ sound: true, fields: [':authority=www.example.com', ':path=/sample/path'] })
    instructions(d, CUSTOM)
    expect(blocked(d, '0500 80 c1 81')).toBe(true)
    instructions(d, '02')
    expect(section(d, '0500 80 c1 81')).toEqual({
      sound: true,
      fields: [':authority=www.example.com', ':path=/', 'custom-key=custom-value'],
    })
    expect(d.table.at(0)?.value).toBe('www.example.com')
    instructions(d, '810d 6375 7374 6f6d 2d76 616c 7565 32')
    // The oldest left to make room.
    expect([0, 1, 2, 3, 4].map((i) => d.table.at(i)?.value)).toEqual([
      undefined,
      '/sample/path',
      'custom-value',
      'www.example.com',
      'custom-value2',
    ])
  })

  it('the same, an octet at a time', () => {
    const d = decoder()
    for (const octet of hex(CAPACITY_AND_TWO + CUSTOM)) d.instructions(Uint8Array.of(octet), 0, 1)
    expect(section(d, '0381 10 11').fields).toEqual([':authority=www.example.com', ':path=/sample/path'])
    expect(d.table.inserted).toBe(3)
  })
})

describe('what the capture lacks', () => {
  it('is not known, and blocks nothing', () => {
    const d = decoder()
    d.lose()
    expect(blocked(d, '0381 10 11')).toBe(false)
    expect(section(d, '0381 d1 10')).toEqual({ sound: true, fields: [':method=GET', 'null=null'] })
  })

  it('a broken instruction ends what is known', () => {
    const d = decoder()
    instructions(d, 'ff80 8080 8080 8080 8080 80')
    expect(d.lost).toBe(true)
  })
})

describe('malformed sections', () => {
  it.each(['', '00', '0000 ff', '0000 5f', '0000 51ff ffff ffff ff', '0000 27 ff'])('%s is not sound', (text) => {
    expect(section(decoder(), text).sound).toBe(false)
  })
})

it('the static table has 99 entries, the last as in appendix A', () => {
  expect(STATIC_FIELDS).toHaveLength(99)
  const at = (i: number): string => `${STATIC_FIELDS[i]!.name}=${STATIC_FIELDS[i]!.value}`
  expect([0, 17, 25, 28, 31, 46, 52, 63, 71, 74, 85, 95, 98].map(at)).toEqual([
    ':authority=',
    ':method=GET',
    ':status=200',
    ':status=503',
    'accept-encoding=gzip, deflate, br',
    'content-type=application/json',
    'content-type=text/html; charset=utf-8',
    ':status=100',
    ':status=500',
    'access-control-allow-credentials=TRUE',
    "content-security-policy=script-src 'none'; object-src 'none'; base-uri 'none'",
    'user-agent=',
    'x-frame-options=sameorigin',
  ])
})
