/** Proxies that keep no connections to their server, and the same with a printed remedy. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apacheConfiguration } from './configurations'
import type { Start } from './live-programs'

export interface LiveProxy {
  /** The product's id. */
  readonly id: string
  readonly topic: 'stop-asking-to-close' | 'use-http-1.1' | 'pool-connections'
  /** By what it is told; absent where it says nothing, as older Caddys. */
  readonly seen?: RegExp
  readonly needs: readonly string[]
  /** @param snippet the remedy's; null for the proxy as it was */
  start(folder: string, port: number, server: number, snippet: string | null): Start
}

const put = (folder: string, name: string, text: string): string => {
  const file = join(folder, name)
  writeFileSync(file, `${text}\n`)
  return file
}

const nginx = (id: string, topic: LiveProxy['topic'], seen: RegExp, fault: string): LiveProxy => ({
  id,
  topic,
  seen,
  needs: ['nginx'],
  start: (folder, port, server, snippet) => {
    const [http = '', location] = snippet?.split('# in the server { } that proxies:') ?? []
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
    const proxying = location ?? `location / { proxy_pass http://127.0.0.1:${server}; ${fault} }`
    const lines = [
      `daemon off; user root; pid ${folder}/nginx.pid; error_log ${folder}/error.log;`,
      'events { }',
      `http { access_log off; ${temporary.join(' ')}`,
      http,
      `server { listen 127.0.0.1:${port};\n${proxying}\n} }`,
    ]
    return { program: 'nginx', args: ['-p', folder, '-c', put(folder, 'nginx.conf', lines.join('\n'))], cwd: folder }
  },
})

/** What nginx did of itself before 1.29.7. */
const NO_KEEPING = 'proxy_http_version 1.0; proxy_set_header Connection close;'

export const PROXIES: readonly LiveProxy[] = [
  nginx('nginx-upstream', 'use-http-1.1', /^HTTP\/1\.0 with "Connection: close"$/, NO_KEEPING),
  {
    id: 'apache',
    topic: 'stop-asking-to-close',
    seen: /^x-forwarded-server$/,
    needs: ['apache2'],
    start: (folder, port, server, snippet) => {
      const own = snippet ?? `SetEnv proxy-nokeepalive 1\nProxyPass "/" "http://127.0.0.1:${server}/"`
      const text = apacheConfiguration(own, { listen: `127.0.0.1:${port}` })
      return {
        program: 'apache2',
        args: ['-D', 'FOREGROUND', '-f', put(folder, 'apache.conf', text.replaceAll('FOLDER', folder))],
        cwd: folder,
      }
    },
  },
  {
    id: 'haproxy',
    topic: 'stop-asking-to-close',
    seen: /^X-Forwarded-For in the requests/,
    needs: ['haproxy'],
    start: (folder, port, server, snippet) => {
      const defaults = snippet ?? 'defaults\n    mode http\n    option http-server-close'
      const text = [
        defaults,
        '    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n    option forwardfor',
        `frontend front\n    bind 127.0.0.1:${port}\n    default_backend servers`,
        `backend servers\n    server origin 127.0.0.1:${server}`,
      ].join('\n')
      return { program: 'haproxy', args: ['-db', '-f', put(folder, 'haproxy.cfg', text)], cwd: folder }
    },
  },
  {
    id: 'varnish',
    topic: 'stop-asking-to-close',
    seen: /^(x-varnish|Via)/,
    needs: ['varnishd', 'cc'],
    start: (folder, port, server, snippet) => {
      const fault = 'sub vcl_backend_fetch { set bereq.http.Connection = "close"; }'
      const vcl = `vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "${server}"; }\nsub vcl_recv { return (pass); }\n${snippet ?? fault}`
      const args = [
        '-F',
        '-a',
        `127.0.0.1:${port}`,
        '-f',
        put(folder, 'x.vcl', vcl),
        '-n',
        join(folder, 'work'),
        '-s',
        'malloc,8m',
      ]
      return { program: 'varnishd', args, cwd: folder }
    },
  },
  {
    id: 'caddy',
    topic: 'stop-asking-to-close',
    needs: ['caddy'],
    start: (folder, port, server, snippet) => {
      const proxying = snippet ?? `reverse_proxy http://127.0.0.1:${server} {\n\ttransport http {\n\t\tkeepalive off\n\t}\n}`
      const file = put(folder, 'Caddyfile', `{\n\tadmin off\n\tauto_https off\n}\nhttp://127.0.0.1:${port} {\n${proxying}\n}`)
      const env = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
      return { program: 'caddy', args: ['run', '--adapter', 'caddyfile', '--config', file], cwd: folder, env }
    },
  },
]
