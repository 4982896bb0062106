/** nginx and Apache httpd on the server's addresses, with access logs that say which request of which connection each line is. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const APACHE_MODULES = ['mpm_event', 'authz_core', 'log_config', 'logio', 'dir', 'mime', 'unixd', 'headers']
const MODULE_FOLDER = '/usr/lib/apache2/modules'

const NGINX_LOG = `{"address":"$server_addr","clientPort":$remote_port,"ordinal":$connection_requests,"ended":$msec,
"seconds":$request_time,"host":"$http_host","target":"$request_uri","status":$status,"version":"$server_protocol"}`

const APACHE_LOG = `{\\"address\\":\\"%A\\",\\"clientPort\\":%{remote}p,\\"kept\\":%k,\\"endedMicros\\":%{end:usec}t,
\\"micros\\":%D,\\"host\\":\\"%{Host}i\\",\\"target\\":\\"%U%q\\",\\"status\\":%>s,\\"version\\":\\"%H\\"}`

const oneLine = (text) => text.replaceAll('\n', '')

function nginxConfig(folder, site, origins) {
  const servers = origins.map(
    ({ ip, host, settings }) => `
  server {
    listen ${ip}:80;
    server_name ${host};
    keepalive_timeout ${settings.keepalive_timeout};
    keepalive_requests ${settings.keepalive_requests};
    root ${site};
    expires 1h;
    location /v1/stock/ { default_type application/json; expires off; return 200 '{"sku":"$uri","inStock":true,"shelf":"B-12"}\\n'; }
    location /v1/orders/ { default_type application/json; expires off; return 200 '{"orders":[],"cursor":"8841"}\\n'; }
  }`,
  )
  return `
daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx-error.log;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  log_format connections escape=json '${oneLine(NGINX_LOG)}';
  access_log ${folder}/nginx.log connections;
  ${servers.join('')}
}
`
}

function apacheConfig(folder, site, origins) {
  const hosts = origins.map(
    ({ ip, host, settings }) => `
Listen ${ip}:80
<VirtualHost ${ip}:80>
  ServerName ${host}
  ${Object.entries(settings)
    .map(([directive, value]) => `${directive} ${value}`)
    .join('\n  ')}
  Header set Access-Control-Allow-Origin "http://www.shop.test"
</VirtualHost>`,
  )
  return `
ServerRoot ${folder}
ServerName shop.test
${APACHE_MODULES.filter((name) => fs.existsSync(`${MODULE_FOLDER}/mod_${name}.so`))
  .map((name) => `LoadModule ${name}_module ${MODULE_FOLDER}/mod_${name}.so`)
  .join('\n')}
PidFile ${folder}/apache.pid
DefaultRuntimeDir ${folder}
Mutex pthread
User www-data
Group www-data
ErrorLog ${folder}/apache-error.log
LogFormat "${oneLine(APACHE_LOG)}" connections
CustomLog ${folder}/apache.log connections
TypesConfig /etc/mime.types
DirectoryIndex index.html
StartServers 1
ServerLimit 1
ThreadsPerChild 32
MaxRequestWorkers 32
DocumentRoot ${site}
<Directory ${site}>
  Require all granted
</Directory>
<Location /v1/>
  ForceType application/json
</Location>
${hosts.join('\n')}
`
}

/** Start both servers and wait until every origin's address accepts connections. */
export async function startServers(network, folder, site, origins) {
  const of = (product) => origins.filter((origin) => origin.server === product)
  const nginx = path.join(folder, 'nginx.conf')
  const apache = path.join(folder, 'httpd.conf')
  fs.writeFileSync(nginx, nginxConfig(folder, site, of('nginx')))
  fs.writeFileSync(apache, apacheConfig(folder, site, of('apache')))
  network.spawn('server', ['nginx', '-c', nginx], { out: path.join(folder, 'servers.out') })
  network.spawn('server', ['apache2', '-DFOREGROUND', '-f', apache], { out: path.join(folder, 'servers.out') })
  for (let left = 100; ; left--) {
    const listening = await network.run('server', ['ss', '-Hltn'])
    if (origins.every(({ ip }) => listening.includes(`${ip}:80`))) return
    if (left === 0) throw new Error(`the servers did not start: ${fs.readFileSync(path.join(folder, 'servers.out'), 'utf8')}`)
    await sleep(100)
  }
}

/**
 * Every request that was answered, by the servers' own account.
 * @returns {{ address: string, clientPort: number, ordinal: number, ended: number, seconds: number, target: string, status: number }[]}
 *   `ordinal` counts from 1 on its connection, times are epoch seconds.
 */
export function readLogs(folder) {
  const lines = (file) =>
    fs
      .readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  const apache = lines('apache.log').map(({ kept, endedMicros, micros, ...rest }) => ({
    ...rest,
    ordinal: kept + 1,
    ended: endedMicros / 1e6,
    seconds: micros / 1e6,
  }))
  return [...lines('nginx.log'), ...apache]
}

/** "nginx/1.22.1" and the like, as the programs say. */
export function versions() {
  const apache = execFileSync('apache2', ['-v'], { encoding: 'utf8' })
  // nginx prints its version on standard error.
  const nginx = execFileSync('sh', ['-c', 'nginx -v 2>&1'], { encoding: 'utf8' })
  return { nginx: /nginx\/[\d.]+/.exec(nginx)?.[0] ?? 'nginx', apache: /Apache\/[\d.]+/.exec(apache)?.[0] ?? 'Apache' }
}
