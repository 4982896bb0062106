import { describe, expect, it } from 'vitest'
import { auditMarkdown } from './markdown'
import { markdownCode, markdownText } from './markdown-markup'
import { auditOf, FINDING, SUMMARY, written } from './testing/fixture'

describe('escaping', () => {
  it.each([
    ['<script>alert(1)</script>', '\\<script\\>alert\\(1\\)\\</script\\>'],
    ['[x](javascript:alert(1))', '\\[x\\]\\(javascript:alert\\(1\\)\\)'],
    ['a|b', 'a\\|b'],
    ['**bold** _it_', '\\*\\*bold\\*\\* \\_it\\_'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '\\1. item'],
    ['@someone', '\\@someone'],
    ['https://evil.example', 'https\\://evil.example'],
    ['www.evil.example', 'www\\.evil.example'],
    ['&lt;', '\\&lt;'],
    ['a\nb\u202e', 'a\ufffdb\ufffd'],
  ])('%j as text', (given, expected) => {
    expect(markdownText(given)).toBe(expected)
  })

  it.each([
    ['http://a', '`http://a`'],
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['a|b', '`a\\|b`'],
  ])('%j as code', (given, expected) => {
    expect(markdownCode(given)).toBe(expected)
  })
})

describe('the audit as Markdown', () => {
  it('says the verdict and the numbers', async () => {
    const text = await written(auditMarkdown(auditOf()))
    expect(text).toContain('**Most handshakes were avoidable.** 30 of 32 connections')
    expect(text).toContain('| on a reused connection | 93 (74.4%) |')
    expect(text).toContain('| Wasted round trips | 30 of 32 |')
    expect(text).toContain('| Keep-alive disabled | 24 | 80.0% |')
    expect(text).toContain('| `http://shop.example` | 25 | 0% | 24 | 24 | 490 ms |')
    expect(text).toContain('### 1. Keep-alive is off at http\\://shop.example')
    expect(text).toContain('```nginx\nkeepalive_timeout 75s;\nkeepalive_requests 1000;\n```')
    expect(text).toContain('| 1 | `10.0.0.2:49324` | `http://shop.example` | 1 | 20.5 ms | Keep-alive disabled |')
  })

  it('fences a snippet with more backticks than it holds', async () => {
    const remedy = { ...FINDING.remedies[0]!, snippet: 'a\n```\n<b>' }
    const text = await written(auditMarkdown(auditOf({ ...SUMMARY, findings: [{ ...FINDING, remedies: [remedy] }] })))
    expect(text).toContain('````nginx\na\n```\n<b>\n````')
  })
})
