import { readFile } from 'node:fs/promises'
import { protocol, type Session } from 'electron'
import { APP_SCHEME, assetOf } from './asset-path'
import { CONTENT_SECURITY_POLICY } from './content-security-policy'

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
}

/** Before the application is ready: gives `app:` an origin of its own, so that 'self' means something. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built window from `root` as app://roundtrip/. */
export function serveApp(session: Session, root: string): void {
  const notFound = (): Response => new Response('Not found', { status: 404, headers: HEADERS })
  session.protocol.handle(APP_SCHEME, async ({ url, method }) => {
    const asset = method === 'GET' ? assetOf(root, url) : null
    if (asset === null) return notFound()
    try {
      const body = await readFile(asset.path)
      return new Response(new Uint8Array(body), { headers: { ...HEADERS, 'Content-Type': asset.contentType } })
    } catch {
      return notFound()
    }
  })
}
