import { describe, expect, it } from 'vitest'
import { BadCall, readCallParams } from './call-params'

describe('what a page may ask of main', () => {
  it('passes sound parameters on', () => {
    expect(readCallParams.noteOpened([['/captures/a.pcap']])).toEqual([['/captures/a.pcap']])
    expect(readCallParams.exportPdf(['3f', 'shop.pdf', 'extra'])).toEqual(['3f', 'shop.pdf'])
    expect(readCallParams.setTheme(['dark'])).toEqual(['dark'])
    expect(readCallParams.chooseFiles([1, 2])).toEqual([])
    expect(readCallParams.openInNewWindow([['/a.pcap']])).toEqual([['/a.pcap']])
    expect(readCallParams.openInNewWindow([['/a.pcap'], '/k.log'])).toEqual([['/a.pcap'], '/k.log'])
  })

  it.each<[string, () => unknown]>([
    ['a path that is relative', () => readCallParams.openInNewWindow([['a.pcap']])],
    ['a path with a null byte', () => readCallParams.noteOpened([['/a\0b']])],
    ['a path that is an object', () => readCallParams.showInFolder([{ toString: () => '/etc' }])],
    ['paths that are none', () => readCallParams.noteOpened(['/etc'])],
    ['more than a thousand paths', () => readCallParams.noteOpened([Array.from({ length: 1001 }, () => '/a')])],
    ['a key log that is relative', () => readCallParams.openInNewWindow([['/a.pcap'], 'k.log'])],
    ['no audit', () => readCallParams.exportPdf([])],
    ['an endless text', () => readCallParams.copyText(['x'.repeat((1 << 20) + 1)])],
    ['a theme that is none', () => readCallParams.setTheme(['__proto__'])],
  ])('refuses %s', (_name, read) => expect(read).toThrow(BadCall))
})
