import type { Product } from '../product'
import { anyOf, certificate, requestMark, responseMark, server, showsHttp2, showsTls13 } from '../told'
import { outlast } from './origin'

const source = 'https://developers.cloudflare.com/fundamentals/reference/connection-limits/'

const setting = (name: string): string =>
  `curl -X PATCH "https://api.cloudflare.com/client/v4/zones/ZONE_ID/settings/${name}" \\\n  -H "Authorization: Bearer $CLOUDFLARE_API_TOKEN" -H "Content-Type: application/json" -d '{"value":"on"}'`

export const cloudflare: Product = {
  id: 'cloudflare',
  name: 'Cloudflare',
  kind: 'cdn',
  server: {
    recognisedBy: 'Server: cloudflare; cf-ray in responses; its certificate for sni.cloudflaressl.com, in TLS 1.2',
    seen: anyOf(server(/^cloudflare\b/i), responseMark('cf-ray'), certificate(/^sni\.cloudflaressl\.com$/i)),
    defaults: [{ about: 'idle', text: '400 s towards clients', source }],
    remedies: {
      'use-tls-1.3': (values) => ({
        title: 'Turn TLS 1.3 on',
        snippet: setting('tls_1_3'),
        language: 'shell',
        where: 'The zone’s settings; in the dashboard SSL/TLS, Edge Certificates',
        check: 'The answer says "success":true',
        verify: showsTls13(values),
        source: 'https://developers.cloudflare.com/ssl/edge-certificates/additional-options/tls-13/',
      }),
      'use-http-2': (values) => ({
        title: 'Turn HTTP/2 on',
        snippet: setting('http2'),
        language: 'shell',
        where: 'The zone’s settings; in the dashboard Speed, Protocol Optimization. It is on unless it was turned off',
        check: 'The answer says "success":true',
        verify: showsHttp2(values),
        source: 'https://developers.cloudflare.com/speed/optimization/protocol/http2/',
      }),
    },
  },
  client: {
    recognisedBy: 'cf-ray or CF-Connecting-IP in requests',
    seen: requestMark('cf-ray', 'cf-connecting-ip'),
    defaults: [{ about: 'idle', text: '900 s towards origins', source }],
    keepsIdle: 900,
    remedies: {
      'avoid-race': outlast('Cloudflare', 900, source),
      'keep-idle-longer': outlast('Cloudflare', 900, source),
      'pool-connections': outlast('Cloudflare', 900, source),
    },
  },
}
