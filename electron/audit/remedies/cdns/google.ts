import type { Product } from '../product'
import { anyOf, requestMark, requestVia, responseVia } from '../told'
import { outlast } from './origin'

const source = 'https://cloud.google.com/load-balancing/docs/https/request-distribution'

export const google: Product = {
  id: 'google-lb',
  name: 'Google Cloud load balancer',
  kind: 'cdn',
  server: {
    recognisedBy: 'Via: 1.1 google in responses',
    seen: responseVia(/\b1\.1 google\b/i),
    defaults: [{ about: 'idle', text: '610 s towards clients (global), 600 s (regional)', source }],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle client connections for ${Math.min(1200, idleTimeout)} s`,
        snippet: `gcloud compute target-https-proxies update PROXY --global \\\n  --http-keep-alive-timeout-sec=${Math.min(1200, Math.max(5, idleTimeout))}`,
        language: 'shell',
        where:
          'The target proxy (target-http-proxies without TLS) of a global external Application Load Balancer; 5 to 1200 s. Classic ones have no such setting',
        check: 'gcloud compute target-https-proxies describe PROXY --global',
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
    },
  },
  client: {
    recognisedBy: 'Via: 1.1 google or X-Cloud-Trace-Context in requests',
    seen: anyOf(requestVia(/\b1\.1 google\b/i), requestMark('x-cloud-trace-context')),
    defaults: [{ about: 'idle', text: '600 s towards back ends, fixed', source }],
    keepsIdle: 600,
    remedies: {
      'avoid-race': outlast('the load balancer', 600, source),
      'keep-idle-longer': outlast('the load balancer', 600, source),
      'pool-connections': outlast('the load balancer', 600, source),
    },
  },
}
