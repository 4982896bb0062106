/**
 * The simulator against reality: the same seeded load against nginx and Apache httpd at five idle time-outs each. From the capture of one
 * of the five it has to predict how many connections the client opened at the other four. The same of an nginx that ends connections at an age.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { random } from '../audit/testing/demand'
import { longestStall, undisturbed } from '../audit/testing/undisturbed'
import { openAudit } from './index'
import { apache, capture, freePorts, nginx, whyNoServers, type Running } from './testing/live-servers'
import { play, PoolingClient, schedule } from './testing/load'

const TIMEOUTS = [1, 2, 3, 4, 6]
/** The one that is captured. */
const SEEN = 3
const CLIENTS = 24
const SECONDS = 28
const WITHIN = 0.05
/** Seconds after which the third server ends a connection with its next response. */
const AGE = 3
const SERVERS = ['nginx', 'apache', 'nginx with an age'] as const
type Server = (typeof SERVERS)[number]

const missing = whyNoServers()
if (missing !== null) process.stderr.write(`Skipped: the simulator against live servers, since ${missing}.\n`)

describe.skipIf(missing !== null)('the simulator against reality', () => {
  const folder = mkdtempSync(join(tmpdir(), 'what-if-'))
  const opened = new Map<number, number>()
  const ports = new Map<Server, Map<number, number>>()
  const running: Running[] = []

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    const free = await freePorts(SERVERS.length * TIMEOUTS.length)
    SERVERS.forEach((server, n) => {
      ports.set(server, new Map(TIMEOUTS.map((timeout, i) => [free[i + n * TIMEOUTS.length]!, timeout])))
    })
    const of = (server: Server): ReadonlyMap<number, number> => ports.get(server)!
    const aged = of('nginx with an age')
    running.push(
      await nginx(folder, new Map([...of('nginx'), ...aged]), new Map([...aged.keys()].map((port) => [port, AGE]))),
      await apache(folder, of('apache')),
    )
    await undisturbed(() => story(free))
  }, 150_000)

  async function story(free: readonly number[]): Promise<number> {
    const captures: Running[] = []
    for (const server of SERVERS) captures.push(await capture(join(folder, `${server}.pcap`), portOf(server)))
    // Each client has an address of its own, and so a pool; each asks every server at the same moments.
    const clients = Array.from({ length: CLIENTS }, (_, i) => {
      const from = `127.0.1.${i + 1}`
      return { of: free.map((port) => new PoolingClient(port, from)), at: schedule(random(i + 1), SECONDS, 0.3, 9) }
    })
    const stall = await longestStall(() => Promise.all(clients.map(({ of, at }) => play(of, at))))
    // The last idle connections reach their time-out, too.
    await pause((SEEN + 0.5) * 1000)
    for (const one of captures) await one.stop()
    free.forEach((port, i) =>
      opened.set(
        port,
        clients.reduce((sum, { of }) => sum + of[i]!.opened, 0),
      ),
    )
    for (const { of } of clients) for (const client of of) client.close()
    return stall
  }

  afterAll(async () => {
    for (const one of running) await one.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const portOf = (server: Server, timeout = SEEN): number => [...ports.get(server)!].find(([, t]) => t === timeout)![0]

  it.each(SERVERS)('%s: predicted from one capture, within a twentieth at every other time-out', async (server) => {
    const session = await openAudit([join(folder, `${server}.pcap`)])
    try {
      const rows: string[] = []
      const off: number[] = []
      for (const timeout of TIMEOUTS) {
        const policy = { ...AS_CAPTURED, idleTimeoutSeconds: timeout }
        const { prediction, calibration, notes } = await session.whatIf({ origin: null, policy })
        const real = opened.get(portOf(server, timeout))!
        expect(calibration.trusted, `error ${calibration.error}`).toBe(true)
        expect(
          notes.some((note) => /at an age of 3(\.\d)? s/.test(note)),
          notes.join(' '),
        ).toBe(server === 'nginx with an age')
        const predicted = prediction!.outcome.connections
        off.push(Math.abs(predicted - real) / real)
        rows.push(
          `${server} ${timeout} s: predicted ${predicted}, observed ${real}, ${(((predicted - real) / real) * 100).toFixed(1)} %`,
        )
      }
      process.stdout.write(`${rows.join('\n')}\n`)
      expect(opened.get(portOf(server, 1))! / opened.get(portOf(server, 6))!).toBeGreaterThan(1.5)
      for (const error of off) expect(error).toBeLessThanOrEqual(WITHIN)
    } finally {
      await session.close()
    }
  })
})
