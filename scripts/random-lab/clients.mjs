/** What the clients of the draws do. Each gives the log of its requests: the port it sent them from, and when. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import path from 'node:path'
import tls from 'node:tls'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { now, RawPool } from './raw-pool.mjs'

const programs = path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs')
const python = '/usr/bin/python3'

/** Waits between requests: some well below a time-out, some well beyond it. */
export const waits = (random, count, timeout, slack = 0.4) =>
  Array.from({ length: count }, () =>
    random.next() < 0.45
      ? random.between(1.3 * timeout + slack, 1.9 * timeout + slack + 0.3)
      : random.between(0.02, 0.6 * timeout),
  )

export async function inTurn(pool, gaps) {
  await pool.request()
  for (const gap of gaps) {
    await sleep(gap * 1000)
    await pool.request()
  }
  return pool.log
}

/** curl processes one after the other, each with so many requests. */
export async function curl(port, perProcess, gaps, args = []) {
  const log = []
  for (const gap of gaps) {
    const urls = Array(perProcess)
      .fill(`http://127.0.0.1:${port}/`)
      .flatMap((url) => ['-o', '/dev/null', url])
    const start = now()
    const text = await run('curl', ['-s', ...args, '-w', '%{local_port}\n', ...urls])
    // One after the other, though only the process's own times are known.
    for (const [i, line] of text.trim().split('\n').entries())
      log.push({ port: Number(line), start: start + i * 1e-6, end: start + i * 1e-6 + 5e-7, answered: true })
    await sleep(gap * 1000)
  }
  return log
}

function run(program, args, input = '') {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', (data) => (out += data))
    child.on('error', reject)
    child.on('close', () => resolve(out))
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

export const urllib3 = async (port, plan) =>
  JSON.parse(await run(python, [path.join(programs, 'urllib3_pool.py')], JSON.stringify({ port, ...plan })))

export function nodeGet(port, agent, log) {
  return new Promise((resolve, reject) => {
    const start = now()
    const request = http.get(
      { port, host: '127.0.0.1', agent, headers: { 'User-Agent': 'node/lab', Host: `www.lab.test:${port}` } },
      (response) => {
        const { localPort } = response.socket
        response.resume().on('end', () => resolve(log.push({ port: localPort, start, end: now(), answered: true })))
      },
    )
    request.on('error', reject)
  })
}

/**
 * A browser on each of several hosts: some requests with credentials (a cookie), some without, one after the other.
 *
 * @param plan for each host the requests of its page, in turn: true with credentials
 */
export async function browser(port, plan, gaps) {
  const { chromium } = await import('playwright-core')
  const launched = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    const log = []
    for (const [i, requests] of plan.entries()) {
      const host = `127.0.0.${i + 1}`
      const context = await launched.newContext()
      await context.addCookies([{ name: 'session', value: 'x', url: `http://${host}:${port}` }])
      const page = await context.newPage()
      const note = (start, headers) =>
        log.push({ port: Number(headers['x-port']), start, end: now(), answered: true, pool: host })
      const start = now()
      note(start, (await page.goto(`http://${host}:${port}/`)).headers())
      for (const [k, credentials] of requests.entries()) {
        await sleep(gaps[k % gaps.length] * 1000)
        const began = now()
        const mode = credentials ? 'same-origin' : 'omit'
        const from = await page.evaluate(
          async ([path, mode]) => (await fetch(path, { credentials: mode, cache: 'no-store' })).headers.get('x-port'),
          [`/${k}`, mode],
        )
        note(began, { 'x-port': from })
      }
      await context.close()
    }
    return log
  } finally {
    await launched.close()
  }
}

export async function nodeInTurn(port, agents, gaps) {
  const log = []
  for (let i = 0; i <= gaps.length; i++) {
    await nodeGet(port, agents[i % agents.length], log)
    if (i < gaps.length) await sleep(gaps[i] * 1000)
  }
  for (const agent of agents) agent.destroy()
  return log
}

export const seconds = (random, low, high) => Math.round(random.between(low, high) * 100) / 100
export const always = (cause) => () => cause
export const idleGaps = (random, count, low = 0.05, high = 0.9) => Array.from({ length: count }, () => random.between(low, high))

/** Requests over HTTP/2 without TLS, a new session when the last takes no more. */
export async function h2InTurn(port, gaps) {
  const log = []
  let session = null
  for (let i = 0; i <= gaps.length; i++) {
    const start = now()
    if (session === null || session.closed || session.destroyed) {
      session = http2.connect(`http://127.0.0.1:${port}`)
      session.on('error', () => undefined)
    }
    const current = session
    const answered = await new Promise((resolve) => {
      const request = current.request({ ':path': '/', 'user-agent': 'h2/lab' })
      request
        .on('error', () => resolve(false))
        .on('end', () => resolve(true))
        .resume()
        .end()
    })
    // Refused: it met the GOAWAY, and goes on another connection.
    if (!answered) session = null
    log.push({ port: current.socket?.localPort ?? 0, start, end: now(), answered: true })
    if (i < gaps.length) await sleep(gaps[i] * 1000)
  }
  session.destroy()
  return log
}

/** One session for each name, though the server's certificate is for all of them. Secrets go to the file. */
export async function h2ByName(port, names, gaps, keylog) {
  const [log, sessions] = [[], new Map()]
  for (const [i, gap] of gaps.entries()) {
    const servername = names[i % names.length]
    const start = now()
    if (!sessions.has(servername)) {
      const socket = tls.connect({ port, host: '127.0.0.1', servername, ALPNProtocols: ['h2'], rejectUnauthorized: false })
      socket.on('keylog', (line) => fs.appendFileSync(keylog, line))
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
      sessions.set(servername, http2.connect(`https://${servername}:${port}`, { createConnection: () => socket }))
    }
    const session = sessions.get(servername)
    await new Promise((resolve, reject) => {
      const request = session.request({ ':path': '/', 'user-agent': 'h2/lab' })
      request.on('error', reject).on('end', resolve).resume().end()
    })
    log.push({ port: session.socket.localPort, start, end: now(), answered: true })
    await sleep(gap * 1000)
  }
  for (const session of sessions.values()) session.destroy()
  return log
}

/** Several connections at once, so that each has an idle time of its own, then the server's restart; again and again. */
export async function drained(pool, server, random, restart) {
  for (let round = 0; round < 4; round++) {
    const n = random.int(4, 6)
    await Promise.all(Array.from({ length: n }, () => pool.request()))
    // Not all are used again: the idle times differ.
    for (let k = n - 1; k > 0; k--) {
      await sleep(random.between(0.25, 0.6) * 1000)
      await Promise.all(Array.from({ length: k }, () => pool.request()))
    }
    await sleep(random.between(0.1, 0.2) * 1000)
    restart(server)
    await sleep(700)
  }
  return pool.log
}

/** A request after a long idle time meets nothing, or a reset; the client gives it up and makes another connection. */
export async function forgotten(port, agent, idle, before) {
  const pool = new RawPool(port, { agent })
  for (let i = 0; i < before; i++) await pool.request()
  await sleep(idle * 1000)
  const waiting = pool.request()
  setTimeout(() => pool.close(), 4000)
  await waiting
  await sleep(200)
  await pool.request()
  return pool.log.map((entry) => ({ ...entry, pool: agent }))
}

/** Programs that share a server at the same time, each with a pool of its own. */
export const together = async (programs) => {
  const logs = await Promise.all(Object.entries(programs).map(async ([pool, log]) => (await log).map((e) => ({ ...e, pool }))))
  return logs.flat()
}
