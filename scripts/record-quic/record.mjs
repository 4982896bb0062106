#!/usr/bin/env node
/**
 * Records electron/engine/quic/recorded: real HTTP/3 clients and servers, captured on loopback, with keys and what was logged of requests.
 * Usage: sudo node scripts/record-quic/record.mjs ROOTS OUT [STORY…]   (ROOTS as install.sh makes it; see README.md beside this file)
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { requestsOf } from './requests.mjs'
import { site } from './site.mjs'
import { STORIES } from './stories.mjs'

const [roots, out, ...names] = process.argv.slice(2)
const here = import.meta.dirname
const LONGEST_ASK = 60_000

/** One story: its programs, its capture. Everything lies in one folder, which both roots have at /w. */
class Run {
  #started = []

  constructor(work) {
    this.work = work
  }

  /** A server's configuration, for an address; its path as the roots see it. */
  configure(name, address) {
    const text = fs.readFileSync(path.join(here, 'configurations', name), 'utf8')
    fs.writeFileSync(path.join(this.work, name), text.replaceAll('ADDRESS', address).replaceAll('LOG', '/w/requests'))
    return `/w/${name}`
  }

  /** @param root whose program it is; '' for the machine's own */
  #start(root, command, output) {
    const env = { ...process.env, SSLKEYLOGFILE: root === '' ? path.join(this.work, 'keys') : '/w/keys' }
    const shell = ['sh', '-c', `cd ${root === '' ? this.work : '/w'}; exec ${command}`]
    const argv = root === '' ? shell : ['chroot', path.join(roots, root), ...shell]
    const file = fs.openSync(path.join(this.work, output), 'a')
    return spawn(argv[0], argv.slice(1), { env, stdio: ['ignore', file, file] })
  }

  async serve(root, command) {
    this.#started.push(this.#start(root, command, 'served'))
    await sleep(2000)
  }

  async ask(root, command) {
    const child = this.#start(root, command, 'asked')
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_ASK)
    await new Promise((resolve) => child.once('exit', resolve))
    clearTimeout(late)
  }

  chromium(url) {
    const key = execFileSync('sh', [
      '-c',
      `openssl x509 -in ${this.work}/cert/server.crt -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64`,
    ])
    const options = [
      '--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update',
      `--user-data-dir=${this.work}/chromium --origin-to-force-quic-on=a.test:443 --host-resolver-rules='MAP *.test 127.0.0.1'`,
      `--ignore-certificate-errors-spki-list=${key.toString().trim()} --ssl-key-log-file=${this.work}/keys`,
      '--virtual-time-budget=100000000 --timeout=7000 --dump-dom',
    ]
    return this.ask('', `timeout 12 chromium ${options.join(' ')} ${url}`)
  }

  async firefox(url) {
    const profile = path.join(this.work, 'firefox')
    fs.mkdirSync(profile)
    fs.copyFileSync(path.join(here, 'configurations', 'firefox.prefs'), path.join(profile, 'user.js'))
    await this.ask('trixie', 'certutil -N -d sql:/w/firefox --empty-password')
    await this.ask('trixie', 'certutil -A -d sql:/w/firefox -n testca -t CT,, -i /w/cert/ca.crt')
    const env = 'env HOME=/w/firefox MOZ_DISABLE_CONTENT_SANDBOX=1'
    await this.ask('trixie', `${env} timeout 12 firefox-esr --headless --no-remote --profile /w/firefox ${url}`)
  }

  /** Begins to capture; what comes back ends everything. */
  async capture(file) {
    const args = [
      '-i',
      'lo',
      '-B',
      '65536',
      '-s',
      '0',
      '-U',
      '--immediate-mode',
      '-Z',
      'root',
      '-w',
      file,
      'udp and not host 127.0.0.2',
    ]
    const tcpdump = spawn('tcpdump', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    await new Promise((resolve, reject) => {
      tcpdump.stderr.on('data', (said) => String(said).includes('listening on') && resolve())
      tcpdump.once('error', reject).once('exit', () => reject(new Error('tcpdump ended')))
    })
    return async () => {
      await sleep(1000)
      for (const child of this.#started) child.kill()
      await sleep(500)
      for (const child of this.#started) child.kill('SIGKILL')
      const ended = new Promise((resolve) => tcpdump.once('exit', resolve))
      tcpdump.kill('SIGINT')
      await ended
    }
  }
}

/** Roots see the work folder at /w, know a.test, and have devices: in namespaces of this process only, gone with it. */
function prepare(work) {
  const run = (...argv) => execFileSync(argv[0], argv.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
  run('ip', 'link', 'set', 'lo', 'up', 'mtu', '1500')
  fs.writeFileSync(path.join(work, 'hosts'), '127.0.0.1 localhost a.test\n')
  for (const name of ['trixie', 'sid']) {
    const root = path.join(roots, name)
    fs.mkdirSync(path.join(root, 'w'), { recursive: true })
    run('mount', '--bind', work, path.join(root, 'w'))
    run('mount', '--bind', path.join(work, 'hosts'), path.join(root, 'etc/hosts'))
    run('mount', '--rbind', '/dev', path.join(root, 'dev'))
    run('mount', '-t', 'proc', 'proc', path.join(root, 'proc'))
  }
}

async function main() {
  fs.mkdirSync(out, { recursive: true })
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'record-quic-'))
  fs.chmodSync(work, 0o755)
  prepare(work)
  site(work)
  fs.cpSync(path.join(here, 'programs'), path.join(work, 'programs'), { recursive: true })
  const kept = new Set(fs.readdirSync(work))
  const listed = path.join(out, 'requests.json')
  const requests = fs.existsSync(listed) ? JSON.parse(fs.readFileSync(listed, 'utf8')) : {}
  for (const name of names.length > 0 ? names : Object.keys(STORIES)) {
    for (const old of fs.readdirSync(work)) if (!kept.has(old)) fs.rmSync(path.join(work, old), { recursive: true })
    fs.writeFileSync(path.join(work, 'keys'), '')
    fs.chmodSync(path.join(work, 'keys'), 0o666)
    const run = new Run(work)
    const end = await run.capture(path.join(out, `${name}.pcap`))
    await STORIES[name](run)
    await end()
    const secrets = fs.readFileSync(path.join(work, 'keys'), 'utf8').split('\n')
    fs.writeFileSync(
      path.join(out, `${name}.keylog`),
      secrets
        .filter((line) => /^(CLIENT|SERVER)_/.test(line))
        .sort()
        .map((line) => `${line}\n`)
        .join(''),
    )
    requests[name] = requestsOf(name, work)
    fs.writeFileSync(listed, `${JSON.stringify(requests, null, 2)}\n`)
    process.stdout.write(
      `${name}: ${requests[name].length} requests, ${fs.statSync(path.join(out, `${name}.pcap`)).size} bytes\n`,
    )
  }
}

if (roots === undefined || out === undefined || process.getuid() !== 0) {
  process.stderr.write('Usage, as root: node scripts/record-quic/record.mjs ROOTS OUT [STORY…]\n')
  process.exitCode = 2
} else if (process.env.RECORD_QUIC_INSIDE === undefined) {
  const args = ['--mount', '--net', '--pid', '--fork', '--kill-child', process.execPath, ...process.argv.slice(1)]
  const { status } = spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, RECORD_QUIC_INSIDE: '1' } })
  process.exitCode = status ?? 1
} else await main()
