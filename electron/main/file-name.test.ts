import { describe, expect, it } from 'vitest'
import { pdfName, windowTitle, withPdfEnding } from './file-name'

describe('the name suggested for a PDF', () => {
  it.each([
    ['shop audit.pdf', 'shop audit.pdf'],
    ['shop.pcapng', 'shop.pcapng.pdf'],
    ['../../etc/cron.d/x.pdf', 'etc-cron.d-x.pdf'],
    ['C:\\Windows\\x', 'C-Windows-x.pdf'],
    ['.bashrc', 'bashrc.pdf'],
    ['nul', 'roundtrip-audit.pdf'],
    ['con.pdf', 'roundtrip-audit.pdf'],
    ['a\0b\nc', 'a-b-c.pdf'],
    ['invoice\u202efdp.exe', 'invoice-fdp.exe.pdf'],
    ['', 'roundtrip-audit.pdf'],
    ['...', 'roundtrip-audit.pdf'],
  ])('of %j is %j', (given, name) => expect(pdfName(given)).toBe(name))

  it('is short enough for a file system', () => expect(pdfName('x'.repeat(5000))).toHaveLength(124))

  it('ends as a PDF does', () => {
    expect(withPdfEnding('/tmp/a')).toBe('/tmp/a.pdf')
    expect(withPdfEnding('/tmp/a.PDF')).toBe('/tmp/a.PDF')
  })
})

describe("a window's title", () => {
  it('names what it shows', () => {
    expect(windowTitle([], 'Roundtrip')).toBe('Roundtrip')
    expect(windowTitle(['/captures/shop.pcap'], 'Roundtrip')).toBe('shop.pcap – Roundtrip')
    expect(windowTitle(['/a.pcap', '/b.pcap', '/c.pcap'], 'Roundtrip')).toBe('a.pcap and 2 more – Roundtrip')
  })
})
