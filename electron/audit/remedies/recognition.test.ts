/** Products told by header lines as they are sent in the field: from the products' documentation and public captures. */
import { describe, expect, it } from 'vitest'
import { PRODUCTS } from './products'
import type { CaseGroup } from '../findings/groups'
import { remediesFor } from './index'
import { caseOf } from './testing/case'

const recognised = (side: 'server' | 'client', traces: Partial<CaseGroup>): readonly string[] =>
  PRODUCTS.filter((product) => (product[side]?.seen(caseOf(traces)) ?? null) !== null).map(({ id }) => id)

describe('servers by the Server field', () => {
  it.each([
    ['nginx/1.29.3', ['nginx']],
    ['nginx', ['nginx']],
    ['openresty/1.27.1.2', ['nginx']],
    ['Apache/2.4.65 (Debian)', ['apache']],
    ['Apache/2.4.41 (Ubuntu) OpenSSL/1.1.1f mod_wsgi/4.6.8 Python/3.8', ['apache']],
    ['Apache-Coyote/1.1', ['tomcat']],
    ['Microsoft-IIS/10.0', ['iis']],
    ['LiteSpeed', ['litespeed']],
    ['Caddy', ['caddy']],
    ['envoy', ['envoy']],
    ['istio-envoy', ['envoy']],
    ['Jetty(12.0.16)', ['jetty']],
    ['Jetty(9.4.58.v20250814)', ['jetty']],
    ['WildFly/10', ['undertow']],
    ['JBoss-EAP/7', ['undertow']],
    ['gunicorn', ['gunicorn']],
    ['gunicorn/19.9.0', ['gunicorn']],
    ['uvicorn', ['uvicorn']],
    ['Kestrel', ['kestrel']],
    ['Python/3.11 aiohttp/3.9.1', ['aiohttp-server']],
    ['cloudflare', ['cloudflare']],
    ['awselb/2.0', ['alb']],
    ['AkamaiGHost', ['akamai']],
    ['Microsoft-Azure-Application-Gateway/v2', ['azure-application-gateway']],
    // None of ours, however alike.
    ['ApacheTrafficServer/9.2', []],
    ['nginxish', []],
    ['my-nginx', []],
    ['SimpleHTTP/0.6 Python/3.11.2', ['python-http-server']],
    ['BaseHTTP/0.6 Python/2.7.18', ['python-http-server']],
    ['Werkzeug/3.0.1 Python/3.12.1', []],
    ['gws', []],
  ])('%s', (product, ids) => expect(recognised('server', { product })).toEqual(ids))
})

describe('servers by other fields of the response', () => {
  it.each<[string, Partial<CaseGroup>, string[]]>([
    [
      'CloudFront before S3',
      { product: 'AmazonS3', responseVia: '1.1 0a1b2c.cloudfront.net (CloudFront)', responseMarks: 'x-amz-cf-id' },
      ['cloudfront'],
    ],
    [
      'Varnish',
      { product: 'Apache', responseVia: '1.1 varnish (Varnish/7.1)', responseMarks: 'x-varnish' },
      ['apache', 'varnish'],
    ],
    ['Fastly is no Varnish', { product: null, responseVia: '1.1 varnish', responseMarks: 'x-served-by:cache-' }, ['fastly']],
    ['Google', { product: null, responseVia: '1.1 google' }, ['google-lb']],
    ['Imperva', { product: null, responseMarks: 'x-iinfo x-cdn:imperva' }, ['imperva']],
    ['Azure Front Door', { product: null, responseMarks: 'x-azure-ref' }, ['azure-front-door']],
    ['Envoy without its Server', { product: 'nginx', responseMarks: 'x-envoy-upstream-service-time' }, ['nginx', 'envoy']],
    ['Express', { product: null, responseMarks: 'x-powered-by:express' }, ['node']],
    ['Node.js by its hint', { product: null, advertisedTimeout: 5, advertisedMax: null }, ['node']],
    ['Fastify', { product: null, advertisedTimeout: 72, requestConnection: 'keep-alive' }, ['node']],
    ['Node.js with a value of its own, unasked', { product: null, advertisedTimeout: 30 }, ['node']],
    // Tomcat 10.1 sends "Keep-Alive: timeout=20" to who sends "Connection: keep-alive", and no Server.
    ['a value that was asked for', { product: null, advertisedTimeout: 30, requestConnection: 'keep-alive' }, []],
    [
      'Tomcat as shipped',
      { product: null, advertisedTimeout: 20, requestConnection: 'keep-alive', responseMarks: 'set-cookie:jsessionid' },
      ['tomcat'],
    ],
    [
      'Tomcat with the value of Node.js',
      { product: null, advertisedTimeout: 5, responseMarks: 'set-cookie:jsessionid' },
      ['tomcat'],
    ],
    ['a hint with max is not Node.js', { product: null, advertisedTimeout: 5, advertisedMax: 100 }, []],
  ])('%s', (_, traces, ids) => expect(recognised('server', traces)).toEqual(ids))
})

