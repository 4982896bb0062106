import type { Product } from '../product'
import { anyOf, requestMark, responseMark, server } from '../told'

const faq = 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'
const protocol =
  'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto#config-core-v3-httpprotocoloptions'
const listener =
  'The listener’s HttpConnectionManager (envoy.filters.network.http_connection_manager); with Istio or Gateway API through their own resources'
const check = 'envoy --mode validate -c envoy.yaml'

const cluster = (lines: readonly string[]): string =>
  [
    'typed_extension_protocol_options:',
    '  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:',
    '    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    '    explicit_http_config:',
    '      http_protocol_options: {}',
    ...lines.map((line) => `    ${line}`),
  ].join('\n')

export const envoy: Product = {
  id: 'envoy',
  name: 'Envoy',
  kind: 'proxy',
  server: {
    recognisedBy: 'Server: envoy or istio-envoy; x-envoy-upstream-service-time in responses',
    seen: anyOf(server(/^(istio-)?envoy\b/i), responseMark('x-envoy-upstream-service-time')),
    defaults: [
      { about: 'idle', text: 'idle_timeout 1 h', source: faq },
      { about: 'age', text: 'max_connection_duration not set', source: faq },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Let client connections persist',
        snippet: `common_http_protocol_options:\n  idle_timeout: ${Math.max(60, idleTimeout)}s`,
        language: 'yaml',
        where: `${listener}. Remove max_requests_per_connection: 1 and filters that add "Connection: close"`,
        check,
        verify: 'The counters downstream_rq_total and downstream_cx_total grow apart.',
        source: protocol,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${idleTimeout} s`,
        snippet: `common_http_protocol_options:\n  idle_timeout: ${idleTimeout}s`,
        language: 'yaml',
        where: listener,
        check,
        verify: 'The counter downstream_cx_idle_timeout grows more slowly.',
        source: faq,
      }),
      'raise-request-limit': ({ requestLimit }) => ({
        title: `Allow ${requestLimit} requests per connection`,
        snippet: `common_http_protocol_options:\n  max_requests_per_connection: ${requestLimit}`,
        language: 'yaml',
        where: `${listener}. Without the field there is no limit`,
        check,
        verify: 'The counter downstream_cx_max_requests_reached grows more slowly.',
        source: protocol,
      }),
      'raise-age-limit': () => ({
        title: 'Let connections grow older',
        snippet: 'common_http_protocol_options:\n  max_connection_duration: 86400s',
        language: 'yaml',
        where: `${listener}. Without the field there is no limit`,
        check,
        verify: 'The counter downstream_cx_max_duration_reached grows more slowly.',
        source: faq,
      }),
    },
  },
  client: {
    recognisedBy: 'x-envoy-expected-rq-timeout-ms in requests',
    seen: requestMark('x-envoy-expected-rq-timeout-ms'),
    defaults: [{ about: 'idle', text: 'idle_timeout 1 h towards the cluster', source: faq }],
    keepsIdle: 3600,
    remedies: {
      'pool-connections': ({ idleTimeout }) => ({
        title: 'Keep connections to the cluster',
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${Math.max(60, idleTimeout)}s`]),
        language: 'yaml',
        where:
          'The cluster. Each worker thread has its own pool; connections_per_host in a circuit breaker that is too low also opens new ones',
        check,
        verify: 'The counters upstream_rq_total and upstream_cx_total of the cluster grow apart.',
        source: protocol,
      }),
      'keep-idle-longer': ({ clientIdle }) => ({
        title: `Keep idle connections to the cluster for ${clientIdle} s`,
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${clientIdle}s`]),
        language: 'yaml',
        where: 'The cluster. Less than the servers’ own time-out',
        check,
        verify: 'The counter upstream_cx_idle_timeout of the cluster grows more slowly.',
        source: faq,
      }),
      'avoid-race': ({ clientIdle }) => ({
        title: 'Give up idle connections before the servers do',
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${clientIdle}s`]),
        language: 'yaml',
        where: 'The cluster. The default of an hour is longer than nearly every server keeps connections',
        check,
        verify: 'No responses with the flag UC (upstream connection termination) in the access log.',
        source: faq,
      }),
    },
  },
}
