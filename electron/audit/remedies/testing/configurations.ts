/** Where a printed snippet goes: the rest of a configuration around it. FOLDER stands for the folder the server works in. */

import { existsSync } from 'node:fs'

const NGINX_OWN = `pid FOLDER/nginx.pid; error_log FOLDER/error.log;
events { }
http {
  access_log off;
  client_body_temp_path FOLDER/body; proxy_temp_path FOLDER/proxy; fastcgi_temp_path FOLDER/fcgi;
  uwsgi_temp_path FOLDER/uwsgi; scgi_temp_path FOLDER/scgi;`

const PROXY_PART = '# in the server { } that proxies:'

/** @param snippet for http { }, or the two parts of nginx-upstream's */
export function nginxConfiguration(snippet: string, { listen = '127.0.0.1:1', server = '' } = {}): string {
  const [http = '', location = ''] = snippet.split(PROXY_PART)
  if (!http.includes('location') && !/^listen\b/m.test(http))
    return `${NGINX_OWN}\n${http}\n  server {\n    listen ${listen};\n${server}\n${location}\n  }\n}\n`
  // Lines that belong into a server, one of them with a port that is another's here.
  const inside = http.replace(/listen \d+/, 'listen 127.0.0.1:1')
  const certificate = 'ssl_certificate FOLDER/tls.pem; ssl_certificate_key FOLDER/tls.pem;'
  const own = inside === http ? `listen ${listen};` : certificate
  return `${NGINX_OWN}\n  server {\n    ${own}\n${inside}\n  }\n}\n`
}

const MODULES = '/usr/lib/apache2/modules'

export function apacheConfiguration(
  snippet: string,
  { listen = '127.0.0.1:1' }: { readonly listen?: string | null } = {},
): string {
  const modules = ['mpm_event', 'authz_core', 'unixd', 'env', 'headers', 'ssl', 'socache_shmcb', 'proxy', 'proxy_http']
  return [
    // Some are built in.
    ...modules
      .filter((name) => existsSync(`${MODULES}/mod_${name}.so`))
      .map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`),
    'ServerRoot FOLDER\nServerName a.test\nPidFile FOLDER/apache.pid\nDefaultRuntimeDir FOLDER\nMutex pthread\nErrorLog FOLDER/error.log',
    'StartServers 1\nServerLimit 1\nThreadsPerChild 8\nMaxRequestWorkers 8',
    ...(listen === null ? [] : [`Listen ${listen}`]),
    `DocumentRoot FOLDER\n<Directory FOLDER>\n  Require all granted\n</Directory>`,
    snippet,
    '',
  ].join('\n')
}

/** HAProxy's snippets are sections: what is not in them is put beside. */
export function haproxyConfiguration(snippet: string): string {
  const backend = snippet.startsWith('backend') ? '' : 'backend servers\n    mode http\n    server origin 127.0.0.1:1\n'
  const own = snippet.replace('/etc/haproxy/certs/', 'FOLDER/tls.pem')
  return `defaults\n    mode http\n    timeout connect 5s\n    timeout client 30s\n    timeout server 30s\n\n${own}\n\nfrontend front\n    mode http\n    bind 127.0.0.1:1\n    default_backend servers\n\n${backend}`
}

export function caddyConfiguration(snippet: string): string {
  if (snippet.startsWith('{')) return `${snippet}\nhttp://a.test:1 {\n\trespond "x"\n}\n`
  return `${snippet.startsWith('tls') ? 'https' : 'http'}://a.test:1 {\n${snippet}\n}\n`
}
