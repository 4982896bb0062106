import { expect, it } from 'vitest'
import type { Handshake } from '../../../shared/model/facts'
import { fromSeconds } from '../../../shared/units'
import { found } from '../testing/found'
import { tls } from '../testing/tls'
import type { Traffic } from '../testing/traffic'
import { traffic } from '../testing/traffic'

const syn = (at: number, count: number): Handshake => ({
  complete: false,
  syn: { packet: 1, at: fromSeconds(at), count },
  synAck: null,
  ack: null,
  rtt: null,
  fastOpen: false,
})

const NOTHING = { packets: { client: 1, server: 0 }, bytes: { client: 0, server: 0 } } as const

function refused(t: Traffic, at: number, port: number): void {
  const reset = { packet: 2, at: fromSeconds(at + 0.02), by: 'server' } as const
  const last = { packet: 2, at: fromSeconds(at + 0.02) }
  t.connection({
    at,
    port,
    overrides: { ...NOTHING, packets: { client: 1, server: 1 }, handshake: syn(at, 1), reset, last } as never,
  })
}

function unanswered(t: Traffic, at: number, count: number, waits: number): void {
  const last = { packet: 2, at: fromSeconds(at + waits) }
  const marks = ['one-sided'] as const
  t.connection({ at, port: 82, overrides: { ...NOTHING, handshake: syn(at, count), last, marks } as never })
}

it('SYN answered by RST, by port, with the time until the answer', async () => {
  const t = traffic()
  for (const [i, port] of [81, 81, 9000].entries()) refused(t, i, port)
  expect(await found(t, 'connection-attempts-failed')).toMatchObject([
    {
      severity: 'warning',
      title: '3 connection attempts were refused',
      evidence: ['10.0.0.1:81: 2 times.', '10.0.0.1:9000: 1 time.', expect.stringContaining(' 60 ms in all.')],
      connections: [0, 1, 2],
      client: '10.0.0.2',
      impact: { kind: 'failed', handshakes: 3, roundTrips: 3, seconds: 0.06, share: 0 },
    },
  ])
})

it('SYN met by silence, though in one direction there is nothing else to see', async () => {
  const t = traffic()
  unanswered(t, 1, 3, 3)
  expect(await found(t, 'connection-attempts-failed')).toMatchObject([
    { title: '1 connection attempt was never answered (10.0.0.1:82)', impact: { handshakes: 1, roundTrips: 0, seconds: 3 } },
  ])
})

it('one SYN just before the capture ended says nothing', async () => {
  const t = traffic()
  unanswered(t, 59.5, 1, 0)
  expect(await found(t, 'connection-attempts-failed')).toEqual([])
})

it('a capture of one direction does not fail', async () => {
  const t = traffic()
  const bytes = { client: 100, server: 0 }
  const words = { packets: { client: 5, server: 0 }, bytes, handshake: syn(1, 1), marks: ['one-sided'] }
  t.connection({ at: 1, overrides: words as never })
  expect(await found(t, 'connection-attempts-failed')).toEqual([])
})

it('an alert that ends a handshake is named', async () => {
  const t = traffic()
  const setup = tls({ setup: null, fatalAlert: { by: 'client', description: 48 } })
  t.connection({ at: 1, port: 443, overrides: { tls: setup } }).clientCloses(1.06)
  expect(await found(t, 'connection-attempts-failed')).toMatchObject([
    {
      title: '1 TLS handshake failed (10.0.0.1:443)',
      evidence: ['10.0.0.1:443: 1 time, with the client’s alert unknown_ca.', expect.stringContaining(' 60 ms in all.')],
    },
  ])
})

it('says what to look for, at the port, and what a full queue would need', async () => {
  const t = traffic()
  for (const at of [0, 1]) refused(t, at, 8080)
  unanswered(t, 5, 3, 3)
  const [none, silent] = await found(t, 'connection-attempts-failed')
  expect(none!.remedies).toMatchObject([
    { id: 'server/listen', snippet: "ss -ltn 'sport = :8080'", verify: expect.stringContaining("'tcp port 8080'") as string },
    { id: 'server/lengthen-backlog', snippet: expect.stringContaining('net.core.somaxconn') as string },
  ])
  expect(silent!.remedies.map(({ id }) => id)).toEqual(['server/let-through', 'server/lengthen-backlog'])
  expect(none!.otherRemedies).toMatchObject([
    { id: 'nginx/lengthen-backlog', snippet: 'listen 8080 backlog=4096;' },
    { id: 'apache/lengthen-backlog', snippet: 'ListenBacklog 4096' },
  ])
})

it('a server that answers on other connections is known by these', async () => {
  const t = traffic()
  refused(t, 0, 80)
  t.connection({ at: 1 }).exchange({ at: 1.02, product: 'nginx/1.22.1' })
  const [finding] = await found(t, 'connection-attempts-failed')
  expect(finding!.remedies.map(({ id }) => id)).toContain('nginx/lengthen-backlog')
})
