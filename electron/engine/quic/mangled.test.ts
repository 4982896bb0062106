/** Hostile input: what was changed at random is read to the end, and never throws. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readCapture } from '../pipeline'
import { bytesSource, collect } from '../testing/collect'
import { octets, seeded, zeros } from '../testing/octets'
import { walkFrames } from './frames'
import type { FrameHandler } from './frames'
import { FrameReader } from './h3/frame-reader'
import { HttpThree } from './h3/http-three'
import { longHeader } from './header'
import { QpackDecoder } from './qpack/decoder'
import { CLIENT } from './role'
import { crypto, QuicTalk } from '../testing/quic'
import { Diagnostics } from '../capture/diagnostics'
import { CollectingSink } from '../testing/collect'
import { Budget } from '../bytes/budget'
import { TextCache } from '../bytes/text'
import { KeyLog } from '../tls/keylog'

const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`./recorded/${name}`, import.meta.url))))
const random = seeded(9000)
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random(256))

const IGNORE: FrameHandler = {
  acknowledged: () => undefined,
  crypto: () => undefined,
  stream: () => undefined,
  resetStream: () => undefined,
  newConnectionId: () => undefined,
  connectionClose: () => undefined,
}

describe('changed at random', () => {
  it('captures', async () => {
    const whole = file('quiche-retry.pcap')
    const keylog = file('quiche-retry.keylog')
    for (let run = 0; run < 60; run++) {
      const mangled = Uint8Array.from(whole)
      // Behind the file's header, so that it is still a capture.
      for (let i = 0; i < 1 + run; i++) mangled[24 + random(mangled.length - 24)] = random(256)
      const { connections } = await collect((sink) => readCapture(bytesSource('x.pcap', mangled), sink, { keylog }))
      expect(connections.length).toBeLessThan(200)
    }
  })

  it('frames inside packets that open', async () => {
    const talk = new QuicTalk().opens()
    for (let i = 0; i < 300; i++) {
      const level = (['1-rtt', 'handshake', 'initial'] as const)[random(3)]!
      talk.sends(random(2) === 0 ? CLIENT : 1, [talk.packet(CLIENT, level, noise(1 + random(80)))])
      talk.client('1-rtt', octets(0x08 | random(8)), noise(random(60)))
      talk.server('1-rtt', octets(0x08 | random(8)), noise(random(60)))
    }
    const { connections } = await collect((sink) =>
      readCapture(bytesSource('x.pcap', talk.wire.file()), sink, { keylog: talk.keylog }),
    )
    expect(connections.length).toBeGreaterThan(0)
  })

  it('headers, frames, field sections and instructions', () => {
    const decoder = new QpackDecoder()
    for (let i = 0; i < 20_000; i++) {
      const bytes = noise(random(64))
      if (bytes.length > 5) bytes.set([0xc0 | (bytes[0]! & 0x3f), 0, 0, 0, 1])
      longHeader(bytes, 0, bytes.length, bytes.length)
      walkFrames(bytes, IGNORE)
      if (i % 50 === 0) decoder.lost = false
      decoder.instructions(bytes, 0, bytes.length)
      decoder.isBlocked(bytes, 0, bytes.length)
      decoder.decode(bytes, 0, bytes.length, () => undefined)
    }
  })

  it('streams of HTTP/3, in any order', () => {
    const sink = new CollectingSink()
    const shared = {
      sink,
      diagnostics: new Diagnostics(sink),
      texts: { common: new TextCache() },
      keys: new KeyLog(),
      budget: new Budget(new Diagnostics(sink)),
    }
    let ordinal = 0
    const http = new HttpThree(0, shared, () => ordinal++)
    for (let i = 0; i < 5000; i++) {
      const bytes = noise(1 + random(60))
      http.stream(random(2) === 0 ? CLIENT : 1, random(40), bytes, 0, bytes.length, random(200), random(8) === 0, {
        packet: i,
        at: i * 1e6,
        acknowledged: -1,
      })
      if (i % 20 === 0) http.reset(CLIENT, random(40), { packet: i, at: i * 1e6, acknowledged: -1 })
    }
    http.finish({ packet: 5000, at: 5e9, acknowledged: -1 })
    expect(ordinal).toBeGreaterThan(0)
    expect(ordinal).toBeLessThanOrEqual(10)
  })
})

/** An integer's octets behind its prefix (RFC 7541 §5.1). */
function sevenBits(value: number): number[] {
  const all: number[] = []
  for (let rest = value; ; rest >>= 7) {
    all.push(rest < 0x80 ? rest : (rest & 0x7f) | 0x80)
    if (rest < 0x80) return all
  }
}

