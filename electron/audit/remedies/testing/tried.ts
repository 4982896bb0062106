/** What running programs were seen to do, with their versions: what docs/products.md says was tried. */

export const TRIED_ON = '2026-11-22'

type Tried = readonly [program: string, seen: string]

/** Left alone after a response; and asked up to 1,200 times on one connection. */
export const SERVERS_TRIED: readonly Tried[] = [
  ['nginx 1.22.1, Apache 2.4.71, HAProxy 2.6.12', 'faults and remedies as in the tests'],
  ['Node.js 18.20.8', 'closes after 5.1 s'],
  [
    'Node.js 22.23.3, 24.21.0 and 26.10.0',
    'announce 5 s, close after 6.0 s (keepAliveTimeoutBuffer); 26 has not the 65 s that are merged for the next',
  ],
  [
    'Node.js 18, 24 and 26, two processes',
    'resume each other’s TLS sessions with the same ticketKeys and sessionIdContext only; Go 1.19.8 with the same keys',
  ],
  ['Express 5.3.0 on Node.js 20', 'as Node.js, and says X-Powered-By: Express'],
  ['Fastify 5.12.8', 'announces 72 s, closes after 73.0 s'],
  ['Bun 1.4.5', 'node:http as Node.js; Bun.serve announces nothing and closes after 8 to 12 s'],
  [
    'Tomcat 10.1.60',
    'closes after 20.1 to 20.4 s as shipped, 60.4 s without connectionTimeout, and after 100 requests; no Server; "Keep-Alive: timeout=20" only to who sends "Connection: keep-alive"; TLS 1.2 and 1.3 sessions are resumed; HTTP/2 with UpgradeProtocol',
  ],
  [
    'Jetty 9.4.57, 11.0.26 and 12.0.34',
    'close after 30.0 s; 1,200 requests; HTTP/2 with its module; HTTPS has jetty.ssl.idleTimeout',
  ],
  ['Kestrel (in Azure MCP Server 2.0.5)', 'closes after 131.9 s; 1,200 requests; Server: Kestrel'],
  ['Go 1.19.8', 'open after 200 s; 1,200 requests'],
  ['Gunicorn 20.1.0', 'sync closes each connection; gthread closes after 3.0 s (keepalive 2, looked at each second)'],
  ['uvicorn 0.17.6, aiohttp 3.8.4', 'close after 5.0 s and 75.1 s; 1,200 requests'],
  ['Python 3.11.2 http.server', 'HTTP/1.0, closes each connection'],
  ['Puma 5.6.5', 'closes after 20.3 s; 1,200 requests; knows no enable_keep_alives; no Server'],
  ['Caddy 2.6.2, Varnish 7.1.1', 'close after 300.0 s and 5.0 s; 1,200 requests'],
]

/** Left alone after three requests to a server that never closes. */
export const CLIENTS_TRIED: readonly Tried[] = [
  ['curl 7.88.1, ab 2.3', 'one connection for an invocation; ab HTTP/1.0, kept with -k only'],
  ['Node.js 18.20.8', 'http and axios 1.21.1: "Connection: close" each'],
  [
    'Node.js 22.23.3, 24.21.0 and 26.10.0',
    'http, axios 1.21.1, got 14.6.6 and node-fetch 3.3.2 give up after 5.0 to 5.3 s; superagent 10.4.2 sends "Connection: close" and no User-Agent',
  ],
  [
    'fetch of Node.js 18 and 26, undici 7.30.2',
    'give up after 4.0 to 4.7 s; a request right after a body was read may open a second connection',
  ],
  ['Go 1.19.8', 'gives up after 90.1 s'],
  ['Java 17.0.15 HttpClient', 'open after 120 s; with -Djdk.httpclient.keepalive.timeout=7 gives up after 7.0 s'],
  ['Apache HttpClient 4.5.14 and 5.2.1', '4.5 uses a connection after 30 s; 5.2 closes one after 200 s at the next request'],
  ['OkHttp 3.13.1 and 5.5.0', 'give up after 300.0 s'],
  [
    'requests 2.28.1, httpx 0.23.3, aiohttp 3.8.4',
    'a Session is open after 130 s; httpx closes at the next request what is older than 5 s; aiohttp gives up after 15.8 s',
  ],
  [
    'Node.js, undici, axios, Go, OkHttp and aiohttp with a remedy’s 7 s',
    'give up after 7.0 to 7.7 s; HttpClient 5.2.1 uses no connection after 7 s, and closes it after 13.5 s',
  ],
  [
    'Ruby 3.1.2 Net::HTTP, net-http-persistent 3.1.0',
    'close at the next request what has been idle for 5 s and 10 s; Net::HTTP.get one connection for each',
  ],
  [
    'PHP 8.2.36, Guzzle 7.4.5, Symfony HttpClient 5.4.53',
    'file_get_contents sends "Connection: close" and no User-Agent; the others keep one connection for a script',
  ],
]

/** With a browser before them and a server behind that keeps connections. */
export const PROXIES_TRIED: readonly Tried[] = [
  ['nginx 1.22.1', 'HTTP/1.0 with "Connection: close"; kept with the remedy'],
  ['Apache 2.4.71 mod_proxy', 'X-Forwarded-For, -Host and -Server; kept but with proxy-nokeepalive'],
  ['HAProxy 2.6.12', 'X-Forwarded-For with option forwardfor; asks for closes with option http-server-close'],
  ['Varnish 7.1.1', 'X-Varnish and X-Forwarded-For; kept but with a Connection field of the VCL’s'],
  ['Caddy 2.6.2', 'X-Forwarded-For, -Host and -Proto, no Via; kept but with "keepalive off", which asks for closes'],
]

export const UNTRIED =
  'Envoy, Traefik, IIS, LiteSpeed, Undertow, the .NET SDK and all services of the clouds were not tried: what is said of them is read in their manuals and sources.'
