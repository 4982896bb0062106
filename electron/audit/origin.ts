import type { Subject } from './subjects'

const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

/** scheme + authority; a forward proxy's address for absolute-form requests; the server's address where no authority is known. */
export function originOf(s: Subject): string {
  const address = s.address ?? ''
  const authority = s.first?.authority ?? s.sni
  if (s.byProxyAddress) return `proxy ${address}`
  if (s.first?.method === 'CONNECT') return `tunnel ${(authority ?? address).toLowerCase()}`
  if (authority === null || authority === '') return address
  const scheme = s.first?.scheme ?? (s.sni !== null || s.transport === 'quic' ? 'https' : 'http')
  return `${scheme}://${withoutDefaultPort(authority.toLowerCase(), scheme)}`
}

function withoutDefaultPort(authority: string, scheme: string): string {
  const port = DEFAULT_PORTS[scheme]
  return port !== undefined && authority.endsWith(port) ? authority.slice(0, -port.length) : authority
}
