/** Several files read as one: a ring buffer's, or those of several interfaces. */
import { describe, expect, it } from 'vitest'
import type { ConnectionFact } from '../../../shared/model/facts'
import { readCaptures } from '../pipeline'
import { bytesSource, CollectingSink } from '../testing/collect'
import { get, ok } from '../testing/http'
import { seeded } from '../testing/octets'
import { pcap } from '../testing/pcap-file'
import { pcapng } from '../testing/pcapng-file'
import { Wire } from '../testing/wire'
import type { WirePacket } from '../testing/wire'

class Sink extends CollectingSink {
  /** The file in which each connection began. */
  readonly captureOf: number[] = []
  override connection(fact: ConnectionFact, capture = 0): void {
    this.captureOf[fact.id] = capture
    super.connection(fact)
  }
}

async function readAll(files: readonly Uint8Array[]) {
  const sink = new Sink()
  const sources = files.map((content, i) => bytesSource(`${i}.pcapng`, content))
  const captures = await readCaptures(sources, sink)
  return { captures, connections: sink.connections(), diagnostics: sink.diagnostics, captureOf: sink.captureOf }
}

/** Connections side by side, with loss, copies and pauses of minutes; some packets share their time. */
function traffic(connections: number): readonly WirePacket[] {
  const wire = new Wire()
  const random = seeded(7)
  const talks = Array.from({ length: connections }, (_, i) =>
    wire.talk({ client: { ip: '10.0.0.2', port: 40_000 + i }, clientStart: i * 1000 }),
  )
  for (const talk of talks) talk.opens(random(30))
  for (let round = 0; round < 12; round++) {
    for (const talk of talks) {
      talk.client.saysInPieces(get(`/${round}`), 20, { after: random(3) })
      talk.server.saysInPieces(ok('x'.repeat(random(200))), 50, { after: random(2), lost: random(20) === 0 })
      if (random(5) === 0) wire.again(wire.packets.length, 0)
    }
    wire.pause(random(60_000))
  }
  for (const talk of talks) if (random(3) > 0) talk.closes(random(2) === 0 ? 'client' : 'server')
  return wire.packets
}

/** Cut anywhere, but not between packets of the same time: nothing would tell their order. */
function cut(packets: readonly WirePacket[], count: number, random: (below: number) => number): WirePacket[][] {
  const cuts = Array.from({ length: count - 1 }, () => 1 + random(packets.length - 1))
    .filter((at) => packets[at]!.at > packets[at - 1]!.at)
    .sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => packets.slice(from, cuts[i] ?? packets.length)).filter(({ length }) => length > 0)
}

function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const all = [...items]
  for (let i = all.length - 1; i > 0; i--) {
    const j = random(i + 1)
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

describe('a capture split into files', () => {
  const packets = traffic(9)

  it.each([2, 3, 10, 60])('gives the facts of the whole, in whatever order the %i files come', async (count) => {
    const random = seeded(count)
    const whole = await readAll([pcapng(packets, { tsresol: 9 })])
    expect(whole.connections).toHaveLength(9)
    expect(whole.connections.some(({ connection }) => connection.gaps > 0)).toBe(true)
    const parts = shuffled(cut(packets, count, random), random)
    const read = await readAll(parts.map((part) => pcapng(part, { tsresol: 9 })))
    expect(read.connections).toEqual(whole.connections)
    expect(read.diagnostics).toEqual(whole.diagnostics)
    expect(read.captures.map((capture) => capture.packets)).toEqual(parts.map(({ length }) => length))
    expect(new Set(read.captures.map(({ timeBase }) => timeBase))).toEqual(new Set([whole.captures[0]!.timeBase]))
    const ends = read.captures.map(({ firstAt, lastAt }) => [firstAt!, lastAt!] as const)
    expect(Math.min(...ends.map(([first]) => first))).toBe(whole.captures[0]!.firstAt)
    expect(Math.max(...ends.map(([, last]) => last))).toBe(whole.captures[0]!.lastAt)
  })

  it('packet by packet between two interfaces gives the facts of the whole', async () => {
    const each: readonly WirePacket[] = packets.map((packet, i) => ({ ...packet, at: packet.at + BigInt(i) }))
    const whole = await readAll([pcapng(each, { tsresol: 9 })])
    const odd = each.filter((_, i) => i % 2 === 1)
    const even = each.filter((_, i) => i % 2 === 0)
    const read = await readAll([pcap(odd, { resolution: 'nanos' }), pcapng(even, { tsresol: 9, order: 'big' })])
    expect(read.connections).toEqual(whole.connections)
  })
})

describe('of several files', () => {
  it('each connection is told with the file that it began in', async () => {
    const wire = new Wire()
    const talks = [0, 1, 2, 3].map((i) => wire.talk({ client: { ip: '10.0.0.2', port: 40_000 + i } }))
    const marks = talks.map((talk) => {
      const at = wire.packets.length
      talk.opens()
      return at
    })
    for (const talk of talks) talk.closes()
    const { packets } = wire
    const [, second, third] = marks
    const parts = [packets.slice(third), packets.slice(0, second), packets.slice(second, third)]
    const { captureOf } = await readAll(parts.map((part) => pcapng(part, { tsresol: 9 })))
    expect(captureOf).toEqual([1, 2, 0, 0])
  })

  it('one whose clock was never set does not make the others inexact', async () => {
    const wire = new Wire()
    wire.talk().opens(0.000_001).closes()
    const good = wire.packets
    const unset = [{ ...good[0]!, at: 5n }]
    const alone = await readAll([pcapng(good, { tsresol: 9 })])
    const both = await readAll([pcapng(good, { tsresol: 9 }), pcapng(unset, { tsresol: 9 })])
    expect(both.captures[0]!.timeBase).toBe(alone.captures[0]!.timeBase)
    expect(both.captures[0]!.lastAt).toBe(alone.captures[0]!.lastAt)
  })
})