/** What a budget's holders have not given back: taken up to the limit it says so. */
function heldBy(budget: Budget): number {
  let more = 0
  while (budget.take(1000, 0)) more += 1000
  budget.give(more + 1000)
  return 200_000 - more
}

describe('bounds', () => {
  it('a frame that says it is endless is not kept', () => {
    const given: (number | null)[] = []
    const reader = new FrameReader({
      frame: (_, b) => given.push(b?.length ?? null),
      octets: () => undefined,
      end: () => undefined,
    })
    const arrival = { packet: 1, at: 0, acknowledged: -1 }
    // HEADERS of 2^30 − 1 octets.
    const head = octets(1, 0xbf, 0xff, 0xff, 0xff)
    reader.data(head, 0, head.length, 0, arrival)
    const piece = zeros(1 << 20)
    for (let i = 0; i < 4; i++) reader.data(piece, 0, piece.length, 0, arrival)
    expect(given).toEqual([])
    expect(Object.values(reader).some((value) => value instanceof Uint8Array && value.length > 1 << 18)).toBe(false)
  })

  it('an instruction that says it is endless ends the table', () => {
    const decoder = new QpackDecoder()
    const head = octets(0xc0, 0x7f, 0x80, 0x80, 0x80, 0x01)
    decoder.instructions(head, 0, head.length)
    const piece = zeros(1 << 17)
    for (let i = 0; i < 4; i++) decoder.instructions(piece, 0, piece.length)
    expect(decoder.lost).toBe(true)
  })

  it('a long instruction octet by octet costs no more than its length', () => {
    const length = 200_000
    // A literal name of so many octets, then a value of as many.
    const text = 'n'.repeat(length)
    const instruction = octets(0x5f, ...sevenBits(length - 31), text, 0x7f, ...sevenBits(length - 127), text)
    const decoder = new QpackDecoder()
    decoder.table.allowed = decoder.table.capacity = 1 << 20
    const began = performance.now()
    for (let i = 0; i < instruction.length; i++) decoder.instructions(instruction, i, i + 1)
    // Copied anew for each octet it would be 40 GB.
    expect(performance.now() - began).toBeLessThan(3000)
    expect(decoder.lost).toBe(true)
    const short = new QpackDecoder()
    short.table.allowed = short.table.capacity = 1 << 20
    const whole = octets(0x45, 'hello', 0x7f, ...sevenBits(60_000 - 127), 'v'.repeat(60_000), 0x41, 'x', 0)
    for (let i = 0; i < whole.length; i++) short.instructions(whole, i, i + 1)
    expect([short.table.inserted, short.table.at(0)?.name, short.table.at(0)?.value?.length]).toEqual([2, 'hello', 60_000])
  })

  it('what all connections hold back is counted together, and given back', () => {
    const sink = new CollectingSink()
    const budget = new Budget(new Diagnostics(sink), 200_000)
    const shared = { sink, diagnostics: new Diagnostics(sink), texts: { common: new TextCache() }, keys: new KeyLog(), budget }
    const arrival = { packet: 1, at: 0, acknowledged: -1 }
    const connections = Array.from({ length: 40 }, (_, i) => new HttpThree(i, shared, () => 0))
    for (const [i, http] of connections.entries()) {
      // Bytes behind a hole, the beginning of a long header section, and one that waits for insertions.
      http.stream(CLIENT, 0, zeros(5000), 0, 5000, 100, false, arrival)
      http.stream(CLIENT, 4, octets(1, 0x80, 0, 0xff, 0xff, zeros(8000)), 0, 8005, 0, false, arrival)
      const control = octets(0, 4, 3, 1, 0x50, 0x00)
      http.stream(1, 3, control, 0, control.length, 0, false, arrival)
      const blocked = octets(1, 0x50, 0x00, 5, 0, zeros(4094))
      http.stream(CLIENT, 8, blocked, 0, blocked.length, 0, false, arrival)
      expect(budget.exceeded, `after ${i}`).toBe(false)
    }
    for (const http of connections) http.finish(arrival)
    expect(heldBy(budget)).toBe(0)
  })

  it('connections that only begin are followed within bounds', async () => {
    const talk = new QuicTalk()
    for (let i = 0; i < 1100; i++) {
      const one = new QuicTalk(talk.wire, {
        destination: octets(`dest${String(i).padStart(4, '0')}`),
        clientId: octets(`c${i}`),
        seed: 1 + (i % 200),
      })
      one.client('initial', crypto(one.hello()))
    }
    const { connections } = await talk.wire.read()
    // From one socket to one server: those beyond 1024 were given up early, and are told of all the same.
    expect(connections).toHaveLength(1100)
  })
})
