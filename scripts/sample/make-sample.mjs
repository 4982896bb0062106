#!/usr/bin/env node
/**
 * Makes samples/shop.pcapng, shop.har and expected.json from real servers and clients on a link of known delay.
 * Usage: sudo node scripts/sample/make-sample.mjs [FOLDER]   (Linux, root; about 80 s; see README.md beside this file)
 */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, readSockets } from './expected.mjs'
import { CAPTURE_DEVICE, Network } from './network.mjs'
import { readLogs, startServers, versions } from './servers.mjs'
import { build } from './site.mjs'
import * as story from './story.mjs'

const LIMIT_MS = 150_000
const NEEDED = {
  ip: 'iproute2',
  ss: 'iproute2',
  python3: 'python3',
  nginx: 'nginx',
  apache2: 'apache2',
  curl: 'curl',
  chromium: 'chromium',
  dumpcap: 'tshark',
  editcap: 'tshark',
}
const PROGRAMS = path.join(import.meta.dirname, 'programs')
const target = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '..', '..', 'samples'))

function refusal() {
  if (process.platform !== 'linux') return 'The sample is made in Linux network namespaces; this is not Linux.'
  if (process.getuid?.() !== 0) return 'Making network namespaces needs root.'
  if (!fs.existsSync('/dev/net/tun')) return 'The emulated link needs /dev/net/tun.'
  const missing = Object.keys(NEEDED).filter((program) => !find(program))
  if (missing.length === 0) return null
  const packages = [...new Set(missing.map((program) => NEEDED[program]))].join(' ')
  return `Not installed: ${missing.join(', ')}. On Debian: apt-get install ${packages}`
}

function find(program) {
  const folders = (process.env.PATH ?? '').split(':')
  return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file))
}

/** Everything the clients do, side by side. Returns what the browser and the pooled client wrote down. */
async function play(network, work) {
  const node = (program, plan) => network.run('client', [process.execPath, path.join(PROGRAMS, program), JSON.stringify(plan)])
  const curl = (urls) => {
    const config = urls.map((url) => `url = "${url}"\noutput = "/dev/null"\n`).join('')
    return network.run('client', ['curl', '-sS', '--fail', '--http1.1', '--max-time', '30', '-K', '-'], { input: config })
  }
  const inventory = async () => {
    for (const [i, url] of story.INVENTORY.urls.entries()) {
      await sleep(i === 0 ? story.INVENTORY.at : story.INVENTORY.everyMs)
      await curl([url])
    }
  }
  const visit = {
    ...story.VISIT,
    browser: find('chromium'),
    profile: path.join(work, 'profile'),
    har: path.join(work, 'shop.har'),
  }
  const [browser, orders] = await Promise.all([
    node('browser.mjs', visit),
    sleep(story.ORDERS.at).then(() => node('poller.mjs', story.ORDERS)),
    sleep(story.LEGACY.at).then(() => curl(story.LEGACY.urls)),
    sleep(story.STATIC.at).then(() => curl(story.STATIC.urls)),
    inventory(),
  ])
  const lines = (text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return { browser: lines(browser), poller: lines(orders) }
}

async function waitFor(what, done) {
  for (let left = 100; !done(); left--) {
    if (left === 0) throw new Error(`${what} did not happen`)
    await sleep(100)
  }
}

async function stop(child) {
  const ended = new Promise((done) => child.once('exit', done))
  child.kill('SIGINT')
  await ended
}

async function make(network, work) {
  const site = path.join(work, 'site')
  build(site, story.CART)
  await network.open()
  await startServers(network, work, site, story.ORIGINS)

  const file = { capture: path.join(work, 'shop.pcap'), log: path.join(work, 'dumpcap.log'), sockets: path.join(work, 'sockets') }
  const sockets = network.spawn('server', ['stdbuf', '-oL', 'ss', '-E', '-t', '-i', '-n', '-O'], { out: file.sockets })
  const capture = network.spawn('client', ['dumpcap', '-q', '-P', '-i', CAPTURE_DEVICE, '-f', 'tcp', '-w', file.capture], {
    out: file.log,
  })
  await waitFor("dumpcap's start", () => fs.readFileSync(file.log, 'utf8').includes('File:'))
  await sleep(200)

  const { browser, poller } = await play(network, work)
  await waitFor('the end of every connection', () => network.busySockets() === 0)
  await sleep(500)
  await stop(capture)
  await stop(sockets)

  const expected = expect({
    origins: story.ORIGINS,
    requests: readLogs(work),
    sockets: readSockets(fs.readFileSync(file.sockets, 'utf8'), story.CLIENT_IP),
    browser,
    poller,
    rttMs: story.RTT_MS,
    versions: versions(),
  })
  publish(work, file.capture, expected)
  return expected
}

/** Only a run that went through to its end replaces the sample. */
function publish(work, capture, expected) {
  fs.mkdirSync(target, { recursive: true })
  const comment = 'Roundtrip sample: a shop of six origins (.test names, private addresses). See samples/README.md.'
  execFileSync('editcap', ['-F', 'pcapng', '--capture-comment', comment, capture, path.join(target, 'shop.pcapng')])
  fs.copyFileSync(path.join(work, 'shop.har'), path.join(target, 'shop.har'))
  fs.writeFileSync(path.join(target, 'expected.json'), JSON.stringify(expected, null, 2) + '\n')
}

async function main() {
  const reason = refusal()
  if (reason) {
    console.error(reason)
    return 1
  }
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'roundtrip-sample-'))
  fs.chmodSync(work, 0o755) // Apache's workers are not root
  const network = new Network({ clientIp: story.CLIENT_IP, hosts: story.HOSTS, rttMs: story.RTT_MS })
  // Both are synchronous, so however this process ends (an error, a signal, the limit), they are done.
  process.once('exit', () => {
    network.close()
    fs.rmSync(work, { recursive: true, force: true })
  })
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  const limit = setTimeout(() => {
    console.error(`Not done after ${LIMIT_MS / 1000} s: given up.`)
    process.exit(1)
  }, LIMIT_MS)
  const expected = await make(network, work)
  clearTimeout(limit)
  console.table(expected.origins, ['origin', 'connections', 'requestsAnswered', 'reuseRatio', 'avoidable'])
  return 0
}

process.env.PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin` // where servers and ip are; not every user's path has it
process.exit(await main())
