/** Real servers on the loopback, each with settings of its own. Every one tells the client's port in X-Port. */
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const ms = (seconds) => `${Math.round(seconds * 1000)}ms`

/** Before all others: where sessions are scheduled as groups (sched_autogroup(7)), a process's own priority counts within its session only. */
export function hurry(pid) {
  try {
    fs.writeFileSync(`/proc/${pid}/autogroup`, '-15')
  } catch {
    // Not Linux, or without such groups.
  }
}

const STALLS = 'stalls'

/** Did the server have to wait for the processor, by its own clock? Only Node.js tells. */
export const stalled = (folder) => fs.existsSync(path.join(folder, STALLS))

/** @param settings idle, limit, age in seconds or requests; keepAlive false turns it off. */
const CONFIGS = {
  nginx: (folder, port, { idle = 65, limit = 1000, age, keepAlive = true }) => [
    'nginx.conf',
    `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi; access_log ${folder}/access.log;
  keepalive_timeout ${keepAlive ? ms(idle) : '0'}; keepalive_requests ${limit}; ${age === undefined ? '' : `keepalive_time ${ms(age)};`}
  server { listen ${port}; add_header X-Port $remote_port; location / { return 200 "hello\\n"; } }
}`,
    (file) => ['nginx', '-c', file],
  ],
  apache: (folder, port, { idle = 65, limit = 0, keepAlive = true }) => [
    'apache.conf',
    `ServerRoot ${folder}
ServerName lab.test
${['mpm_event', 'authz_core', 'headers', 'dir'].map((m) => `LoadModule ${m}_module /usr/lib/apache2/modules/mod_${m}.so`).join('\n')}
User www-data
Group www-data
PidFile ${folder}/apache.pid
ErrorLog ${folder}/error.log
Listen ${port}
StartServers 1
ServerLimit 1
ThreadsPerChild 32
MaxRequestWorkers 32
KeepAlive ${keepAlive ? 'On' : 'Off'}
KeepAliveTimeout ${ms(idle)}
MaxKeepAliveRequests ${limit === 0 ? 0 : limit - 1}
Header set X-Port "expr=%{REMOTE_PORT}"
DocumentRoot ${folder}/site
DirectoryIndex index.html
<Directory ${folder}/site>
  Require all granted
</Directory>
`,
    (file) => ['apache2', '-X', '-f', file],
  ],
  haproxy: (folder, port, { idle = 65 }) => [
    'haproxy.cfg',
    `global
  maxconn 256
defaults
  mode http
  timeout client 60s
  timeout connect 2s
  timeout server 5s
  timeout http-keep-alive ${ms(idle)}
frontend lab
  bind :${port}
  http-request return status 200 content-type text/plain hdr X-Port %[src_port] string hello
`,
    (file) => ['haproxy', '-db', '-f', file],
  ],
  node: (folder, port, settings) => [
    'node.json',
    JSON.stringify({
      port,
      stalls: path.join(folder, STALLS),
      ...settings,
      ...(settings.names === undefined ? {} : certificateFor(settings.names, folder)),
    }),
    (file) => [process.execPath, path.join(here, 'programs/server.mjs'), file],
  ],
  forgetful: (folder, port, settings) => [
    'forgetful.json',
    JSON.stringify({ port, ...settings }),
    (file) => ['python3', path.join(here, 'programs/forgetful.py'), file],
  ],
}

/** A certificate for several names, signed by itself. */
function certificateFor(names, folder) {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name))
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-days',
      '2',
      '-keyout',
      key,
      '-out',
      cert,
    ].concat(['-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`]),
    { stdio: 'ignore' },
  )
  return { key, cert }
}

export async function startServer(kind, folder, port, settings) {
  fs.mkdirSync(path.join(folder, 'site'), { recursive: true })
  fs.chmodSync(folder, 0o755)
  fs.writeFileSync(path.join(folder, 'site/index.html'), 'hello\n')
  const [name, text, command] = CONFIGS[kind](folder, port, settings)
  const file = path.join(folder, name)
  fs.writeFileSync(file, text)
  const log = fs.openSync(path.join(folder, `${kind}.out`), 'a')
  const [program, ...args] = command(file)
  const child = spawn(program, args, { stdio: ['ignore', log, log], detached: true })
  hurry(child.pid)
  let stopped = false
  child.on('exit', () => (stopped = true))
  child.on('error', () => (stopped = true))
  for (let i = 0; !(await listens(port)); i++) {
    if (stopped || i > 200)
      throw new Error(`${kind} did not start: ${fs.readFileSync(path.join(folder, `${kind}.out`), 'utf8').slice(-600)}`)
    await sleep(50)
  }
  // A group of its own: workers do not outlive their master.
  return { pid: child.pid, signal: (name) => child.kill(name), stop: () => stopped || process.kill(-child.pid, 'SIGKILL') }
}

/** Asks the kernel, so that no connection of ours is in the capture. */
async function listens(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].some((f) => new RegExp(`:${hex} 0+:0000 0A`).test(fs.readFileSync(f, 'utf8')))
}

export async function freePort() {
  const server = net.createServer()
  await new Promise((resolve) => server.listen(0, resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}
