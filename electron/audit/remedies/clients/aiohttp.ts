import type { Advice, Product } from '../product'
import type { Values } from '../values'
import { userAgent } from '../told'

const source = 'https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.TCPConnector'
const check = 'python -m py_compile FILE'
const verify = 'A TraceConfig counts on_connection_create_end against on_connection_reuseconn.'

const session = ({ atLeast, clientIdle }: Values): Advice => ({
  title: `One session, connections kept for ${clientIdle} s`,
  snippet: [
    'import aiohttp',
    '',
    'async def main(urls):',
    `    connector = aiohttp.TCPConnector(limit=${atLeast('poolSize', 100)}, keepalive_timeout=${clientIdle})`,
    '    async with aiohttp.ClientSession(connector=connector) as session:   # one for the program',
    '        for url in urls:',
    '            async with session.get(url) as response:',
    '                await response.read()   # an unread response costs its connection',
  ].join('\n'),
  language: 'python',
  where: 'Where the session is made. No force_close=True. Stay below the server’s own idle time-out',
  check,
  verify,
  source,
})

export const aiohttp: Product = {
  id: 'aiohttp',
  name: 'Python aiohttp',
  kind: 'client',
  client: {
    recognisedBy: 'User-Agent: Python/… aiohttp/…',
    seen: userAgent(/\baiohttp\//i),
    defaults: [
      {
        about: 'pool',
        text: 'only inside a ClientSession: 100 connections',
        source: 'https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.TCPConnector',
      },
      {
        about: 'idle',
        text: 'keepalive_timeout 15 s',
        source: 'https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.TCPConnector',
      },
    ],
    keepsIdle: 15,
    http1Only: true,
    remedies: {
      'keep-older': () => ({
        title: 'Find what ends connections at that age',
        snippet:
          'Look for what closes the ClientSession, or makes a new one, on a schedule: TCPConnector has a limit of idle time (keepalive_timeout), and none of age.',
        language: 'text',
        where:
          'The program that makes the requests, its libraries, and a local proxy beside it. Aiohttp does not do it by itself',
        check: 'Search the program for these calls',
        verify: 'Connections carry more requests each than before.',
        source,
      }),
      'speak-http-2': () => ({
        title: 'HTTP/2 needs another library: httpx',
        snippet:
          'import httpx                                # pip install "httpx[http2]"\n\nclient = httpx.AsyncClient(http2=True)      # one for the program',
        language: 'python',
        where: 'Where requests are made: aiohttp speaks HTTP/1.1 only',
        check,
        verify: 'response.http_version is "HTTP/2".',
        source: 'https://www.python-httpx.org/http2/',
      }),
      'pool-connections': session,
      'enlarge-pool': session,
      'stop-asking-to-close': session,
      'keep-idle-longer': session,
      'avoid-race': session,
    },
  },
}
