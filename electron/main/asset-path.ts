import { extname, join, relative, isAbsolute, sep } from 'node:path'

export const APP_SCHEME = 'app'
export const APP_HOST = 'roundtrip'
/** The window's page. */
export const APP_PAGE = `${APP_SCHEME}://${APP_HOST}/index.html`

export interface Asset {
  readonly path: string
  readonly contentType: string
}

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.woff', 'font/woff'],
])

/** The path a URL names, decoded once; null if it is not ours or is badly encoded. */
function pathOf(url: string): string | null {
  try {
    const { protocol, host, pathname } = new URL(url)
    return protocol === `${APP_SCHEME}:` && host === APP_HOST ? decodeURIComponent(pathname) : null
  } catch {
    return null
  }
}

/**
 * The file of the built window that a URL names, or null: only files below `root`, only of the kinds a build makes.
 *
 * @param root absolute folder of the built window
 */
export function assetOf(root: string, url: string): Asset | null {
  const path = pathOf(url)
  if (path === null || path.includes('\0') || path.includes('\\')) return null
  const file = join(root, path === '/' ? 'index.html' : path)
  const inside = relative(root, file)
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null
  const contentType = CONTENT_TYPES.get(extname(file))
  return contentType === undefined ? null : { path: file, contentType }
}
