/**
 * Real servers with a fault, a small load, a capture of it and its audit; then the remedy as the finding prints it, in the server's own
 * configuration, the same load again, and the audit of that: the connections the remedy said would go are gone.
 */
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary, Cause, Remedy } from '../../../shared/model/audit'
import { undisturbed } from '../testing/undisturbed'
import { apacheServer, haproxyServer, nginxServer } from './testing/faulty'
import type { Fault } from './testing/faulty'
import { drive, type Load } from './testing/load'
import { has } from './testing/programs'
import { auditOf, capture } from './testing/captured'
import { freePorts, listens, Programs, until } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: remedies on live servers need root, to capture.\n')
const ready = root && ['tcpdump', 'nginx', 'apache2', 'haproxy'].map(has).every(Boolean)

const IDLE: Omit<Load, 'port'> = { requests: 4, gap: 2 }
const QUICK: Omit<Load, 'port'> = { requests: 12, gap: 0 }

interface Story {
  readonly name: string
  readonly server: 'nginx' | 'apache' | 'haproxy'
  readonly fault: string
  readonly load: Omit<Load, 'port'>
  readonly cause: Cause
  readonly avoidable: number
  readonly remedy: string
}

/** What is wrong, what must be seen of it, and which remedy is to be taken. */
const STORIES: readonly Story[] = [
  {
    name: 'nginx closes idle connections early',
    server: 'nginx',
    fault: 'keepalive_timeout 1s;',
    load: IDLE,
    cause: 'server-idle-timeout',
    avoidable: 3,
    remedy: 'nginx/raise-idle-timeout',
  },
  {
    name: 'nginx allows three requests',
    server: 'nginx',
    fault: 'keepalive_requests 3;',
    load: QUICK,
    cause: 'request-limit',
    avoidable: 3,
    remedy: 'nginx/raise-request-limit',
  },
  {
    name: 'nginx keeps nothing',
    server: 'nginx',
    fault: 'keepalive_timeout 0;',
    load: QUICK,
    cause: 'keepalive-disabled',
    avoidable: 11,
    remedy: 'nginx/enable-keep-alive',
  },
  {
    name: 'Apache closes idle connections early',
    server: 'apache',
    fault: 'KeepAliveTimeout 1',
    load: IDLE,
    cause: 'server-idle-timeout',
    avoidable: 3,
    remedy: 'apache/raise-idle-timeout',
  },
  {
    name: 'Apache allows three more requests',
    server: 'apache',
    fault: 'MaxKeepAliveRequests 3',
    load: QUICK,
    cause: 'request-limit',
    // Apache counts the requests that may follow: four in all.
    avoidable: 2,
    remedy: 'apache/raise-request-limit',
  },
  {
    name: 'Apache keeps nothing',
    server: 'apache',
    fault: 'KeepAlive Off',
    load: QUICK,
    cause: 'keepalive-disabled',
    avoidable: 11,
    remedy: 'apache/enable-keep-alive',
  },
  {
    name: 'Apache keeps nothing, whatever the header says',
    server: 'apache',
    fault: 'KeepAlive Off\nHeader set Connection keep-alive',
    load: QUICK,
    cause: 'keepalive-disabled',
    avoidable: 11,
    remedy: 'apache/enable-keep-alive',
  },
  {
    name: 'HAProxy closes idle connections early',
    server: 'haproxy',
    fault: 'timeout http-keep-alive 1s',
    load: IDLE,
    cause: 'server-idle-timeout',
    avoidable: 3,
    remedy: 'haproxy/raise-idle-timeout',
  },
  {
    name: 'HAProxy keeps nothing',
    server: 'haproxy',
    fault: 'option httpclose',
    load: QUICK,
    cause: 'keepalive-disabled',
    avoidable: 11,
    remedy: 'haproxy/enable-keep-alive',
  },
]

