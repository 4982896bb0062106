import type { Product } from '../product'
import { requestMark, server, showsHttp2, showsTls13 } from '../told'
import { outlast } from './origin'

const gateway = 'https://learn.microsoft.com/azure/application-gateway/application-gateway-faq'

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
