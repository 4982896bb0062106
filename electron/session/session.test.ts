import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Progress } from '../../shared/contract/engine-api'
import { openAudit, openFacts } from './index'

let folder: string
let pcap: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-test-'))
  pcap = join(folder, 'two.pcap')
  await writeFile(pcap, twoConnections(1_700_000_000))
})
afterAll(() => rm(folder, { recursive: true }))

/** A classic pcap with two connections from one client, one after the other, each with a GET that is answered and a client that closes. */
function twoConnections(second: number): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65535, 16)
  header.writeUInt32LE(101, 20) // raw IP
  const packets: Buffer[] = []
  const send = (ms: number, fromClient: boolean, port: number, seq: number, ack: number, flags: number, text = ''): void => {
    packets.push(packet(second, ms, fromClient, port, seq, ack, flags, text))
  }
  const request = 'GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: curl/8.5.0\r\n\r\n'
  const response = 'HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 2\r\n\r\nok'
  // No port is used again with the same sequence numbers.
  const first = 40000 + 2 * (second % 1000)
  for (const [port, start] of [
    [first, 0],
    [first + 1, 1000],
  ] as const) {
    send(start, true, port, 0, 0, 0x02)
    send(start + 20, false, port, 0, 1, 0x12)
    send(start + 20, true, port, 1, 1, 0x10)
    send(start + 21, true, port, 1, 1, 0x18, request)
    send(start + 41, false, port, 1, 1 + request.length, 0x18, response)
    send(start + 42, true, port, 1 + request.length, 1 + response.length, 0x11)
    send(start + 62, false, port, 1 + response.length, 2 + request.length, 0x11)
  }
  return Buffer.concat([header, ...packets])
}

function packet(
  second: number,
  ms: number,
  fromClient: boolean,
  port: number,
  seq: number,
  ack: number,
  flags: number,
  text: string,
): Buffer {
  const data = Buffer.from(text, 'latin1')
  const ip = Buffer.alloc(40)
  ip[0] = 0x45
  ip.writeUInt16BE(40 + data.length, 2)
  ip[8] = 64
  ip[9] = 6
  ip.set(fromClient ? [10, 0, 0, 2, 10, 0, 0, 1] : [10, 0, 0, 1, 10, 0, 0, 2], 12)
  ip.writeUInt16BE(fromClient ? port : 80, 20)
  ip.writeUInt16BE(fromClient ? 80 : port, 22)
  ip.writeUInt32BE(seq, 24)
  ip.writeUInt32BE(ack, 28)
  ip[32] = 0x50
  ip[33] = flags
  ip.writeUInt16BE(65535, 34)
  const record = Buffer.alloc(16)
  record.writeUInt32LE(second + Math.floor(ms / 1000), 0)
  record.writeUInt32LE((ms % 1000) * 1000, 4)
  record.writeUInt32LE(ip.length + data.length, 8)
  record.writeUInt32LE(ip.length + data.length, 12)
  return Buffer.concat([record, ip, data])
}

describe('a file becomes an audit', () => {
  it('with totals, findings, pages and details that agree', async () => {
    const phases: Progress['phase'][] = []
    const session = await openAudit([pcap], { onProgress: (p) => phases.push(p.phase) })
    const { summary } = session
    expect(summary.totals).toMatchObject({
      connections: 2,
      exchanges: 2,
      reusedExchanges: 0,
      reuseRatio: 0,
      needed: 1,
      avoidable: 1,
      wastedRoundTrips: 1,
    })
    expect(summary.totals.wastedSeconds).toBeCloseTo(0.02, 9)
    expect(summary.rttSeconds).toBeCloseTo(0.02, 9)
    expect(summary.causes).toEqual({ 'client-closed': 1 })
    expect(summary.origins).toMatchObject([{ origin: 'http://a.test', product: 'nginx', causes: { 'client-closed': 1 } }])
    expect(summary.timeline.buckets.reduce((n, b) => n + b.needed + b.avoidable, 0)).toBe(2)
    expect(summary.findings[0]).toMatchObject({ rule: 'client-does-not-pool', client: 'curl/8.5.0' })
    expect(phases.slice(-2)).toEqual(['judging', 'done'])

    const page = await session.connections({ sort: 'openedAt', descending: true, offset: 0, limit: 1 })
    expect(page).toMatchObject({
      total: 2,
      rows: [{ id: 1, openedAt: 1, verdict: 'avoidable', origin: 'http://a.test', closedBy: 'client' }],
    })
    const detail = await session.connection(1)
    expect(detail.exchanges).toMatchObject({ total: 1, rows: [{ target: '/', status: 200 }] })
    expect(detail.verdict).toMatchObject({ cause: 'client-closed', evidence: { previousConnection: 0, packets: [6] } })
    const verdicts = []
    for await (const v of session.verdicts()) verdicts.push(v.id)
    expect(verdicts).toEqual([0, 1])
    await session.close()
    await session.close()
  })

  it('a connection that is not there is a clear error', async () => {
    const session = await openAudit([pcap])
    for (const id of [2, -1, 0.5, Number.NaN]) {
      await expect(session.connection(id)).rejects.toMatchObject({
        code: 'bad-request',
        message: `There is no connection ${id} in this audit.`,
      })
    }
    await session.close()
  })

  it('two files are one audit with one clock', async () => {
    const later = join(folder, 'later.pcap')
    await writeFile(later, twoConnections(1_700_000_010))
    const session = await openAudit([pcap, later])
    expect(session.summary.captures.map((c) => [c.file, c.timeBase])).toEqual([
      ['two.pcap', 1_700_000_000],
      ['later.pcap', 1_700_000_000],
    ])
    expect(session.summary.totals).toMatchObject({ connections: 4, needed: 1, avoidable: 3 })
    const page = await session.connections({ sort: 'openedAt', descending: false, offset: 0, limit: 10 })
    expect(page.rows.map((r) => [r.id, r.openedAt])).toEqual([
      [0, 0],
      [1, 1],
      [2, 10],
      [3, 11],
    ])
    expect((await session.connection(2)).fact.first.packet).toBe(15)
    await session.close()
  })

  it('facts without a verdict', async () => {
    const session = await openFacts([pcap])
    const facts = []
    for await (const f of session.facts()) facts.push([f.connection.id, f.exchanges.length])
    expect(facts).toEqual([
      [0, 1],
      [1, 1],
    ])
    await session.close()
  })
})

describe('what cannot be read', () => {
  it('a file that is not there', async () => {
    const path = join(folder, 'none.pcap')
    await expect(openAudit([pcap, path])).rejects.toMatchObject({ code: 'no-such-file', message: `There is no file ${path}.` })
  })

  it('a folder without captures', async () => {
    const path = join(folder, 'sub')
    await mkdir(path, { recursive: true })
    await expect(openAudit([path])).rejects.toMatchObject({
      code: 'unreadable',
      message: `There is no capture or HAR file in the folder ${path}.`,
    })
  })

  it.skipIf(process.getuid?.() === 0)('a file one may not read', async () => {
    const path = join(folder, 'secret.pcap')
    await writeFile(path, 'x')
    await chmod(path, 0)
    await expect(openAudit([path])).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('no permission'),
    })
  })

  it('a file that is no capture', async () => {
    const path = join(folder, 'notes.txt')
    await writeFile(path, 'just some notes that are no capture at all')
    await expect(openAudit([path])).rejects.toMatchObject({ code: 'unknown-format' })
  })

  it('a reading that is cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(openAudit([pcap], { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
