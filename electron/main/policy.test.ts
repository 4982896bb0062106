import { describe, expect, it } from 'vitest'
import { homeOf, isAllowedRequest, isOwnPage } from './policy'

const built = homeOf(undefined, true)
const dev = homeOf('http://localhost:5173/', false)

describe('where the page comes from', () => {
  it('is the development server only when it is local, and never in a packaged application', () => {
    expect(dev.devServer?.origin).toBe('http://localhost:5173')
    expect(homeOf('http://localhost:5173/', true).devServer).toBeNull()
    expect(homeOf('https://evil.example/', false).devServer).toBeNull()
    expect(homeOf('http://localhost.evil.example/', false).devServer).toBeNull()
    expect(homeOf('file:///tmp/x.html', false).devServer).toBeNull()
    expect(homeOf('', false).devServer).toBeNull()
  })
})

describe('navigation', () => {
  it('stays on the page', () => {
    expect(isOwnPage('app://roundtrip/index.html#/connections', built)).toBe(true)
    expect(isOwnPage('http://localhost:5173/#x', dev)).toBe(true)
  })

  it.each([
    'https://example.com/',
    'http://localhost:5173/',
    'file:///home/ada/shop.har',
    'app://other/index.html',
    'app://roundtrip.evil/index.html',
    'app://user@roundtrip/index.html',
    'data:text/html,<script>1</script>',
    'javascript:alert(1)',
    'blob:app://roundtrip/1',
    'about:blank',
    'chrome://gpu',
    '',
  ])('never goes to %s', (url) => {
    expect(isOwnPage(url, built)).toBe(false)
  })

  it('does not mistake another port for the development server', () => {
    expect(isOwnPage('http://localhost:5174/', dev)).toBe(false)
    expect(isOwnPage('app://roundtrip/index.html', dev)).toBe(false)
  })
})

describe('requests', () => {
  it.each([
    'app://roundtrip/assets/a.js',
    'devtools://devtools/bundled/x.js',
    'data:image/svg+xml,x',
    'blob:app://roundtrip/0-1',
  ])('allows %s', (url) => expect(isAllowedRequest(url, built)).toBe(true))

  it.each([
    'https://fonts.example/a.woff2',
    'http://127.0.0.1:9200/',
    'ws://localhost:5173/',
    'wss://example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'blob:https://example.com/1',
    'app://elsewhere/a.js',
    '//example.com',
  ])('refuses %s', (url) => expect(isAllowedRequest(url, built)).toBe(false))

  it('lets development reach its own server, no other', () => {
    expect(isAllowedRequest('http://localhost:5173/@vite/client', dev)).toBe(true)
    expect(isAllowedRequest('ws://localhost:5173/', dev)).toBe(true)
    expect(isAllowedRequest('http://localhost:3000/', dev)).toBe(false)
    expect(isAllowedRequest('https://localhost:5173/', dev)).toBe(false)
  })
})
