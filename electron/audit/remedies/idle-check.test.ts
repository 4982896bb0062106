/** The command that shows an idle time-out from outside, run as printed against servers with a short one and a long one. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remediesFor } from './index'
import { caseOf } from './testing/case'
import { apacheServer, nginxServer } from './testing/faulty'
import type { Fault } from './testing/faulty'
import { has, selfSigned } from './testing/programs'
import { freePorts, listens, Programs, until } from './testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: the check of idle time-outs is run on servers that root starts.\n')
const ready = root && ['nginx', 'apache2', 'curl', 'openssl'].map(has).every(Boolean)

const CASES = [
  { server: 'nginx', seconds: 1, https: false, counts: '1' },
  { server: 'nginx', seconds: 20, https: false, counts: '2' },
  { server: 'nginx', seconds: 1, https: true, counts: '1' },
  { server: 'nginx', seconds: 20, https: true, counts: '2' },
  { server: 'apache', seconds: 1, https: false, counts: '1' },
  { server: 'apache', seconds: 20, https: false, counts: '2' },
] as const

/** The remedy for a time-out of a second says how to see that it is longer. */
function commandFor(port: number, https: boolean): string {
  const group = caseOf({
    ...{ origin: `${https ? 'https' : 'http'}://a.test`, serverPort: port, serverIp: '127.0.0.1' },
    ...{ timeoutSeconds: 1, closeGapSeconds: 1, demandGap: { median: 2, p95: 2 } },
  })
  const { verify = '' } = remediesFor('raise-idle-timeout', group)[0] ?? {}
  return /\(printf .* grep -c '\^HTTP\/1'/.exec(verify)?.[0] ?? ''
}

const run = (command: string): Promise<string> =>
  new Promise((done) => {
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
    child.on('close', () => done(said.trim()))
  })

describe.skipIf(!ready)('the check of an idle time-out', () => {
  const programs = new Programs()
  let folder = ''
  let found: readonly string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-idle-'))
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'index.html'), 'hello\n')
    writeFileSync(join(folder, 'tls.pem'), selfSigned())
    const ports = await freePorts(CASES.length)
    const faults = (server: string): readonly Fault[] =>
      CASES.flatMap(({ server: its, seconds, https }, i) => {
        const settings = server === 'nginx' ? `keepalive_timeout ${seconds}s;` : `KeepAliveTimeout ${seconds}`
        const fault = { port: ports[i]!, settings, ...(https ? { certificate: join(folder, 'tls.pem') } : {}) }
        return its === server ? [fault] : []
      })
    const running = [nginxServer(folder, faults('nginx')), apacheServer(folder, faults('apache'))].map(({ program, args }) =>
      programs.start(program, args),
    )
    await until(
      async () => (await Promise.all(ports.map(listens))).every(Boolean),
      () => running.map(({ said }) => said).join('\n'),
    )
    found = await Promise.all(CASES.map(({ https }, i) => run(commandFor(ports[i]!, https))))
  }, 30_000)

  afterAll(async () => {
    await programs.stopAll()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(CASES.map((one, i) => [one, i] as const))('%j', ({ counts }, i) => expect(found[i]).toBe(counts))
})
