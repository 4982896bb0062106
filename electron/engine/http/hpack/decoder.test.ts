import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HpackDecoder, MOST_TABLE_SIZE } from './decoder'

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'))

/** Decodes a block; fields as "name: value". */
function decode(decoder: HpackDecoder, block: Uint8Array): string[] {
  const fields: string[] = []
  if (!decoder.decode(block, 0, block.length, (name, value) => fields.push(`${name}: ${value}`))) fields.push('malformed')
  return fields
}

/** Newest first, as the RFC prints it. */
const table = (decoder: HpackDecoder): string[] =>
  Array.from({ length: decoder.table.length }, (_, i) => `${decoder.table.at(i)?.name}: ${decoder.table.at(i)?.value}`)

interface Example {
  readonly section: string
  readonly block: string
  readonly fields: readonly string[]
  /** Entries after it, and their size. */
  readonly entries: readonly string[]
  readonly size: number
}

const REQUEST_1 = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com']
const REQUEST_2 = [...REQUEST_1, 'cache-control: no-cache']
const REQUEST_3 = [
  ':method: GET',
  ':scheme: https',
  ':path: /index.html',
  ':authority: www.example.com',
  'custom-key: custom-value',
]
const REQUEST_TABLES = [
  [':authority: www.example.com'],
  ['cache-control: no-cache', ':authority: www.example.com'],
  ['custom-key: custom-value', 'cache-control: no-cache', ':authority: www.example.com'],
]
const FIRST_DATE = 'date: Mon, 21 Oct 2013 20:13:21 GMT'
const SECOND_DATE = 'date: Mon, 21 Oct 2013 20:13:22 GMT'
const LOCATION = 'location: https://www.example.com'
const COOKIE = 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'
const RESPONSE_1 = [':status: 302', 'cache-control: private', FIRST_DATE, LOCATION]
const RESPONSE_2 = [':status: 307', 'cache-control: private', FIRST_DATE, LOCATION]
const RESPONSE_3 = [':status: 200', 'cache-control: private', SECOND_DATE, LOCATION, 'content-encoding: gzip', COOKIE]
const RESPONSE_TABLES = [
  [LOCATION, FIRST_DATE, 'cache-control: private', ':status: 302'],
  [':status: 307', LOCATION, FIRST_DATE, 'cache-control: private'],
  [COOKIE, 'content-encoding: gzip', SECOND_DATE],
]

const series = (section: string, blocks: readonly string[], fields: string[][], tables: string[][], sizes: number[]): Example[] =>
  blocks.map((block, i) => ({
    section: `${section}.${i + 1}`,
    block,
    fields: fields[i] ?? [],
    entries: tables[i] ?? [],
    size: sizes[i] ?? 0,
  }))

const REQUESTS = [REQUEST_1, REQUEST_2, REQUEST_3]
const RESPONSES = [RESPONSE_1, RESPONSE_2, RESPONSE_3]

const SERIES: readonly (readonly [string, number, readonly Example[]])[] = [
  [
    'C.3 requests without Huffman coding',
    4096,
    series(
      'C.3',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
      REQUESTS,
      REQUEST_TABLES,
      [57, 110, 164],
    ),
  ],
  [
    'C.4 requests with Huffman coding',
    4096,
    series(
      'C.4',
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        '8286 84be 5886 a8eb 1064 9cbf',
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      ],
      REQUESTS,
      REQUEST_TABLES,
      [57, 110, 164],
    ),
  ],
  [
    'C.5 responses without Huffman coding, in a table of 256 octets',
    256,
    series(
      'C.5',
      [
        `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768
         7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
        '4803 3330 37c1 c0bf',
        `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738 666f 6f3d 4153
         444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
         3d31`,
      ].map((block) => block.replace(/\s+/g, '')),
      RESPONSES,
      RESPONSE_TABLES,
      [222, 222, 215],
    ),
  ],
  [
    'C.6 responses with Huffman coding, in a table of 256 octets',
    256,
    series(
      'C.6',
      [
        `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8
         e9ae 82ae 43d3`,
        '4883 640e ffc1 c0bf',
        `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b
         3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
      ].map((block) => block.replace(/\s+/g, '')),
      RESPONSES,
      RESPONSE_TABLES,
      [222, 222, 215],
    ),
  ],
]

