import type { Product } from '../product'
import { server } from '../told'

export const uvicorn: Product = {
  id: 'uvicorn',
  name: 'uvicorn',
  kind: 'server',
  server: {
    recognisedBy: 'Server: uvicorn',
    seen: server(/^uvicorn\b/i),
    defaults: [{ about: 'idle', text: 'timeout_keep_alive 5 s', source: 'https://www.uvicorn.org/settings/#timeouts' }],
    remedies: {
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: `uvicorn --timeout-keep-alive ${idleTimeout} APP`,
        language: 'shell',
        where: `The command line; in a program uvicorn.run(app, timeout_keep_alive=${idleTimeout})`,
        check: 'uvicorn --help',
        verify: 'A connection left alone stays open for the new time.',
        source: 'https://www.uvicorn.org/settings/#timeouts',
      }),
    },
  },
}
