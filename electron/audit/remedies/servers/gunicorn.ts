import type { Product } from '../product'
import { CURL_TWICE, server } from '../told'

const source = 'https://docs.gunicorn.org/en/stable/settings.html#keepalive'
const where = 'gunicorn.conf.py. The sync worker, the default, has no keep-alive at all: it closes after every response'
const check = 'gunicorn --check-config -c gunicorn.conf.py APP'

const settings = (seconds: number): string => `worker_class = "gthread"\nthreads = 4\nkeepalive = ${seconds}`

export const gunicorn: Product = {
  id: 'gunicorn',
  name: 'Gunicorn',
  kind: 'server',
  server: {
    recognisedBy: 'Server: gunicorn',
    seen: server(/^gunicorn\b/i),
    defaults: [
      {
        about: 'idle',
        text: 'keepalive 2 s; none with the sync worker',
        source: 'https://docs.gunicorn.org/en/stable/settings.html#keepalive',
      },
    ],
    remedies: {
      'enable-keep-alive': ({ idleTimeout }) => ({
        title: 'Use a worker that keeps connections',
        snippet: settings(idleTimeout),
        language: 'python',
        where,
        check,
        verify: CURL_TWICE,
        source,
      }),
      'raise-idle-timeout': ({ idleTimeout }) => ({
        title: `Keep idle connections for ${idleTimeout} s`,
        snippet: settings(idleTimeout),
        language: 'python',
        where,
        check,
        verify: 'A connection left alone stays open for the new time.',
        source,
      }),
    },
  },
}
