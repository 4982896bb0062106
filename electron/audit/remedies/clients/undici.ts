import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://undici.nodejs.org/#/docs/api/Client'
const check = 'node --check FILE'
const verify = 'diagnostics_channel undici:client:connected is published once per connection: it must fall silent.'

const dispatcher = (options: string): string =>
  `import { Agent, setGlobalDispatcher } from 'undici'\n\nsetGlobalDispatcher(new Agent({ ${options} }))`

const idle = ({ clientIdle }: Values): Advice => ({
  title: `Keep idle sockets for ${clientIdle} s`,
  snippet: dispatcher(`keepAliveTimeout: ${clientIdle * 1000}`),
  language: 'javascript',
  where:
    'Where the program starts; milliseconds. A Keep-Alive field of the server still counts, less two seconds. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

/** What fetch() is made of in Node.js. */
export const undici: Product = {
  id: 'undici',
  name: 'Node.js fetch (undici)',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: undici or node',
    seen: userAgent(/^(undici|node)$/i),
    defaults: [
      {
        about: 'idle',
        text: 'keepAliveTimeout 4 s; the server’s hint less 2 s, at most 600 s',
        source: 'https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md',
      },
      {
        about: 'sessions',
        text: 'maxCachedSessions 100 in each Client',
        source: 'https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md',
      },
    ],
    keepsIdle: 4,
    heedsHint: true,
    remedies: {
      'pool-connections': ({ poolSize }) => ({
        title: 'One dispatcher, every body read',
        snippet: `${dispatcher(`connections: ${poolSize}`)}\n\nconst response = await fetch(url)\nawait response.arrayBuffer() // or response.body.cancel(): an unread body holds its connection`,
        language: 'javascript',
        where: 'Where the program starts, and where responses are used. Never a new Agent, Client or Pool per request',
        check,
        verify,
        source,
      }),
      'enlarge-pool': ({ poolSize }) => ({
        title: `Allow ${poolSize} connections per origin`,
        snippet: dispatcher(`connections: ${poolSize}`),
        language: 'javascript',
        where: 'Where the program starts',
        check,
        verify,
        source,
      }),
      'stop-asking-to-close': () => ({
        title: 'Do not reset connections',
        snippet: `const response = await fetch(url) // without headers: { connection: 'close' }`,
        language: 'javascript',
        where: 'Where requests are made; with undici’s own request() leave reset false, and pipelining above 0',
        check,
        verify,
        source,
      }),
      'keep-idle-longer': idle,
      'avoid-race': idle,
      'keep-tls-sessions': () => ({
        title: 'One dispatcher, and with it its TLS sessions',
        snippet: dispatcher('maxCachedSessions: 100'),
        language: 'javascript',
        where:
          'Where the program starts. Never a new Agent, Client or Pool per request: sessions are kept in it. 0 turns them off',
        check,
        verify,
        source,
      }),
      'speak-http-2': () => ({
        title: 'Let fetch speak HTTP/2',
        snippet: dispatcher('allowH2: true'),
        language: 'javascript',
        where: 'Where the program starts; the server chooses by ALPN',
        check,
        verify,
        source,
      }),
    },
  },
}
