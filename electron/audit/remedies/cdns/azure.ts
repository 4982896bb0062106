import type { Product } from '../product'
import { anyOf, requestMark, responseMark, server, showsHttp2, showsTls13 } from '../told'
import { ask, outlast } from './origin'

const gateway = 'https://learn.microsoft.com/azure/application-gateway/application-gateway-faq'
const door = 'https://learn.microsoft.com/azure/frontdoor/'

export const appGateway: Product = {
  id: 'azure-application-gateway',
  name: 'Azure Application Gateway',
  kind: 'cdn',
  server: {
    recognisedBy: 'Server: Microsoft-Azure-Application-Gateway (on its own answers)',
    seen: server(/^Microsoft-Azure-Application-Gateway\b/i),
    defaults: [{ about: 'idle', text: '120 s towards clients (75 s in older documentation)', source: gateway }],
    remedies: {
      'use-tls-1.3': (values) => ({
        title: 'Choose a TLS policy with TLS 1.3',
        snippet:
          'az network application-gateway ssl-policy set --resource-group GROUP --gateway-name GATEWAY \\\n  --policy-type Predefined --policy-name AppGwSslPolicy20220101',
        language: 'shell',
        where: 'The gateway’s TLS policy',
        check: 'az network application-gateway ssl-policy show --resource-group GROUP --gateway-name GATEWAY',
        verify: showsTls13(values),
        source: 'https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview',
      }),
      'use-http-2': (values) => ({
        title: 'Turn HTTP/2 on',
        snippet: 'az network application-gateway update --resource-group GROUP --name GATEWAY --http2 Enabled',
        language: 'shell',
        where: 'The gateway; it holds for its HTTPS listeners',
        check: 'az network application-gateway show --resource-group GROUP --name GATEWAY --query enableHttp2',
        verify: showsHttp2(values),
        source: gateway,
      }),
    },
  },
  client: {
    recognisedBy: 'X-AppGW-Trace-Id in requests',
    seen: requestMark('x-appgw-trace-id'),
    defaults: [{ about: 'idle', text: '120 s (75 s in older documentation)', source: gateway }],
    keepsIdle: 120,
    remedies: {
      'avoid-race': outlast('the gateway', 120, gateway),
      'keep-idle-longer': outlast('the gateway', 120, gateway),
    },
  },
}

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