describe.skipIf(!ready)('after the remedy', () => {
  const programs = new Programs()
  let folder = ''
  let ports: readonly number[] = []
  let before: AuditSummary
  let after: AuditSummary
  const taken = new Map<string, Remedy>()

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-remedy-'))
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'index.html'), 'hello\n')
    ports = await freePorts(STORIES.length)
    before = await run('before', (story) => ({ settings: story.fault }))
    for (const story of STORIES) {
      const remedy = remedyFor(before, story)
      if (remedy !== undefined) taken.set(story.name, remedy)
    }
    after = await run('after', (story) => ({ settings: story.fault, remedy: taken.get(story.name)?.snippet ?? '' }))
  }, 120_000)

  afterAll(async () => {
    await programs.stopAll()
    rmSync(folder, { recursive: true, force: true })
  })

  const portOf = (story: Story): number => ports[STORIES.indexOf(story)]!
  const originOf = (story: Story): string => `http://a.test:${portOf(story)}`

  function remedyFor(summary: AuditSummary, story: Story): Remedy | undefined {
    const findings = summary.findings.filter(({ origin }) => origin === originOf(story))
    // HAProxy shows nothing of itself in a capture: its remedy is among those to choose from.
    return findings
      .flatMap(({ remedies, otherRemedies = [] }) => [...remedies, ...otherRemedies])
      .find(({ id }) => id === story.remedy)
  }

  async function run(name: string, faultOf: (story: Story) => Omit<Fault, 'port'>): Promise<AuditSummary> {
    const faults = (server: Story['server']): readonly Fault[] =>
      STORIES.filter((story) => story.server === server).map((story) => ({ port: portOf(story), ...faultOf(story) }))
    const servers = [
      nginxServer(folder, faults('nginx')),
      apacheServer(folder, faults('apache')),
      haproxyServer(folder, faults('haproxy')),
    ]
    const file = join(folder, `${name}.pcap`)
    await undisturbed(async () => {
      const running = servers.map(({ program, args }) => programs.start(program, args))
      await until(
        async () => (await Promise.all(ports.map(listens))).every(Boolean),
        () => running.map(({ said }) => said).join('\n'),
      )
      const load = () => Promise.all(STORIES.map((story) => drive({ ...story.load, port: portOf(story) })))
      const stall = await capture(programs, file, ports, load)
      await programs.stopAll()
      return stall
    })
    return auditOf(file)
  }

  it.each(STORIES)('$name', (story) => {
    const { cause, avoidable } = story
    const seen = (summary: AuditSummary) => summary.origins.find(({ origin }) => origin === originOf(story))!
    expect(seen(before)).toMatchObject({ avoidable, causes: { [cause]: avoidable }, exchanges: story.load.requests })

    const remedy = taken.get(story.name)!
    expect(remedy.predicted).toMatchObject({ before: avoidable })
    expect(remedy.predicted!.atMost).toBeLessThan(avoidable)

    expect(seen(after).exchanges).toBe(story.load.requests)
    expect(seen(after).causes[cause] ?? 0).toBeLessThanOrEqual(remedy.predicted!.atMost)
    expect(seen(after)).toMatchObject({ avoidable: 0, connectionsWithExchanges: 1, reusedExchanges: story.load.requests - 1 })
  })

  it('nginx and Apache are recognised, and nobody else is', () => {
    for (const story of STORIES.filter(({ server }) => server !== 'haproxy')) {
      const [finding] = before.findings.filter(({ origin }) => origin === originOf(story))
      expect(finding!.remedies.map(({ id }) => id)).toEqual([story.remedy])
      expect(finding!.remedies[0]!.seen).toMatch(story.server === 'nginx' ? /^Server: nginx\// : /^Server: Apache\//)
    }
  })

  it('a header that claims what is not so is named', () => {
    const story = STORIES.find(({ fault }) => fault.includes('Header set'))!
    const [finding] = before.findings.filter(({ origin }) => origin === originOf(story))
    expect(finding!.evidence.join(' ')).toContain('"Connection: keep-alive, close"')
  })
})
