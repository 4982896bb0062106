/**
 * Clients that open a connection for each request, against a server that would keep them; then the remedy as the finding prints it in the
 * program's place: one connection. What is not installed is skipped, and said so.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary, Remedy } from '../../../shared/model/audit'
import { auditOf, capture } from './testing/captured'
import type { LiveClient } from './testing/live-clients'
import { CLIENTS, REQUESTS } from './testing/live-clients'
import { has, succeeds, whyNot } from './testing/programs'
import { freePorts, Programs } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: remedies of live clients need root, to capture.\n')
const able = root && has('tcpdump')
const MINE = CLIENTS.filter(({ needs, probe = [] }) => able && needs.map(has).every(Boolean) && succeeds(probe))

describe('after the remedy, of clients that are installed', () => {
  const programs = new Programs()
  const servers: Server[] = []
  let folder = ''
  let ports: readonly number[] = []
  let before: AuditSummary
  let after: AuditSummary
  const taken = new Map<LiveClient, Remedy>()

  beforeAll(async () => {
    if (MINE.length === 0) return
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-clients-'))
    ports = await freePorts(MINE.length)
    for (const port of ports) servers.push(await serving(port))
    before = await run('before', () => null)
    for (const client of MINE) {
      const findings = before.findings.filter(({ origin }) => origin === originOf(client))
      const remedies = findings.flatMap(({ remedies, otherRemedies = [] }) => [...remedies, ...otherRemedies])
      const remedy = remedies.find(({ id }) => id === `${client.id}/${client.topic}`)
      if (remedy !== undefined) taken.set(client, remedy)
    }
    after = await run('after', (client) => taken.get(client)?.snippet ?? null)
  }, 180_000)

  afterAll(async () => {
    await programs.stopAll()
    for (const server of servers) server.close().closeAllConnections()
    if (folder !== '') rmSync(folder, { recursive: true, force: true })
  })

  const originOf = (client: LiveClient): string => `http://127.0.0.1:${ports[MINE.indexOf(client)]!}`

  async function run(name: string, snippet: (client: LiveClient) => string | null): Promise<AuditSummary> {
    // Those that must be compiled are, before the capture begins.
    const starts = MINE.map((client, i) => {
      const own = join(folder, `${name}-${i}`)
      mkdirSync(own)
      return client.start(own, `${originOf(client)}/`, snippet(client))
    })
    const file = join(folder, `${name}.pcap`)
    const load = () => Promise.all(starts.map((start, i) => ended(start, MINE[i]!.id)))
    await capture(programs, file, ports, load)
    return auditOf(file)
  }

  const ended = ({ program, args, ...surroundings }: ReturnType<LiveClient['start']>, id: string): Promise<void> =>
    new Promise((done, failed) => {
      const child = programs.start(program, args, surroundings)
      child.on('exit', (code) => (code === 0 ? done() : failed(new Error(`${id}: ${child.said}`))))
    })

  it.for(CLIENTS)('$id: $topic', (client, { skip }) => {
    skip(!MINE.includes(client), whyNot(client))
    const seen = (summary: AuditSummary) => summary.origins.find(({ origin }) => origin === originOf(client))!
    expect(seen(before)).toMatchObject({ exchanges: REQUESTS, avoidable: REQUESTS - 1 })
    expect(taken.get(client)?.seen ?? '').toMatch(client.seen ?? /^$/)
    expect(seen(after)).toMatchObject({ exchanges: REQUESTS, connectionsWithExchanges: 1, avoidable: 0 })
  })
})

/** A server that keeps connections for a minute. */
const serving = (port: number): Promise<Server> =>
  new Promise((done) => {
    const server = createServer((_, response) => response.writeHead(200, { 'Content-Length': 6 }).end('hello\n'))
    server.keepAliveTimeout = 60_000
    server.listen(port, '127.0.0.1', () => done(server))
  })
