/**
 * The simulator against reality: the same seeded load against nginx and Apache httpd at five idle time-outs each. From the capture of one
 * of the five it has to predict how many connections the client opened at the other four.
 */
import { mkdtempSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { random } from '../audit/testing/demand'
import { openAudit } from './index'
import { apache, capture, freePorts, nginx, whyNoServers, type Running } from './testing/live-servers'
import { play, PoolingClient, schedule } from './testing/load'

const TIMEOUTS = [1, 2, 3, 4, 6]
/** The one that is captured. */
const SEEN = 3
const CLIENTS = 24
const SECONDS = 28
const WITHIN = 0.05

const missing = whyNoServers()
if (missing !== null) process.stderr.write(`Skipped: the simulator against live servers, since ${missing}.\n`)

describe.skipIf(missing !== null)('the simulator against reality', () => {
  const folder = mkdtempSync(join(tmpdir(), 'what-if-'))
  const opened = new Map<number, number>()
  const ports = { nginx: new Map<number, number>(), apache: new Map<number, number>() }
  const running: Running[] = []

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    const free = await freePorts(2 * TIMEOUTS.length)
    TIMEOUTS.forEach((timeout, i) => {
      ports.nginx.set(free[i]!, timeout)
      ports.apache.set(free[i + TIMEOUTS.length]!, timeout)
    })
    running.push(await nginx(folder, ports.nginx), await apache(folder, ports.apache))
    const captures: Running[] = []
    for (const server of ['nginx', 'apache'] as const)
      captures.push(await capture(join(folder, `${server}.pcap`), portOf(server)))
    // Each client has an address of its own, and so a pool; each asks every server at the same moments.
    const clients = Array.from({ length: CLIENTS }, (_, i) => {
      const from = `127.0.1.${i + 1}`
      return { of: free.map((port) => new PoolingClient(port, from)), at: schedule(random(i + 1), SECONDS, 0.3, 9) }
    })
    await Promise.all(clients.map(({ of, at }) => play(of, at)))
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
  }, 90_000)

  afterAll(async () => {
    for (const one of running) await one.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const portOf = (server: 'nginx' | 'apache', timeout = SEEN): number => [...ports[server]].find(([, t]) => t === timeout)![0]

  it.each(['nginx', 'apache'] as const)(
    '%s: predicted from one capture, within a twentieth at every other time-out',
    async (server) => {
      const session = await openAudit([join(folder, `${server}.pcap`)])
      try {
        const rows: string[] = []
        const off: number[] = []
        for (const timeout of TIMEOUTS) {
          const policy = { ...AS_CAPTURED, idleTimeoutSeconds: timeout }
          const { prediction, calibration } = await session.whatIf({ origin: null, policy })
          const real = opened.get(portOf(server, timeout))!
          expect(calibration.trusted, `error ${calibration.error}`).toBe(true)
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
    },
  )
})
