/**
 * Two network namespaces, "client" and "server", joined by a link of known delay. Nothing is routed out of them, and
 * everything is made in namespaces whose names begin with `roundtrip-sample-`: no other address or interface is touched.
 */
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const PREFIX = 'roundtrip-sample-'
const DEVICE = 'eth0'
const PROGRAMS = path.join(import.meta.dirname, 'programs')
const MAC = { client: '02:00:00:00:00:02', server: '02:00:00:00:00:01' }

const run = (program, ...args) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

export class Network {
  #names
  #link = null

  /**
   * @param {{ clientIp: string, hosts: Record<string, string>, rttMs: number }} plan server names and their addresses (one /24)
   */
  constructor(plan) {
    this.plan = plan
    this.#names = { client: `${PREFIX}${process.pid}-client`, server: `${PREFIX}${process.pid}-server` }
  }

  async open() {
    removeStale()
    for (const name of Object.values(this.#names)) {
      run('ip', 'netns', 'add', name)
      run('ip', '-n', name, 'link', 'set', 'lo', 'up')
    }
    await this.#joinEnds()
    const serverIps = Object.values(this.plan.hosts)
    this.#address('client', [this.plan.clientIp], serverIps, MAC.server)
    this.#address('server', serverIps, [this.plan.clientIp], MAC.client)
    this.#nameHosts()
    await sleep(300)
  }

  /** Start a program in a namespace. `out` is the file for its standard output and error, else they are piped. */
  spawn(end, argv, { out, input } = {}) {
    const log = out ? fs.openSync(out, 'a') : 'pipe'
    const child = spawn('ip', ['netns', 'exec', this.#names[end], ...argv], { stdio: [input ? 'pipe' : 'ignore', log, log] })
    if (input) child.stdin.end(input)
    if (out) fs.closeSync(log)
    return child
  }

  /** Run a program in a namespace to its end and return its standard output. Throws when it fails. */
  async run(end, argv, options = {}) {
    const child = this.spawn(end, argv, options)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    const status = await new Promise((done, failed) => child.on('close', done).on('error', failed))
    if (status !== 0) throw new Error(`${argv[0]} ended with ${status}: ${stderr.trim().slice(-2000)}`)
    return stdout
  }

  /** Sockets of both ends that are neither listening nor in TIME-WAIT. */
  busySockets() {
    const filter = ['-Htan', 'exclude', 'listening', 'exclude', 'time-wait']
    return Object.values(this.#names)
      .flatMap((name) => run('ip', 'netns', 'exec', name, 'ss', ...filter).split('\n'))
      .filter((line) => line.includes(this.plan.clientIp)).length
  }

  /** Ends what still runs inside, then removes the namespaces. Safe to call at any time, more than once. */
  close() {
    this.#link?.kill('SIGKILL')
    this.#link = null
    for (const name of Object.values(this.#names)) removeNamespace(name)
  }

  async #joinEnds() {
    const { client, server } = this.#names
    const argv = [path.join(PROGRAMS, 'link.py'), client, server, DEVICE, String(this.plan.rttMs / 2)]
    this.#link = spawn('python3', argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((done, failed) => {
      this.#link.stdout.once('data', done)
      this.#link.once('exit', () => failed(new Error('the link did not start: does this kernel have /dev/net/tun?')))
    })
    this.#link.removeAllListeners('exit')
  }

  /** Neighbours are entered beforehand, so that no first connection waits for ARP. */
  #address(end, own, others, otherMac) {
    const name = this.#names[end]
    run('ip', 'netns', 'exec', name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1')
    run('ip', '-n', name, 'link', 'set', DEVICE, 'address', MAC[end], 'up')
    for (const ip of own) run('ip', '-n', name, 'addr', 'add', `${ip}/24`, 'dev', DEVICE)
    for (const ip of others) run('ip', '-n', name, 'neigh', 'replace', ip, 'lladdr', otherMac, 'dev', DEVICE, 'nud', 'permanent')
  }

  /** `ip netns exec` puts the files of /etc/netns/NAME in the place of those in /etc. */
  #nameHosts() {
    const lines = Object.entries(this.plan.hosts).map(([host, ip]) => `${ip} ${host}\n`)
    for (const name of Object.values(this.#names)) {
      fs.mkdirSync(`/etc/netns/${name}`, { recursive: true })
      fs.writeFileSync(`/etc/netns/${name}/hosts`, '127.0.0.1 localhost\n' + lines.join(''))
      fs.writeFileSync(`/etc/netns/${name}/resolv.conf`, '')
    }
  }
}

export const CAPTURE_DEVICE = DEVICE

function removeNamespace(name) {
  if (!fs.existsSync(`/run/netns/${name}`)) return
  for (const pid of run('ip', 'netns', 'pids', name).split('\n').filter(Boolean)) {
    try {
      process.kill(Number(pid), 'SIGKILL')
    } catch {
      // It ended by itself.
    }
  }
  run('ip', 'netns', 'del', name)
  fs.rmSync(`/etc/netns/${name}`, { recursive: true, force: true })
  if (fs.existsSync('/etc/netns') && fs.readdirSync('/etc/netns').length === 0) fs.rmdirSync('/etc/netns')
}

/** What a run left behind that was killed outright: namespaces named after a process that is no more. */
function removeStale() {
  const names = fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : []
  for (const name of names) {
    const pid = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('-')[0] : null
    if (pid && !fs.existsSync(`/proc/${pid}`)) removeNamespace(name)
  }
}
