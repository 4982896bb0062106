import type { Advice, Product } from '../product'
import { requestMark, responseMark } from '../told'
import type { Values } from '../values'

const source = 'https://www.fastly.com/documentation/guides/concepts/keep-alive'

const keepalive = ({ clientIdle }: Values): Advice => ({
  title: `Let Fastly keep idle origin connections for ${clientIdle} s`,
  snippet: `curl -X PUT -H "Fastly-Key: $FASTLY_API_TOKEN" \\\n  "https://api.fastly.com/service/SERVICE_ID/version/VERSION/backend/BACKEND" \\\n  -d keepalive_time=${clientIdle}`,
  language: 'shell',
  where: 'The backend, in a draft version of the service. Less than the origin’s own time-out',
  check: 'fastly service backend describe --service-id SERVICE_ID --version VERSION --name BACKEND',
  verify: 'Capture at the origin: several requests on each connection from Fastly.',
  source,
})

/** Its time-outs could not be established: none is named. */
export const fastly: Product = {
  id: 'fastly',
  name: 'Fastly',
  kind: 'cdn',
  server: {
    recognisedBy: 'X-Fastly-Request-Id, or X-Served-By: cache-…, in responses',
    seen: responseMark('x-fastly-request-id', 'x-served-by:cache-'),
    defaults: [],
    remedies: {},
  },
  client: {
    recognisedBy: 'Fastly-FF in requests',
    seen: requestMark('fastly-ff'),
    defaults: [],
    wholeSeconds: true,
    remedies: { 'keep-idle-longer': keepalive, 'avoid-race': keepalive, 'pool-connections': keepalive },
  },
}
