/**
 * Real servers whose TLS takes a round trip more than it need, a client that logs its keys, a capture and its audit; then the remedy as the
 * finding prints it in the fault's place, and the same again: the finding is gone.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary, Remedy } from '../../../shared/model/audit'
import type { Fault } from './testing/faulty'
import { apacheServer, nginxServer } from './testing/faulty'
import { has, selfSigned } from './testing/programs'
import { auditOf, capture } from './testing/captured'
import { freePorts, listens, Programs, until } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: TLS remedies on live servers need root, to capture.\n')
const ready = root && ['tcpdump', 'nginx', 'apache2', 'openssl'].map(has).every(Boolean)

const REQUESTS = 4

interface Story {
  readonly server: 'nginx' | 'apache'
  readonly fault: string
  readonly rule: string
  readonly remedy: string
  /** Handshakes that took a round trip more. */
  readonly handshakes: number
}

const STORIES: readonly Story[] = [
  {
    server: 'nginx',
    fault: 'ssl_protocols TLSv1.2; ssl_session_tickets off; ssl_session_cache off;',
    rule: 'tls-not-resumed',
    remedy: 'nginx/resume-tls',
    handshakes: REQUESTS - 1,
  },
  { server: 'nginx', fault: 'ssl_protocols TLSv1.2;', rule: 'tls-old-version', remedy: 'nginx/use-tls-1.3', handshakes: 1 },
  {
    server: 'nginx',
    fault: 'ssl_ecdh_curve secp384r1; ssl_protocols TLSv1.3;',
    rule: 'tls-hello-retry',
    remedy: 'nginx/share-key-groups',
    handshakes: REQUESTS,
  },
  { server: 'apache', fault: 'SSLProtocol TLSv1.2', rule: 'tls-old-version', remedy: 'apache/use-tls-1.3', handshakes: 1 },
  {
    server: 'apache',
    fault: 'SSLProtocol TLSv1.3\nSSLOpenSSLConfCmd Groups P-384',
    rule: 'tls-hello-retry',
    remedy: 'apache/share-key-groups',
    handshakes: REQUESTS,
  },
]

/** One request after the other, each on a connection of its own, with what sessions the client kept. */
async function drive(port: number, keys: string[]): Promise<void> {
  const agent = new Agent({ keepAlive: false, rejectUnauthorized: false, servername: 'a.test', maxCachedSessions: 10 })
  agent.on('keylog', (line: Buffer) => keys.push(line.toString('latin1')))
  for (let i = 0; i < REQUESTS; i++) {
    await new Promise<void>((done, failed) => {
      get({ host: '127.0.0.1', port, path: '/index.html', agent, headers: { host: `a.test:${port}` } }, (response) => {
        response.resume().on('close', done)
      }).on('error', failed)
    })
    await sleep(20)
  }
}

describe.skipIf(!ready)('after the remedy of a TLS finding', () => {
  const programs = new Programs()
  let folder = ''
  let ports: readonly number[] = []
  let before: AuditSummary
  let after: AuditSummary
  const taken = new Map<Story, Remedy>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-tls-remedy-'))
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'index.html'), 'hello\n')
    writeFileSync(join(folder, 'tls.pem'), selfSigned())
    ports = await freePorts(STORIES.length)
    before = await run('before', (story) => ({ settings: story.fault }))
    for (const story of STORIES) {
      const remedy = findingOf(before, story)?.remedies.find(({ id }) => id === story.remedy)
      if (remedy !== undefined) taken.set(story, remedy)
    }
    after = await run('after', (story) => ({ settings: story.fault, remedy: taken.get(story)?.snippet ?? story.fault }))
  }, 60_000)

  afterAll(async () => {
    await programs.stopAll()
    rmSync(folder, { recursive: true, force: true })
  })

  const originOf = (story: Story): string => `https://a.test:${ports[STORIES.indexOf(story)]!}`
  const findingOf = (summary: AuditSummary, story: Story) =>
    summary.findings.find(({ rule, origin }) => rule === story.rule && origin === originOf(story))

  async function run(name: string, faultOf: (story: Story) => Pick<Fault, 'settings' | 'remedy'>): Promise<AuditSummary> {
    const certificate = join(folder, 'tls.pem')
    const faults = (server: Story['server']): readonly Fault[] =>
      STORIES.flatMap((story, i) => (story.server === server ? [{ port: ports[i]!, certificate, ...faultOf(story) }] : []))
    const servers = [nginxServer(folder, faults('nginx')), apacheServer(folder, faults('apache'))]
    const running = servers.map(({ program, args }) => programs.start(program, args))
    await until(
      async () => (await Promise.all(ports.map(listens))).every(Boolean),
      () => running.map(({ said }) => said).join('\n'),
    )
    const file = join(folder, `${name}.pcap`)
    const keys: string[] = []
    await capture(programs, file, ports, () => Promise.all(ports.map((port) => drive(port, keys))))
    await programs.stopAll()
    return auditOf(file, keys.join(''))
  }

  it.each(STORIES)('$server: $rule', (story) => {
    const finding = findingOf(before, story)!
    expect(finding.impact).toMatchObject({ kind: 'shorter', handshakes: story.handshakes, roundTrips: story.handshakes })
    // The product is read off the decrypted responses, and comes first.
    expect(finding.remedies[0]).toMatchObject({ id: story.remedy })
    expect(finding.remedies[0]!.seen).toMatch(story.server === 'nginx' ? /^Server: nginx\// : /^Server: Apache\//)
    expect(findingOf(after, story)).toBeUndefined()
    expect(after.origins.find(({ origin }) => origin === originOf(story))!.exchanges).toBe(REQUESTS)
  })
})