describe('clients by User-Agent', () => {
  it.each([
    ['curl/8.14.1', ['curl']],
    ['libcurl/7.88.1 OpenSSL/3.0.17', ['curl']],
    ['python-requests/2.32.5', ['requests']],
    ['python-urllib3/2.5.0', ['requests']],
    ['Python-urllib/3.12', ['requests']],
    ['python-httpx/0.28.1', ['httpx']],
    ['Python/3.11 aiohttp/3.9.1', ['aiohttp']],
    ['Go-http-client/1.1', ['go']],
    ['Go-http-client/2.0', ['go']],
    ['Java-http-client/17.0.15', ['java']],
    ['Apache-HttpClient/5.5 (Java/21.0.8)', ['apache-hc']],
    ['Apache-HttpAsyncClient/4.1.5 (Java/11)', ['apache-hc']],
    ['okhttp/4.12.0', ['okhttp']],
    ['undici', ['undici']],
    ['node', ['undici']],
    ['node-fetch/1.0 (+https://github.com/bitinn/node-fetch)', ['node']],
    ['got (https://github.com/sindresorhus/got)', ['node']],
    ['axios/1.12.2', ['axios']],
    ['Ruby', ['ruby']],
    ['Faraday v2.13.4', ['ruby']],
    ['GuzzleHttp/7', ['php']],
    ['Symfony HttpClient (Curl)', ['php']],
    ['ApacheBench/2.3', ['ab']],
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36', ['browser']],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0', ['browser']],
    ['Amazon CloudFront', ['cloudfront']],
    // None of ours.
    ['node-red', []],
    ['curling-club/1', []],
    ['Wget/1.21.3', []],
  ])('%s', (userAgent, ids) => expect(recognised('client', { userAgent })).toEqual(ids))
})

describe('proxies by what they add to requests', () => {
  const browser = 'Mozilla/5.0 (X11; Linux x86_64)'
  it.each<[string, Partial<CaseGroup>, string]>([
    ['nginx before 1.29.7', { requestVersion: 'HTTP/1.0', requestConnection: 'close' }, 'nginx-upstream'],
    ['Cloudflare', { requestMarks: 'cf-ray cf-connecting-ip', proxied: true }, 'cloudflare'],
    ['ALB', { requestMarks: 'x-amzn-trace-id', proxied: true }, 'alb'],
    ['Fastly', { requestMarks: 'fastly-ff x-varnish', requestVia: null, proxied: true }, 'fastly'],
    ['Akamai', { requestMarks: 'akamai-origin-hop', proxied: true }, 'akamai'],
    ['Imperva', { requestMarks: 'incap-client-ip', proxied: true }, 'imperva'],
    ['Azure Application Gateway', { requestMarks: 'x-appgw-trace-id', proxied: true }, 'azure-application-gateway'],
    ['Azure Front Door', { requestMarks: 'x-azure-ref x-azure-fdid', proxied: true }, 'azure-front-door'],
    ['Google', { requestVia: '1.1 google', requestMarks: 'x-cloud-trace-context', proxied: true }, 'google-lb'],
    ['Envoy', { requestMarks: 'x-envoy-expected-rq-timeout-ms', proxied: true }, 'envoy'],
    ['Varnish', { requestVia: '1.1 varnish-host (Varnish/7.1)', requestMarks: 'x-varnish', proxied: true }, 'varnish'],
    ['Caddy', { requestVia: '1.1 Caddy', proxied: true }, 'caddy'],
    ['mod_proxy by its field', { requestMarks: 'x-forwarded-server', proxied: true }, 'apache'],
    ['Traefik', { requestMarks: 'x-forwarded-server x-real-ip', proxied: true }, 'traefik'],
    ['mod_proxy', { requestVia: '1.1 www.example.com (Apache/2.4.65)', proxied: true }, 'apache'],
    ['HAProxy, by leaving no mark', { proxied: true }, 'haproxy'],
  ])('%s', (_, traces, id) => {
    // Behind a proxy the User-Agent is passed on: the browser is not who must act.
    const shown = remediesFor('avoid-race', caseOf({ userAgent: browser, ...traces })).filter(({ offered }) => offered !== true)
    const pooled = remediesFor('stop-asking-to-close', caseOf({ userAgent: browser, ...traces })).filter(
      ({ offered }) => offered !== true,
    )
    expect([...shown, ...pooled].map((remedy) => remedy.id.split('/')[0])).toContain(id)
    expect([...shown, ...pooled].map((remedy) => remedy.id.split('/')[0])).not.toContain('browser')
  })
})

it('a proxy that adds more than X-Forwarded-For is not taken for HAProxy', () => {
  const g = caseOf({ proxied: true, requestMarks: 'x-forwarded-host' })
  expect(recognised('client', g)).toEqual([])
})

it('what stands before a server is who must act, not what it passes on', () => {
  const g = caseOf({ product: 'nginx/1.22.1', responseVia: '1.1 varnish (Varnish/7.1)', responseMarks: 'x-varnish' })
  const shown = remediesFor('raise-idle-timeout', g).filter(({ offered }) => offered !== true)
  expect(shown.map(({ id }) => id)).toEqual(['varnish/raise-idle-timeout'])
  expect(shown[0]!.seen).toBe('Via: 1.1 varnish (Varnish/7.1)')
})

it('ids are unique, and every product says how it is told', () => {
  const ids = PRODUCTS.flatMap(({ id, server, client }) => [
    ...(server ? [`${id} server`] : []),
    ...(client ? [`${id} client`] : []),
  ])
  expect(new Set(ids).size).toBe(ids.length)
  for (const { server, client } of PRODUCTS)
    for (const role of [server, client]) if (role !== undefined) expect(role.recognisedBy).not.toBe('')
})

// Fastly, Azure Front Door and Imperva publish no time-outs.
it.each(['fastly', 'azure-front-door', 'imperva'])('%s: no default is named, none is invented', (id) => {
  const product = PRODUCTS.find((p) => p.id === id)!
  expect([...(product.server?.defaults ?? []), ...(product.client?.defaults ?? [])]).toEqual([])
  expect(product.client?.keepsIdle).toBeUndefined()
})
