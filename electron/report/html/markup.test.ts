import { describe, expect, it } from 'vitest'
import { breakable, cssString, html, lines } from './markup'

describe('the template', () => {
  it('escapes whatever is put into it', () => {
    expect(html`<p title="${'"><script>alert(1)</script>'}">${"a & 'b'"}</p>`.text).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">a &amp; &#39;b&#39;</p>',
    )
  })

  it('takes markup, lists, numbers and nothing', () => {
    expect(html`${html`<b>${'<'}</b>`}|${['x', html`<i></i>`]}|${0}|${null}`.text).toBe('<b>&lt;</b>|x<i></i>|0|')
  })

  it('keeps numbers and their units together', () => {
    expect(html`${'took 3.21 s and 12 MB, 3 sheep'}`.text).toBe('took 3.21\u00a0s and 12\u00a0MB, 3 sheep')
  })

  it('shows control and bidirectional characters for what they are, and cuts what is endless', () => {
    expect(html`${'a\u202eb\u0000c'}`.text).toBe('a\ufffdb\ufffdc')
    expect(html`${'x'.repeat(1_000_000)}`.text.length).toBe(2000)
    expect(html`${'&'.repeat(1_000_000)}`.text).toMatch(/^(&amp;){1999}…$/)
  })
})

it('keeps lines and tabs of preformatted text', () => {
  expect(lines('a <b>\n\tc\r\nd\u001b').text).toBe('a &lt;b&gt;\n\tc\nd\ufffd')
})

it('writes CSS strings that end nowhere', () => {
  expect(cssString('shop 1')).toBe('"shop 1"')
  expect(cssString('"}</style>\\').slice(1, -1)).not.toMatch(/["}<>/]/)
  expect(cssString('a"b')).toBe('"a\\22 b"')
})

it('lets long names wrap, escaped all the same', () => {
  expect(breakable('http://a.example/<x>').text).toBe('http://<wbr>a.<wbr>example/&lt;x&gt;')
})
