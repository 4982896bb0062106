/** Which header fields show a proxy, as conditions on `header_sets`; and whose they are. Sources: electron/engine/http/forwarding.ts. */

/** The request has passed a proxy. */
export const SENT_BY_PROXY = '(coalesce(forwarded, false) OR request_via IS NOT NULL OR coalesce(sent_by_proxy, false))'
/** The response has. */
export const ANSWERED_BY_PROXY = '(response_via IS NOT NULL OR coalesce(answered_by_proxy, false))'

/** Over the connections of one client and server: most requests passed a proxy, or programs that differ share a connection. */
export const FROM_PROXY =
  '(coalesce(bool_or(mixed_agents), false) OR coalesce(2 * sum(proxied_exchanges) > sum(exchange_count), false))'
/**
 * What nginx sends its upstreams unless it is told otherwise (before 1.29.7), in the name of a program that itself speaks HTTP/1.1
 * and keeps connections: HTTP/1.0 with "Connection: close".
 */
export const NGINX_DEFAULT =
  "coalesce(last_version = 'HTTP/1.0' AND lower(trim(request_connection)) = 'close' AND regexp_matches(first_agent, '^(Mozilla|curl|Wget)/'), false)"

/** Whose a field is; the first that matches names the product. */
const PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/\bcf-(?:ray|connecting-ip)\b/, 'Cloudflare'],
  [/\bx-amz-cf-(?:id|pop)\b/, 'Amazon CloudFront'],
  [/\bfastly-(?:ff|client-ip)\b/, 'Fastly'],
  [/\b(?:akamai-origin-hop|x-akamai-request-id)\b/, 'Akamai'],
  [/\bx-azure-(?:ref|fdid)\b/, 'Azure Front Door'],
  [/\b(?:incap-client-ip|x-iinfo)\b/, 'Imperva'],
  [/\bx-envoy-external-address\b/, 'Envoy'],
  [/\bx-arr-log-id\b/, 'IIS Application Request Routing'],
  [/\bx-varnish\b/, 'Varnish'],
]
const VIA_PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/cloudfront/i, 'Amazon CloudFront'],
  [/\bvarnish\b/i, 'Varnish'],
  [/\bgoogle\b/i, 'Google Cloud load balancing'],
  [/akamai/i, 'Akamai'],
  [/\bcaddy\b/i, 'Caddy'],
  [/\bvegur\b|heroku/i, 'Heroku'],
]

/** The proxy's product, told by its fields and by Via; null where they do not tell. */
export function proxyProduct(fields: string | null, via: string | null): string | null {
  if (fields !== null) for (const [pattern, product] of PRODUCTS) if (pattern.test(fields)) return product
  if (via === null) return null
  const last = via.slice(0, 2000).split(',').at(-1) ?? ''
  for (const [pattern, product] of VIA_PRODUCTS) if (pattern.test(last)) return product
  // A comment behind the last hop's name: "1.1 proxy.example (squid/5.7)" (RFC 9110 §7.6.3).
  return /\(([\w .+-]{1,40}\/[\w.+-]{1,20})[^)]{0,60}\)\s*$/.exec(last)?.[1] ?? null
}
