import { describe, expect, it } from 'vitest'
import { MAX_PAGE, MAX_PATH_LENGTH, MAX_PATHS, readConnections, readExchanges, readOpen, readToEngine } from './params'

const page = { offset: 0, limit: 100 }
const query = { audit: 'a', ...page, sort: 'bytes', descending: true }

describe('what a window may ask', () => {
  it('passes a full query on, and nothing that is not part of it', () => {
    const full = { ...query, verdict: 'avoidable', cause: 'first', origin: 'http://shop', text: "'; DROP TABLE connections --" }
    expect(readConnections({ ...full, extra: 1, __proto__: { sort: 'x' } })).toEqual(full)
  })

  it('leaves absent filters absent', () => {
    expect(Object.keys(readConnections({ ...query, verdict: undefined }))).not.toContain('verdict')
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a column that is none', { ...query, sort: 'constructor' }],
    ['a column that is SQL', { ...query, sort: 'id; DROP TABLE connections' }],
    ['no direction', { ...query, descending: 'yes' }],
    ['a verdict that is none', { ...query, verdict: 'guilty' }],
    ['a cause that is none', { ...query, cause: 'toString' }],
    ['a page too long', { ...query, limit: MAX_PAGE + 1 }],
    ['a page before the first', { ...query, offset: -1 }],
    ['half a row', { ...query, offset: 0.5 }],
    ['no number', { ...query, offset: Number.NaN }],
    ['a number beyond the whole ones', { ...query, offset: 2 ** 53 }],
    ['endless text', { ...query, text: 'x'.repeat(513) }],
    ['an audit that is no text', { ...query, audit: {} }],
  ])('refuses connections with %s', (_name, params) => {
    expect(() => readConnections(params)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })

  it.each<[string, unknown]>([
    ['no paths', {}],
    ['a path that is no list', { paths: '/etc/passwd' }],
    ['an empty list', { paths: [] }],
    ['too many', { paths: Array.from({ length: MAX_PATHS + 1 }, () => 'a') }],
    ['an empty path', { paths: [''] }],
    ['a path with a null byte', { paths: ['shop.pcap\0.txt'] }],
    ['a number', { paths: [3] }],
    ['a key log that is a list', { paths: ['a'], keylog: ['/k'] }],
    ['a key log without a name', { paths: ['a'], keylog: '' }],
    ['a key log with a null byte', { paths: ['a'], keylog: '/k\0.log' }],
    ['a key log without end', { paths: ['a'], keylog: 'k'.repeat(MAX_PATH_LENGTH + 1) }],
  ])('refuses to open %s', (_name, params) => {
    expect(() => readOpen(params)).toThrow(expect.objectContaining({ code: 'bad-request' }))
  })

  it('passes on a key log, and none where none was given', () => {
    expect(readOpen({ paths: ['a.pcap'], keylog: '/k.log', more: 1 })).toEqual({ paths: ['a.pcap'], keylog: '/k.log' })
    expect(readOpen({ paths: ['a.pcap'], keylog: undefined })).toEqual({ paths: ['a.pcap'] })
  })

  it('reads a page of exchanges', () => {
    expect(readExchanges({ audit: 'a', connection: 4, ...page })).toEqual({ audit: 'a', connection: 4, ...page })
    expect(() => readExchanges({ audit: 'a', connection: '4', ...page })).toThrow(
      expect.objectContaining({ code: 'bad-request' }),
    )
  })

  it('tells calls, cancels, unknown methods and noise apart', () => {
    expect(readToEngine({ kind: 'call', id: 1, method: 'open', params: 5 })).toEqual({
      kind: 'call',
      id: 1,
      method: 'open',
      params: 5,
    })
    expect(readToEngine({ kind: 'cancel', id: 1, method: 'open' })).toEqual({ kind: 'cancel', id: 1 })
    expect(readToEngine({ kind: 'call', id: 1, method: 'hasOwnProperty' })).toEqual({ kind: 'unknown-method', id: 1 })
    expect(readToEngine({ kind: 'call', id: '1', method: 'open' })).toEqual({ kind: 'ignored' })
  })
})
