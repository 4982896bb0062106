import type { Product } from '../product'
import { anyOf, requestMark, responseMark, server } from '../told'
import { outlast } from './origin'

const source = 'https://developers.cloudflare.com/fundamentals/reference/connection-limits/'

export const cloudflare: Product = {
  id: 'cloudflare',
  name: 'Cloudflare',
  kind: 'cdn',
  server: {
    recognisedBy: 'Server: cloudflare; cf-ray in responses',
    seen: anyOf(server(/^cloudflare\b/i), responseMark('cf-ray')),
    defaults: [{ about: 'idle', text: '400 s towards clients', source }],
    remedies: {},
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
