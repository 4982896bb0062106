import type { Product } from '../product'
import { server } from '../told'

export const aiohttpServer: Product = {
  id: 'aiohttp-server',
  name: 'aiohttp (server)',
  kind: 'server',
  server: {
    recognisedBy: 'Server: Python/… aiohttp/…',
    seen: server(/\baiohttp\//i),
    defaults: [
      {
        about: 'idle',
        text: 'run_app keepalive_timeout 75 s',
        source: 'https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.run_app',
      },
    ],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `web.run_app(app, keepalive_timeout=${idleTimeout})`,
        language: 'python',
        where: 'Where the server is started; under another runner, the keepalive_timeout of AppRunner',
        check: 'python -m py_compile FILE',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.run_app',
      }),
    },
  },
}
