/** Two processes of Node.js with the remedy as it is printed: the second takes the first one's TLS sessions. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { remediesFor } from './index'
import { caseOf } from './testing/case'
import { has, selfSigned } from './testing/programs'
import { freePorts, listens, Programs, until } from './testing/servers'

const snippet = remediesFor('resume-tls', caseOf({ responseMarks: 'x-powered-by:express' }))[0]!.snippet
const WITHOUT = 'const server = https.createServer({ key, cert }, app)'

const program = (text: string): string =>
  [
    "import https from 'node:https'",
    "import { readFileSync } from 'node:fs'",
    "const [key, cert] = ['tls.pem', 'tls.pem'].map((name) => readFileSync(name))",
    'const ticketKeys = Buffer.alloc(48, 7)',
    "const app = (_, response) => response.end('hello')",
    text,
    "server.listen(Number(process.argv[2]), '127.0.0.1')",
  ].join('\n')

describe.skipIf(!has('openssl'))('TLS sessions of two processes', () => {
  const programs = new Programs()
  let folder = ''
  let ports: readonly number[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'roundtrip-tickets-'))
    writeFileSync(join(folder, 'tls.pem'), selfSigned())
    writeFileSync(join(folder, 'with.mjs'), program(snippet))
    writeFileSync(join(folder, 'without.mjs'), program(WITHOUT))
    ports = await freePorts(4)
    const running = ports.map((port, i) =>
      programs.start(process.execPath, [i < 2 ? 'with.mjs' : 'without.mjs', `${port}`], { cwd: folder }),
    )
    await until(
      async () => (await Promise.all(ports.map(listens))).every(Boolean),
      () => running.map(({ said }) => said).join('\n'),
      20,
    )
  }, 30_000)

  afterAll(async () => {
    await programs.stopAll()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: the other process resumes', async (version) => {
    expect(await resumed(ports[0]!, ports[1]!, version)).toBe(true)
  })
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: without the remedy it does not', async (version) => {
    expect(await resumed(ports[2]!, ports[3]!, version)).toBe(false)
    expect(await resumed(ports[2]!, ports[2]!, version)).toBe(true)
  })
})

/** Is a session of the server at one port resumed by the one at the other? */
async function resumed(first: number, second: number, version: 'TLSv1.2' | 'TLSv1.3'): Promise<boolean> {
  const options = { host: '127.0.0.1', rejectUnauthorized: false, minVersion: version, maxVersion: version } as const
  const session = await new Promise<Buffer>((done, failed) => {
    const socket = connect({ ...options, port: first }).on('error', failed)
    // In TLS 1.3 tickets come after the handshake.
    socket.once('session', (ticket: Buffer) => {
      socket.destroy()
      done(ticket)
    })
  })
  return new Promise((done, failed) => {
    const socket = connect({ ...options, port: second, session }, () => {
      done(socket.isSessionReused())
      socket.destroy()
    }).on('error', failed)
  })
}
