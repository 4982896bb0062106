import type { Product } from '../product'
import { anyOf, requestMark, responseMark } from '../told'
import { ask } from './origin'

const door = 'https://learn.microsoft.com/azure/frontdoor/'

/** Its time-outs could not be established: none is named. */
export const frontDoor: Product = {
  id: 'azure-front-door',
  name: 'Azure Front Door',
  kind: 'cdn',
  server: {
    recognisedBy: 'X-Azure-Ref in responses',
    seen: anyOf(responseMark('x-azure-ref')),
    defaults: [],
    remedies: {},
  },
  client: {
    recognisedBy: 'X-Azure-FDID or X-Azure-Ref in requests',
    seen: requestMark('x-azure-fdid', 'x-azure-ref'),
    defaults: [],
    remedies: {
      'avoid-race': ask('Front Door', door),
      'keep-idle-longer': ask('Front Door', door),
      'pool-connections': ask('Front Door', door),
    },
  },
}
