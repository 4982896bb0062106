/** What a page of ours may load and where it may go: nothing but itself. Pure, so that every rule is tested. */
import { APP_HOST, APP_SCHEME } from './asset-path'

/** Where the window's page comes from: the built files, or Vite's server during development. */
export interface Home {
  /** null: the built files. */
  readonly devServer: URL | null
}

/** The development server, if one is named and the application is not packaged. */
export function homeOf(devUrl: string | undefined, packaged: boolean): Home {
  if (devUrl === undefined || packaged) return { devServer: null }
  try {
    const url = new URL(devUrl)
    const local = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname === '[::1]'
    return { devServer: url.protocol === 'http:' && local ? url : null }
  } catch {
    return { devServer: null }
  }
}

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

const isApp = (url: URL): boolean =>
  url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST && url.username === '' && url.password === ''

/** Is this the window's own page? Only such a page may call main, and a window may show no other. */
export function isOwnPage(url: string, { devServer }: Home): boolean {
  const parsed = parse(url)
  if (parsed === null) return false
  return devServer === null ? isApp(parsed) : parsed.origin === devServer.origin
}

/** May the window's session send this request? Everything that would leave the machine is refused. */
export function isAllowedRequest(url: string, { devServer }: Home): boolean {
  const parsed = parse(url)
  if (parsed === null) return false
  // Chromium's own developer tools, and data the page made itself (its content security policy says which of it is used).
  if (parsed.protocol === 'devtools:' || parsed.protocol === 'data:') return true
  if (parsed.protocol === 'blob:') return isOwnPage(parsed.pathname, { devServer })
  if (isApp(parsed)) return true
  if (devServer === null) return false
  return parsed.host === devServer.host && (parsed.protocol === 'http:' || parsed.protocol === 'ws:')
}
