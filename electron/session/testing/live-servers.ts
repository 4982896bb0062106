/** nginx and Apache httpd, each with several idle time-outs on ports of their own, and a capture of one port. Needs root. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const MODULES = '/usr/lib/apache2/modules'

/** Why live servers cannot be had here; null where they can. */
export function whyNoServers(): string | null {
  if (process.getuid?.() !== 0) return 'capturing needs root'
  for (const [program, flag] of [
    ['nginx', '-v'],
    ['apache2', '-v'],
    ['tcpdump', '--version'],
  ] as const) {
    if (spawnSync(program, [flag]).status !== 0) return `${program} is not installed`
  }
  return existsSync(`${MODULES}/mod_mpm_event.so`) ? null : 'Apache httpd has no event MPM'
}

/** Ports nobody listens on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

export interface Running {
  stop(): Promise<void>
}

/** @param timeouts idle time-out in seconds by port @param ages seconds after which a connection's next request is its last, by port */
export async function nginx(
  folder: string,
  timeouts: ReadonlyMap<number, number>,
  ages: ReadonlyMap<number, number> = new Map(),
): Promise<Running> {
  const age = (port: number): string => (ages.has(port) ? `keepalive_time ${ages.get(port) ?? 0}s; ` : '')
  const servers = [...timeouts].map(
    ([port, seconds]) =>
      `server { listen 127.0.0.1:${port}; keepalive_timeout ${seconds}s; ${age(port)}location / { return 200 "hello\\n"; } }`,
  )
  const config = `worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events {}
http { access_log off; keepalive_requests 100000;
client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
${servers.join('\n')} }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  return started(spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], { stdio: 'ignore' }), timeouts)
}

export async function apache(folder: string, timeouts: ReadonlyMap<number, number>): Promise<Running> {
  const root = join(folder, 'htdocs')
  mkdirSync(root)
  writeFileSync(join(root, 'index.html'), 'hello\n')
  const hosts = [...timeouts].map(
    ([port, seconds]) => `Listen 127.0.0.1:${port}\n<VirtualHost 127.0.0.1:${port}>\nKeepAliveTimeout ${seconds}\n</VirtualHost>`,
  )
  const config = `ServerRoot ${folder}\nServerName localhost\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/apache.log
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so\nLoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule dir_module ${MODULES}/mod_dir.so\nDirectoryIndex index.html
User www-data\nGroup www-data\nStartServers 4\nThreadsPerChild 50\nMaxRequestWorkers 400\nMinSpareThreads 100\nMaxSpareThreads 400
DocumentRoot ${root}\nKeepAlive On\nMaxKeepAliveRequests 0\n${hosts.join('\n')}\n`
  writeFileSync(join(folder, 'apache.conf'), config)
  return started(spawn('apache2', ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], { stdio: 'ignore' }), timeouts)
}

/** Captures what goes to and from one port of the loopback interface. Resolves once it listens. */
export async function capture(file: string, port: number): Promise<Running> {
  const child = spawn('tcpdump', ['-i', 'lo', '-U', '-s', '256', '-w', file, 'tcp', 'port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`tcpdump ended with ${code}`)))
    child.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('listening on')) resolve()
    })
  })
  return { stop: () => ended(child, 'SIGINT') }
}

async function started(child: ChildProcess, ports: ReadonlyMap<number, number>): Promise<Running> {
  const running = { stop: () => ended(child, 'SIGTERM') }
  try {
    for (const port of ports.keys()) await answering(child, port)
  } catch (error) {
    await running.stop()
    throw error
  }
  return running
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`)
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.on('error', () => resolve(false))
    })
    if (open) return
    await pause(100)
  }
  throw new Error(`${child.spawnfile} does not answer on port ${port}`)
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  await exit
}
