import type { Advice, Product } from '../product'
import { anyOf, requestMark, requestVia, responseMark, server } from '../told'
import type { Values } from '../values'

const source = 'https://techdocs.akamai.com/property-mgr/reference/latest-persistent-connection'

const persistent = ({ clientIdle }: Values): Advice => ({
  title: `Let Akamai keep idle origin connections for ${clientIdle} s`,
  snippet: `{\n  "name": "persistentConnection",\n  "options": {\n    "enabled": true,\n    "timeout": "${clientIdle}s"\n  }\n}`,
  language: 'json',
  where:
    'The property’s default rule ("Persistent Connections: Edge to Origin"); Akamai’s account team adds it. The origin must keep connections longer',
  check: 'Property Manager validates a version before it is activated',
  verify: 'Capture at the origin: several requests on each connection from Akamai.',
  source,
})

export const akamai: Product = {
  id: 'akamai',
  name: 'Akamai',
  kind: 'cdn',
  server: {
    recognisedBy: 'Server: AkamaiGHost; X-Akamai-Transformed in responses',
    seen: anyOf(server(/^AkamaiGHost\b|^AkamaiNetStorage\b/i), responseMark('x-akamai-transformed')),
    defaults: [
      {
        about: 'idle',
        text: '500 s towards clients',
        source: 'https://techdocs.akamai.com/property-mgr/docs/persistent-connections-client-to-edge',
      },
    ],
    remedies: {},
  },
  client: {
    recognisedBy: 'Akamai-Origin-Hop, or Via: … akamai …, in requests',
    seen: anyOf(requestMark('akamai-origin-hop'), requestVia(/akamai/i)),
    defaults: [{ about: 'idle', text: 'persistentConnection timeout 5 min towards origins', source }],
    keepsIdle: 300,
    wholeSeconds: true,
    remedies: { 'keep-idle-longer': persistent, 'avoid-race': persistent, 'pool-connections': persistent },
  },
}