describe('HPACK as in RFC 7541 appendix C', () => {
  // C.1.3 has an integer with a prefix of a whole octet, which no representation uses.
  it.each([
    ['C.1.1: 10 in a prefix of five bits', '2a', 10],
    ['C.1.2: 1337 in a prefix of five bits', '3f9a0a', 1337],
  ])('%s, as a table size', (_, block, size) => {
    const decoder = new HpackDecoder()
    expect(decode(decoder, hex(block))).toEqual([])
    expect(decoder.table.capacity).toBe(size)
  })

  it.each<Example>([
    {
      section: 'C.2.1 literal with indexing',
      block: '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      fields: ['custom-key: custom-header'],
      entries: ['custom-key: custom-header'],
      size: 55,
    },
    {
      section: 'C.2.2 literal without indexing',
      block: '040c 2f73 616d 706c 652f 7061 7468',
      fields: [':path: /sample/path'],
      entries: [],
      size: 0,
    },
    {
      section: 'C.2.3 literal never indexed',
      block: '1008 7061 7373 776f 7264 0673 6563 7265 74',
      fields: ['password: secret'],
      entries: [],
      size: 0,
    },
    { section: 'C.2.4 indexed', block: '82', fields: [':method: GET'], entries: [], size: 0 },
  ])('$section', ({ block, fields, entries, size }) => {
    const decoder = new HpackDecoder()
    expect(decode(decoder, hex(block))).toEqual(fields)
    expect(table(decoder)).toEqual(entries)
    expect(decoder.table.size).toBe(size)
  })

  it.each(SERIES)('%s', (_, capacity, examples) => {
    const decoder = new HpackDecoder()
    decoder.table.resize(capacity)
    for (const { section, block, fields, entries, size } of examples) {
      expect(decode(decoder, hex(block)), section).toEqual(fields)
      expect(table(decoder), section).toEqual(entries)
      expect(decoder.table.size, section).toBe(size)
    }
  })
})

describe('the dynamic table', () => {
  it('lets the oldest go when an update makes it smaller, and grows again empty', () => {
    const decoder = new HpackDecoder()
    // Two entries of 34 octets: a=1, b=2.
    decode(decoder, hex('4001 61 01 31  4001 62 01 32'))
    expect(table(decoder)).toEqual(['b: 2', 'a: 1'])
    decode(decoder, hex('3f 03')) // 34
    expect(table(decoder)).toEqual(['b: 2'])
    decode(decoder, hex('20 3f e1 1f')) // 0, then 4096
    expect(table(decoder)).toEqual([])
    expect(decoder.table.capacity).toBe(4096)
  })

  it('is emptied by an entry larger than itself', () => {
    const decoder = new HpackDecoder()
    decode(decoder, hex('4001 61 01 31  3f 03'))
    expect(decode(decoder, hex('4001 62 02 3232'))).toEqual(['b: 22'])
    expect(table(decoder)).toEqual([])
  })

  it('never becomes larger than a mebibyte', () => {
    const decoder = new HpackDecoder()
    expect(decode(decoder, hex('3f ff ff ff 7f'))).toEqual([])
    expect(decoder.table.capacity).toBe(MOST_TABLE_SIZE)
  })
})

describe('malformed blocks', () => {
  it.each([
    ['index 0', '80'],
    ['an index beyond the table', 'be'],
    ['a name index beyond the table', '7e 01 61'],
    ['an integer without its end', 'ff'],
    ['an integer of too many octets', 'ff 80 80 80 80 80 00'],
    ['a string longer than the block', '00 05 61'],
    ['a literal without its value', '00 01 61'],
    ['a Huffman-coded string padded with zeros', '00 01 61 81 00'],
    ['a Huffman-coded string with a whole octet of padding', '00 01 61 82 07 ff'],
    ['a Huffman-coded string with the end-of-string symbol', '00 01 61 84 ff ff ff ff'],
  ])('%s', (_, block) => {
    expect(decode(new HpackDecoder(), hex(block))).toEqual(['malformed'])
  })

  it('gives what came before the fault', () => {
    expect(decode(new HpackDecoder(), hex('82 80'))).toEqual([':method: GET', 'malformed'])
  })

  it('are survived, whatever they are', () => {
    const decoder = new HpackDecoder()
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (block) => {
        decode(decoder, block)
        expect(decoder.table.size).toBeLessThanOrEqual(Math.max(decoder.table.capacity, 0))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a decoder that missed blocks', () => {
  it('knows the static table and what was sent since, and says what it cannot know', () => {
    const whole = new HpackDecoder()
    const late = new HpackDecoder()
    late.lose()
    const before = '4001 61 01 31'
    const after = '82 be 4001 62 01 32 be bf 7f 00 01 33'
    decode(whole, hex(before))
    expect(decode(whole, hex(after))).toEqual([':method: GET', 'a: 1', 'b: 2', 'b: 2', 'a: 1', 'a: 3'])
    expect(decode(late, hex(after))).toEqual([':method: GET', 'null: null', 'b: 2', 'b: 2', 'null: null', 'null: 3'])
  })
})
