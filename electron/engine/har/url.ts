/** A HAR's request URL. The browser's own URL parser would repair what is wrong; here it stays as sent. */

export interface Target {
  /** Lower case, without the colon; null for a relative URL. */
  readonly scheme: string | null
  /** Host and port as in the URL, without user information; null where it has none. */
  readonly authority: string | null
  /** The port that the URL names or implies; 0 where neither is known. */
  readonly port: number
  /** Path and query, without the fragment. */
  readonly path: string
}

const ABSOLUTE = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^#]*)/i

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443 }

export function parseTarget(url: string): Target {
  const found = ABSOLUTE.exec(url)
  if (found === null) return { scheme: null, authority: null, port: 0, path: url.split('#', 1)[0] ?? '' }
  const scheme = (found[1] ?? '').toLowerCase()
  const authority = withoutUser(found[2] ?? '')
  return { scheme, authority: authority === '' ? null : authority, port: portOf(authority, scheme), path: pathOf(found[3] ?? '') }
}

function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1).toLowerCase()
}

function portOf(authority: string, scheme: string): number {
  // After a bracketed IPv6 address, or after a name.
  const port = /(?:^|[^:\]]|\]):(\d{1,5})$/.exec(authority)?.[1]
  if (port !== undefined && (!authority.startsWith('[') || authority.includes(']:'))) return Math.min(Number(port), 65535)
  return DEFAULT_PORTS[scheme] ?? 0
}

function pathOf(rest: string): string {
  return rest.startsWith('/') ? rest : `/${rest}`
}
