/** What happens in the sample: who serves, how it is configured, and who asks for what, when. Times in ms from the start. */
import { CATALOGUE, THUMBNAILS } from './site.mjs'

export const CLIENT_IP = '10.77.0.2'
export const RTT_MS = 32

/**
 * One origin each: its address, the server with its settings, and what a reader of the audit should find.
 * `sequential` clients ask one thing at a time, so one connection kept open would have served them all.
 */
export const ORIGINS = [
  {
    host: 'www.shop.test',
    ip: '10.77.0.11',
    server: 'nginx',
    settings: { keepalive_timeout: '75s', keepalive_requests: 1000 },
    client: 'Chromium, three pages',
    sequential: false,
    cause: null,
  },
  {
    host: 'legacy.shop.test',
    ip: '10.77.0.12',
    server: 'apache',
    settings: { KeepAlive: 'Off' },
    client: 'curl, one invocation for 31 URLs',
    sequential: true,
    cause: 'keepalive-disabled',
  },
  {
    host: 'api.shop.test',
    ip: '10.77.0.13',
    server: 'apache',
    settings: { KeepAlive: 'On', KeepAliveTimeout: 2, MaxKeepAliveRequests: 100 },
    advertised: { timeout: 2 },
    client: 'Chromium, the cart page polling every 3 to 5 s',
    sequential: true,
    cause: 'server-idle-timeout',
  },
  {
    host: 'inventory.shop.test',
    ip: '10.77.0.14',
    server: 'nginx',
    settings: { keepalive_timeout: '75s', keepalive_requests: 1000 },
    client: 'curl, one invocation for each request',
    sequential: true,
    cause: 'client-closed',
  },
  {
    host: 'static.shop.test',
    ip: '10.77.0.15',
    server: 'nginx',
    settings: { keepalive_timeout: '75s', keepalive_requests: 5 },
    client: 'curl, one invocation for 30 URLs',
    sequential: true,
    cause: 'request-limit',
  },
  {
    host: 'orders.shop.test',
    ip: '10.77.0.16',
    server: 'nginx',
    settings: { keepalive_timeout: '3s', keepalive_requests: 1000 },
    client: "Node's http.Agent, pooled, polling every 3 to 5 s",
    sequential: true,
    cause: 'server-idle-timeout',
  },
]

export const HOSTS = Object.fromEntries(ORIGINS.map(({ host, ip }) => [host, ip]))

export const VISIT = {
  pages: [
    { at: 1500, url: 'http://www.shop.test/' },
    { at: 6500, url: 'http://www.shop.test/product.html' },
    { at: 12000, url: 'http://www.shop.test/cart.html' },
  ],
  until: 69000,
}
export const CART = {
  pollUrl: 'http://api.shop.test/v1/cart',
  pollPausesMs: [400, 3200, 4100, 3600, 4800, 3100, 3900, 4400, 3300, 4600, 3500, 4200, 3700, 4900],
}

export const LEGACY = { at: 5000, urls: ['/', ...CATALOGUE].map((target) => `http://legacy.shop.test${target}`) }
export const STATIC = { at: 18000, urls: THUMBNAILS.map((target) => `http://static.shop.test${target}`) }
export const INVENTORY = {
  at: 3000,
  everyMs: 1900,
  urls: Array.from({ length: 31 }, (_, i) => `http://inventory.shop.test/v1/stock/sku-${4101 + i}`),
}

/**
 * Sent this long after the last response, a request crosses the server's FIN on the wire: the server's timer started half a
 * round trip before that response arrived, and its FIN needs half a round trip to be seen.
 */
const RACE_MS = 3000 - RTT_MS / 2
export const ORDERS = {
  at: 2000,
  url: 'http://orders.shop.test/v1/orders/next',
  userAgent: 'order-worker/2.3 node/20',
  pauses: [0, 350, 4200, 300, 3700, 5000, RACE_MS, 400, 4600, 3900, RACE_MS, 300, 4400, 350, RACE_MS, 3600, 4800, 500],
}
