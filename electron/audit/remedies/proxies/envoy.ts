import type { Product } from '../product'
import { anyOf, requestMark, responseMark, server, showsHttp2, showsOneHello, showsResumption, showsTls13 } from '../told'

const faq = 'https://www.envoyproxy.io/docs/envoy/latest/faq/configuration/timeouts'
const protocol =
  'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/core/v3/protocol.proto#config-core-v3-httpprotocoloptions'
const listener =
  'The listener’s HttpConnectionManager (envoy.filters.network.http_connection_manager); with Istio or Gateway API through their own resources'
const check = 'envoy --mode validate -c envoy.yaml'
const tls = 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/transport_sockets/tls/v3'
const downstream = 'The listener’s transport_socket, in its DownstreamTlsContext'
const upstream = 'The cluster’s transport_socket, in its UpstreamTlsContext'

const parameters = (...lines: readonly string[]): string =>
  ['common_tls_context:', '  tls_params:', ...lines.map((line) => `    ${line}`)].join('\n')

/** As Protocol Buffers write durations: in seconds, with three digits where they are not whole. */
const duration = (seconds: number): string => `${Number.isInteger(seconds) ? seconds : seconds.toFixed(3)}s`

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
      {
        about: 'sessions',
        text: 'session tickets with a key of each Envoy’s own',
        source: `${tls}/tls.proto`,
      },
      { about: 'tls', text: 'tls_maximum_protocol_version TLSv1_3 towards clients', source: `${tls}/common.proto` },
    ],
    remedies: {
      'enable-keep-alive': ({ atLeast }) => ({
        title: 'Let client connections persist',
        snippet: `common_http_protocol_options:\n  idle_timeout: ${atLeast('idleTimeout', 60)}s`,
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
      'resume-tls': (values) => ({
        title: 'Let TLS sessions be resumed, on every Envoy',
        snippet:
          'session_ticket_keys:\n  keys:\n  - filename: /etc/envoy/ticket.key   # 80 random octets, the same on every Envoy: openssl rand 80 > ticket.key\nsession_timeout: 3600s',
        language: 'yaml',
        where: `${downstream}. Remove disable_stateless_session_resumption: true. Without keys each Envoy, and each hot restart, makes its own`,
        check,
        verify: `${showsResumption(values)} The counter ssl.session_reused grows.`,
        source: `${tls}/tls.proto`,
      }),
      'use-tls-1.3': (values) => ({
        title: 'Allow TLS 1.3',
        snippet: parameters('tls_minimum_protocol_version: TLSv1_2', 'tls_maximum_protocol_version: TLSv1_3'),
        language: 'yaml',
        where: downstream,
        check,
        verify: `${showsTls13(values)} The counter ssl.versions.TLSv1.3 grows.`,
        source: `${tls}/common.proto`,
      }),
      'share-key-groups': (values) => ({
        title: 'Take the key exchange that clients send first',
        snippet: parameters('ecdh_curves: [X25519, P-256]'),
        language: 'yaml',
        where: `${downstream}, in place of a list that leaves out X25519`,
        check,
        verify: showsOneHello(values),
        source: `${tls}/common.proto`,
      }),
      'use-http-2': (values) => ({
        title: 'Offer HTTP/2',
        snippet: 'common_tls_context:\n  alpn_protocols: [h2, http/1.1]',
        language: 'yaml',
        where: `${downstream}; leave the HttpConnectionManager’s codec_type at AUTO`,
        check,
        verify: `${showsHttp2(values)} The counter downstream_cx_http2_total grows.`,
        source: `${tls}/common.proto`,
      }),
    },
  },
  client: {
    recognisedBy: 'x-envoy-expected-rq-timeout-ms in requests',
    seen: requestMark('x-envoy-expected-rq-timeout-ms'),
    defaults: [
      { about: 'idle', text: 'idle_timeout 1 h towards the cluster', source: faq },
      { about: 'sessions', text: 'max_session_keys 1', source: `${tls}/tls.proto` },
      { about: 'tls', text: 'tls_maximum_protocol_version TLSv1_2 towards the cluster', source: `${tls}/common.proto` },
      { about: 'http2', text: 'HTTP/1.1 towards the cluster', source: protocol },
    ],
    keepsIdle: 3600,
    remedies: {
      'pool-connections': ({ clientIdle }) => ({
        title: 'Keep connections to the cluster',
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${duration(clientIdle)}`]),
        language: 'yaml',
        where:
          'The cluster. Remove max_requests_per_connection: 1, which turns keep-alive off. Each worker thread (--concurrency) has pools of its own. Less than the servers’ own time-out',
        check,
        verify: 'The counters upstream_rq_total and upstream_cx_total of the cluster grow apart.',
        source: protocol,
      }),
      'keep-idle-longer': ({ clientIdle }) => ({
        title: `Keep idle connections to the cluster for ${clientIdle} s`,
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${duration(clientIdle)}`]),
        language: 'yaml',
        where: 'The cluster. Less than the servers’ own time-out',
        check,
        verify: 'The counter upstream_cx_idle_timeout of the cluster grows more slowly.',
        source: faq,
      }),
      'avoid-race': ({ clientIdle }) => ({
        title: 'Give up idle connections before the servers do',
        snippet: cluster(['common_http_protocol_options:', `  idle_timeout: ${duration(clientIdle)}`]),
        language: 'yaml',
        where: 'The cluster. The default of an hour is longer than nearly every server keeps connections',
        check,
        verify: 'No responses with the flag UC (upstream connection termination) in the access log.',
        source: faq,
      }),
      'keep-tls-sessions': () => ({
        title: 'Keep more TLS sessions with the cluster',
        snippet: 'max_session_keys: 16',
        language: 'yaml',
        where: `${upstream}. 1 by default, 0 turns resumption off; a session belongs to one of the cluster’s hosts, so let there be as many as hosts`,
        check,
        verify: 'The counter ssl.session_reused of the cluster grows.',
        source: `${tls}/tls.proto`,
      }),
      'speak-tls-1.3': () => ({
        title: 'Allow TLS 1.3 to the cluster',
        snippet: parameters('tls_maximum_protocol_version: TLSv1_3'),
        language: 'yaml',
        where: `${upstream}. TLS 1.2 is the default there`,
        check,
        verify: 'The counter ssl.versions.TLSv1.3 of the cluster grows.',
        source: `${tls}/common.proto`,
      }),
      'speak-http-2': () => ({
        title: 'Speak HTTP/2 to the cluster',
        snippet: [
          'typed_extension_protocol_options:',
          '  envoy.extensions.upstreams.http.v3.HttpProtocolOptions:',
          '    "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
          '    auto_config:',
          '      http_protocol_options: {}',
          '      http2_protocol_options: {}',
        ].join('\n'),
        language: 'yaml',
        where: 'The cluster, with a TLS transport_socket: the server chooses by ALPN',
        check,
        verify: 'The counter upstream_cx_http2_total of the cluster grows.',
        source: 'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/upstreams/http/v3/http_protocol_options.proto',
      }),
      'open-on-demand': () => ({
        title: 'Open no connections ahead',
        snippet: 'preconnect_policy:\n  per_upstream_preconnect_ratio: 1.0\n  predictive_preconnect_ratio: 1.0',
        language: 'yaml',
        where:
          'The cluster. Ratios above 1, which open connections ahead of requests, are worth their cost only where requests wait for setup',
        check,
        verify: 'The counters upstream_cx_total and upstream_rq_total of the cluster grow apart.',
        source:
          'https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto#config-cluster-v3-cluster-preconnectpolicy',
      }),
    },
  },
}
