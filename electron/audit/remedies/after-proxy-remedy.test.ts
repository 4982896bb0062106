/**
 * Proxies that open a connection to their server for each request, captured between the two; then the remedy as the finding prints it, and
 * the same again: the proxy keeps its connection.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, get, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary, Remedy } from '../../../shared/model/audit'
import { auditOf, capture } from './testing/captured'
import type { LiveProxy } from './testing/live-proxies'
import { PROXIES } from './testing/live-proxies'
import { has, whyNot } from './testing/programs'
import { freePorts, listens, Programs, until } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: remedies of live proxies need root, to capture.\n')
const able = root && has('tcpdump')
const MINE = PROXIES.filter(({ needs }) => able && needs.map(has).every(Boolean))
const REQUESTS = 5

describe('after the remedy, between a proxy and its server', () => {
  const programs = new Programs()
  const servers: Server[] = []
  let folder = ''
  let front: readonly number[] = []
  let back: readonly number[] = []
  let before: AuditSummary
  let after: AuditSummary
  const taken = new Map<LiveProxy, Remedy>()

  beforeAll(async () => {
    if (MINE.length === 0) return
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-proxies-'))
    chmodSync(folder, 0o755)
    const ports = await freePorts(2 * MINE.length)
    front = ports.slice(0, MINE.length)
    back = ports.slice(MINE.length)
    for (const port of back) servers.push(await serving(port))
    before = await run('before', () => null)
    for (const proxy of MINE) {
      const findings = before.findings.filter(({ origin }) => origin !== null && isOf(proxy, origin))
      const remedies = findings.flatMap(({ remedies, otherRemedies = [] }) => [...remedies, ...otherRemedies])
      const remedy = remedies.find(({ id }) => id === `${proxy.id}/${proxy.topic}`)
      if (remedy !== undefined) taken.set(proxy, remedy)
    }
    after = await run('after', (proxy) => taken.get(proxy)?.snippet ?? null)
  }, 60_000)

  afterAll(async () => {
    await programs.stopAll()
    for (const server of servers) server.close().closeAllConnections()
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  /** Some pass on the name that the browser used, some tell the server's own, and nginx's remedy its upstream's. */
  const isOf = (proxy: LiveProxy, origin: string): boolean =>
    [front, back].some((ports) => origin.endsWith(`:${ports[MINE.indexOf(proxy)]!}`)) ||
    (proxy.id === 'nginx-upstream' && origin.startsWith('http://backend'))

  async function run(name: string, snippet: (proxy: LiveProxy) => string | null): Promise<AuditSummary> {
    const starts = MINE.map((proxy, i) => {
      const own = join(folder, `${name}-${i}`)
      mkdirSync(own)
      return proxy.start(own, front[i]!, back[i]!, snippet(proxy))
    })
    const file = join(folder, `${name}.pcap`)
    const running = starts.map(({ program, args, ...surroundings }) => programs.start(program, args, surroundings))
    await until(
      async () => (await Promise.all(front.map(listens))).every(Boolean),
      () => running.map(({ said }, i) => `${MINE[i]!.id}: ${said}`).join('\n'),
      20,
    )
    await capture(programs, file, back, () => Promise.all(front.map(drive)))
    await programs.stopAll()
    return auditOf(file)
  }

  const seen = (summary: AuditSummary, proxy: LiveProxy) => summary.origins.find(({ origin }) => isOf(proxy, origin))!

  it.for(PROXIES)('$id: $topic', (proxy, { skip }) => {
    skip(!MINE.includes(proxy), whyNot(proxy))
    expect(seen(before, proxy)).toMatchObject({ exchanges: REQUESTS, avoidable: REQUESTS - 1 })
    expect(taken.get(proxy)?.seen ?? '').toMatch(proxy.seen ?? /^$/)
    expect(seen(after, proxy)).toMatchObject({ exchanges: REQUESTS, connectionsWithExchanges: 1, avoidable: 0 })
  })
})

/** A browser's requests, one after the other on one connection. */
async function drive(port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true })
  for (let i = 0; i < REQUESTS; i++) {
    await new Promise<void>((done, failed) => {
      get({ host: '127.0.0.1', port, path: `/${i}`, agent, headers: { 'user-agent': 'Mozilla/5.0' } }, (response) => {
        response.resume().on('close', done)
      }).on('error', failed)
    })
    await sleep(100)
  }
  agent.destroy()
}

const serving = (port: number): Promise<Server> =>
  new Promise((done) => {
    const server = createServer((_, response) => response.writeHead(200, { 'Content-Length': 6 }).end('hello\n'))
    server.keepAliveTimeout = 60_000
    server.listen(port, '127.0.0.1', () => done(server))
  })
