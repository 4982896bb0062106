import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const check = 'node --check FILE'
const source = 'https://axios-http.com/docs/req_config'
const verify = 'response.request.reusedSocket is true from the second request on.'

const instance = (options: string): string =>
  [
    "import http from 'node:http'",
    "import https from 'node:https'",
    "import axios from 'axios'",
    '',
    'export const client = axios.create({',
    `  httpAgent: new http.Agent({ ${options} }),`,
    `  httpsAgent: new https.Agent({ ${options} }),`,
    '})',
  ].join('\n')

const shared = ({ atLeast }: Values): Advice => ({
  title: 'One axios instance with keep-alive agents',
  snippet: instance(`keepAlive: true, maxFreeSockets: ${atLeast('poolSize', 256)}`),
  language: 'javascript',
  where: 'One module that all requests import. Needed before Node.js 19; from 19 the default agents keep connections',
  check,
  verify,
  source,
})

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Keep idle sockets for ${clientIdle} s`,
  snippet: instance(`keepAlive: true, timeout: ${clientIdle * 1000}`),
  language: 'javascript',
  where: 'One module that all requests import; milliseconds. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

export const axios: Product = {
  id: 'axios',
  name: 'axios',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: axios/',
    seen: userAgent(/^axios\//i),
    defaults: [
      {
        about: 'pool',
        text: 'Node.js’ own agents: keep-alive from Node.js 19, none before',
        source: 'https://nodejs.org/api/http.html#httpglobalagent',
      },
    ],
    remedies: {
      'pool-connections': shared,
      'enlarge-pool': shared,
      'stop-asking-to-close': shared,
      'keep-tls-sessions': (values) => ({
        ...shared(values),
        title: 'One axios instance, and with its agent its TLS sessions',
        where: 'One module that all requests import: sessions are kept in the https.Agent (maxCachedSessions 100)',
        verify: 'response.request.socket.isSessionReused() is true on later connections.',
        source: 'https://nodejs.org/api/https.html#new-agentoptions',
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
    },
  },
}
