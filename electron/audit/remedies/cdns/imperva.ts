import type { Product } from '../product'
import { requestMark, responseMark } from '../told'
import { ask } from './origin'

const source = 'RFC 9112, section 9.3'

/** Its time-outs could not be established: none is named. */
export const imperva: Product = {
  id: 'imperva',
  name: 'Imperva',
  kind: 'cdn',
  server: {
    recognisedBy: 'X-Iinfo or X-CDN: Imperva in responses',
    seen: responseMark('x-iinfo', 'x-cdn:imperva'),
    defaults: [],
    remedies: {},
  },
  client: {
    recognisedBy: 'Incap-Client-IP or X-Iinfo in requests',
    seen: requestMark('incap-client-ip', 'x-iinfo'),
    defaults: [],
    remedies: {
      'avoid-race': ask('Imperva', source),
      'keep-idle-longer': ask('Imperva', source),
      'pool-connections': ask('Imperva', source),
    },
  },
}
