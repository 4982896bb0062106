/** The static table of QPACK (RFC 9204 appendix A): unlike HPACK's it counts from 0. */

/** "name=value"; fields that share a name follow one another as "name=value\tvalue". Values hold no tab. */
const TEXT: readonly string[] = [
  ':authority=',
  ':path=/',
  'age=0',
  'content-disposition=',
  'content-length=0',
  'cookie=',
  'date=',
  'etag=',
  'if-modified-since=',
  'if-none-match=',
  'last-modified=',
  'link=',
  'location=',
  'referer=',
  'set-cookie=',
  ':method=CONNECT\tDELETE\tGET\tHEAD\tOPTIONS\tPOST\tPUT',
  ':scheme=http\thttps',
  ':status=103\t200\t304\t404\t503',
  'accept=*/*\tapplication/dns-message',
  'accept-encoding=gzip, deflate, br',
  'accept-ranges=bytes',
  'access-control-allow-headers=cache-control\tcontent-type',
  'access-control-allow-origin=*',
  'cache-control=max-age=0\tmax-age=2592000\tmax-age=604800\tno-cache\tno-store\tpublic, max-age=31536000',
  'content-encoding=br\tgzip',
  'content-type=application/dns-message\tapplication/javascript\tapplication/json\tapplication/x-www-form-urlencoded',
  'content-type=image/gif\timage/jpeg\timage/png\ttext/css\ttext/html; charset=utf-8\ttext/plain\ttext/plain;charset=utf-8',
  'range=bytes=0-',
  'strict-transport-security=max-age=31536000\tmax-age=31536000; includesubdomains\tmax-age=31536000; includesubdomains; preload',
  'vary=accept-encoding\torigin',
  'x-content-type-options=nosniff',
  'x-xss-protection=1; mode=block',
  ':status=100\t204\t206\t302\t400\t403\t421\t425\t500',
  'accept-language=',
  'access-control-allow-credentials=FALSE\tTRUE',
  'access-control-allow-headers=*',
  'access-control-allow-methods=get\tget, post, options\toptions',
  'access-control-expose-headers=content-length',
  'access-control-request-headers=content-type',
  'access-control-request-method=get\tpost',
  'alt-svc=clear',
  'authorization=',
  "content-security-policy=script-src 'none'; object-src 'none'; base-uri 'none'",
  'early-data=1',
  'expect-ct=',
  'forwarded=',
  'if-range=',
  'origin=',
  'purpose=prefetch',
  'server=',
  'timing-allow-origin=*',
  'upgrade-insecure-requests=1',
  'user-agent=',
  'x-forwarded-for=',
  'x-frame-options=deny\tsameorigin',
]

export interface StaticField {
  readonly name: string
  readonly value: string
}

export const STATIC_FIELDS: readonly StaticField[] = TEXT.flatMap((text) => {
  const at = text.indexOf('=')
  const name = text.slice(0, at)
  return text
    .slice(at + 1)
    .split('\t')
    .map((value) => ({ name, value }))
})
