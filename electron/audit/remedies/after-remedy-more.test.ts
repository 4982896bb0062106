/**
 * As after-remedy.test.ts, with the servers that not every machine has: each is started as it is with a fault, audited, given the remedy as
 * it is printed, and audited again. What is not installed is skipped, and said so.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary, Cause, Remedy } from '../../../shared/model/audit'
import { undisturbed } from '../testing/undisturbed'
import { auditOf, capture } from './testing/captured'
import { LIVE } from './testing/live-programs'
import { drive, type Load } from './testing/load'
import { has, succeeds, whyNot } from './testing/programs'
import { freePorts, listens, Programs, until } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: remedies on live servers need root, to capture.\n')

/** Longer than any of them takes to notice that a second has gone by. */
const IDLE: Omit<Load, 'port'> = { requests: 3, gap: 3.5 }
const QUICK: Omit<Load, 'port'> = { requests: 12, gap: 0 }

interface Story {
  /** The product's id. */
  readonly id: string
  readonly fault: string
  readonly load: Omit<Load, 'port'>
  readonly cause: Cause
  readonly avoidable: number
  readonly topic: string
  /** By what it is told; absent where it sends nothing of its own. */
  readonly seen?: RegExp
}

const early = (id: string, fault: string, seen?: RegExp): Story => ({
  id,
  fault,
  load: IDLE,
  cause: 'server-idle-timeout',
  avoidable: 2,
  topic: 'raise-idle-timeout',
  ...(seen === undefined ? {} : { seen }),
})
const off = (id: string, fault: string, seen?: RegExp): Story => ({
  ...early(id, fault, seen),
  load: QUICK,
  cause: 'keepalive-disabled',
  avoidable: 11,
  topic: 'enable-keep-alive',
})
const few = (id: string, fault: string, avoidable: number, seen?: RegExp): Story => ({
  ...early(id, fault, seen),
  load: QUICK,
  cause: 'request-limit',
  avoidable,
  topic: 'raise-request-limit',
})

const handler = (...lines: readonly string[]): string =>
  [
    'from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer',
    'class Handler(SimpleHTTPRequestHandler):',
    ...['pass', ...lines].map((line) => `    ${line}`),
    'ThreadingHTTPServer(("", 8000), Handler).serve_forever()',
  ].join('\n')
const go = (more: string): string => `server := &http.Server{Addr: ":8080", Handler: handler}\n${more}`
const connector = (attributes: string): string => `<Connector port="8080" protocol="HTTP/1.1" ${attributes} />`

const STORIES: readonly Story[] = [
  early('node', 'server.keepAliveTimeout = 1000; server.keepAliveTimeoutBuffer = 0', /^Keep-Alive: timeout=1, and no Server$/),
  few('node', 'server.maxRequestsPerSocket = 3', 3),
  early('python-http-server', handler('protocol_version = "HTTP/1.1"', 'timeout = 1'), /^Server: SimpleHTTP\//),
  off('python-http-server', handler(), /^Server: SimpleHTTP\//),
  early('gunicorn', 'worker_class = "gthread"\nkeepalive = 1', /^Server: gunicorn/),
  off('gunicorn', 'worker_class = "sync"', /^Server: gunicorn/),
  early('uvicorn', 'uvicorn --timeout-keep-alive 1 APP', /^Server: uvicorn/),
  early('aiohttp-server', 'web.run_app(app, keepalive_timeout=1)', /^Server: Python\/\S+ aiohttp\//),
  early('puma', 'persistent_timeout 1'),
  early('go-server', go('server.IdleTimeout = time.Second')),
  off('go-server', go('server.SetKeepAlivesEnabled(false)')),
  early('caddy', '{\n\tservers {\n\t\ttimeouts {\n\t\t\tidle 1s\n\t\t}\n\t}\n}', /^Server: Caddy/),
  early('varnish', 'varnishd -p timeout_idle=1', /^(Via: .*varnish|x-varnish)/),
  early('tomcat', connector('keepAliveTimeout="1000"')),
  few('tomcat', connector('maxKeepAliveRequests="3"'), 3),
  early('jetty', 'jetty.http.idleTimeout=1000', /^Server: Jetty\(/),
]

const able = root && has('tcpdump')
const installed = new Map(
  Object.entries(LIVE).map(([id, { needs, probe = [] }]) => [id, able && needs.map(has).every(Boolean) && succeeds(probe)]),
)
const there = (story: Story): boolean => installed.get(story.id) === true
const MINE = STORIES.filter(there)

describe('after the remedy, of servers that are installed', () => {
  const programs = new Programs()
  let folder = ''
  let ports: readonly number[] = []
  let before: AuditSummary
  let after: AuditSummary
  const taken = new Map<Story, Remedy>()

  beforeAll(async () => {
    if (MINE.length === 0) return
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-more-'))
    chmodSync(folder, 0o755)
    ports = await freePorts(MINE.length)
    before = await run('before', ({ fault }) => fault)
    for (const story of MINE) {
      const findings = before.findings.filter(({ origin }) => origin === originOf(story))
      const remedies = findings.flatMap(({ remedies, otherRemedies = [] }) => [...remedies, ...otherRemedies])
      const remedy = remedies.find(({ id }) => id === `${story.id}/${story.topic}`)
      if (remedy !== undefined) taken.set(story, remedy)
    }
    after = await run('after', (story) => taken.get(story)?.snippet ?? story.fault)
  }, 240_000)

  afterAll(async () => {
    await programs.stopAll()
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  const portOf = (story: Story): number => ports[MINE.indexOf(story)]!
  const originOf = (story: Story): string => `http://a.test:${portOf(story)}`

  async function run(name: string, settings: (story: Story) => string): Promise<AuditSummary> {
    const starts = MINE.map((story, i) => {
      const own = join(folder, `${name}-${i}`)
      mkdirSync(own)
      return LIVE[story.id]!.start(own, portOf(story), settings(story))
    })
    const file = join(folder, `${name}.pcap`)
    await undisturbed(async () => {
      const running = starts.map(({ program, args, ...surroundings }) => programs.start(program, args, surroundings))
      await until(
        async () => (await Promise.all(ports.map(listens))).every(Boolean),
        () => running.map(({ said }, i) => `${MINE[i]!.id}: ${said}`).join('\n'),
        // Those of Java, on a machine that has other work.
        90,
      )
      const load = () => Promise.all(MINE.map((story) => drive({ ...story.load, port: portOf(story) })))
      const stall = await capture(programs, file, ports, load)
      await programs.stopAll()
      return stall
    })
    return auditOf(file)
  }

  it.for(STORIES)('$id: $topic', (story, { skip }) => {
    skip(!there(story), whyNot(LIVE[story.id]!))
    const { cause, avoidable } = story
    const seen = (summary: AuditSummary) => summary.origins.find(({ origin }) => origin === originOf(story))!
    expect(seen(before)).toMatchObject({ avoidable, causes: { [cause]: avoidable }, exchanges: story.load.requests })

    const remedy = taken.get(story)!
    expect(remedy.seen ?? '').toMatch(story.seen ?? /^$|^Keep-Alive/)
    expect(remedy.predicted).toMatchObject({ before: avoidable })
    expect(seen(after).exchanges).toBe(story.load.requests)
    expect(seen(after)).toMatchObject({ avoidable: 0, connectionsWithExchanges: 1, reusedExchanges: story.load.requests - 1 })
  })
})
