import { describe, expect, it } from 'vitest'
import { APP_PAGE, assetOf } from './asset-path'

const root = '/opt/roundtrip/out/renderer'

describe("the window's files", () => {
  it('serves the page and what it loads', () => {
    expect(assetOf(root, APP_PAGE)).toEqual({ path: `${root}/index.html`, contentType: 'text/html; charset=utf-8' })
    expect(assetOf(root, 'app://roundtrip/')?.path).toBe(`${root}/index.html`)
    expect(assetOf(root, 'app://roundtrip/assets/main-abc.js?v=1#x')).toEqual({
      path: `${root}/assets/main-abc.js`,
      contentType: 'text/javascript; charset=utf-8',
    })
    expect(assetOf(root, 'app://roundtrip/assets/a%20b.css')?.path).toBe(`${root}/assets/a b.css`)
  })

  it.each([
    'app://roundtrip/../main/index.js',
    'app://roundtrip/%2e%2e/main/index.js',
    'app://roundtrip/..%2fmain%2findex.js',
    'app://roundtrip/assets/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd.html',
    'app://roundtrip/%2e%2e%2fpreload.js',
    'app://roundtrip/..%5c..%5cwindows%5cwin.json',
    'app://roundtrip/index.html%00.js',
    'app://roundtrip/%',
    'app://roundtrip/main.cjs',
    'app://roundtrip/package',
    'app://roundtrip/index.js.map',
    'app://elsewhere/index.html',
    'app://roundtrip:8080/index.html',
    'file:///etc/passwd.html',
    'https://roundtrip/index.html',
    'not a url',
    '',
  ])('serves nothing for %s', (url) => {
    const asset = assetOf(root, url)
    // A dot segment that the URL parser itself resolves stays inside the root; nothing may leave it.
    if (asset !== null) expect(asset.path.startsWith(`${root}/`)).toBe(true)
    else expect(asset).toBeNull()
  })

  it('never leaves its folder, however the dots are written', () => {
    for (const dots of ['..', '%2e%2e', '.%2e', '%2e.'])
      for (const slash of ['/', '%2f', '%2F'])
        for (let depth = 1; depth < 8; depth++) {
          const asset = assetOf(root, `app://roundtrip/${`${dots}${slash}`.repeat(depth)}secret.json`)
          expect(asset === null || asset.path === `${root}/secret.json`).toBe(true)
        }
  })
})
