import type { Product } from '../product'
import { anyOf, requestMark, requestVia, responseMark, responseVia } from '../told'

const reference = 'https://varnish-cache.org/docs/trunk/reference/varnishd.html'

const parameter = (name: string, seconds: number): string =>
  `varnishadm param.set ${name} ${seconds}\n# and for the next start, among varnishd’s options:\nvarnishd -p ${name}=${seconds}`

export const varnish: Product = {
  id: 'varnish',
  name: 'Varnish',
  kind: 'proxy',
  server: {
    recognisedBy: 'Via: 1.1 varnish or X-Varnish in responses, without Fastly’s fields',
    seen: (t) =>
      /(fastly|cache-)/.test(t.responseMarks ?? '') ? null : anyOf(responseVia(/\bvarnish\b/i), responseMark('x-varnish'))(t),
    defaults: [{ about: 'idle', text: 'timeout_idle 5 s', source: `${reference}#timeout-idle` }],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${idleTimeout} s`,
        snippet: parameter('timeout_idle', idleTimeout),
        language: 'shell',
        where: 'A running Varnish at once, and the unit file or container that starts varnishd',
        check: 'varnishd -x parameter | grep -A5 timeout_idle',
        verify: 'varnishadm param.show timeout_idle; varnishstat: MAIN.sess_closed grows more slowly than MAIN.client_req.',
        source: `${reference}#timeout-idle`,
      }),
    },
  },
  client: {
    recognisedBy: 'X-Varnish or Via: varnish in requests, without Fastly’s fields',
    seen: (t) =>
      (t.requestMarks?.includes('fastly') ?? false) ? null : anyOf(requestMark('x-varnish'), requestVia(/\bvarnish\b/i))(t),
    defaults: [{ about: 'idle', text: 'backend_idle_timeout 60 s', source: `${reference}#backend-idle-timeout` }],
    keepsIdle: 60,
    remedies: {
      'keep-idle-longer': ({ clientIdle }) => ({
        title: `Keep idle back-end connections for ${clientIdle} s`,
        snippet: parameter('backend_idle_timeout', clientIdle),
        language: 'shell',
        where:
          'A running Varnish at once, and the unit file or container that starts varnishd. Less than the back end’s own time-out',
        check: 'varnishd -x parameter | grep -A5 backend_idle_timeout',
        verify: 'varnishstat: MAIN.backend_recycle grows, MAIN.backend_conn hardly.',
        source: `${reference}#backend-idle-timeout`,
      }),
      'avoid-race': ({ clientIdle }) => ({
        title: 'Give up idle back-end connections before the back end does',
        snippet: parameter('backend_idle_timeout', clientIdle),
        language: 'shell',
        where:
          'A running Varnish at once, and the unit file or container that starts varnishd. Less than the back end’s own time-out',
        check: 'varnishd -x parameter | grep -A5 backend_idle_timeout',
        verify: 'varnishstat: MAIN.backend_retry stays as it is.',
        source: `${reference}#backend-idle-timeout`,
      }),
      'stop-asking-to-close': () => ({
        title: 'Send no "Connection: close" to the back end',
        snippet: 'sub vcl_backend_fetch {\n    unset bereq.http.Connection;\n}',
        language: 'config',
        where: 'The VCL (default.vcl), in place of what sets bereq.http.Connection to "close"; in vcl_pipe it belongs there',
        check: 'varnishd -C -f default.vcl',
        verify: 'Capture between Varnish and the back end: requests no longer say "Connection: close".',
        source: 'https://varnish-cache.org/docs/trunk/users-guide/vcl-built-in-subs.html#vcl-backend-fetch',
      }),
      'pool-connections': ({ clientIdle }) => ({
        title: 'Fetch on kept connections',
        snippet: parameter('backend_idle_timeout', clientIdle),
        language: 'shell',
        where:
          'A running Varnish at once, and the unit file or container that starts varnishd. In VCL, return (pass) instead of (pipe), which holds a connection for itself, and set no "Connection: close" on bereq',
        check: 'varnishd -C -f default.vcl',
        verify: 'varnishstat: MAIN.backend_reuse grows with MAIN.backend_req.',
        source: `${reference}#backend-idle-timeout`,
      }),
    },
  },
}
