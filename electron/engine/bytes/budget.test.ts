/** What all connections hold together: everything that is taken is given back, and no protocol can take more than there is. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Flag, FrameType } from '../http/h2/frame'
import { PREFACE } from '../http/h2/preface'
import { InputError } from '../source'
import { get, ok } from '../testing/http'
import { frame } from '../testing/http2'
import { raw } from '../testing/links'
import { damaged, SAMPLES } from '../testing/mutations'
import { octets, zeros } from '../testing/octets'
import { codesOf, only, readBytes, summary } from '../testing/read'
import type { Talk } from '../testing/wire'
import { Wire } from '../testing/wire'
import { Budget, Share } from './budget'

const nobody = { note: () => undefined, finish: () => undefined } as never

describe('a share', () => {
  it('counts what its holder says it holds, and gives the difference back', () => {
    const budget = new Budget(nobody, 100)
    const [one, two] = [new Share(budget), new Share(budget)]
    expect([one.hold(60), two.hold(40), two.hold(41), two.hold(40), two.hold(0), one.hold(100)]).toEqual([
      ...[true, true, false, true, true, true],
    ])
    one.hold(0)
    expect(two.hold(100)).toBe(true)
  })
})

describe('everything that was taken is given back', () => {
  let held = 0
  let most = 0
  beforeEach(() => {
    held = most = 0
    const { take, give } = Object.getOwnPropertyDescriptors(Budget.prototype)
    vi.spyOn(Budget.prototype, 'take').mockImplementation(function (this: Budget, size, packet) {
      held += size
      most = Math.max(most, held)
      return take.value!.call(this, size, packet)
    })
    vi.spyOn(Budget.prototype, 'give').mockImplementation(function (this: Budget, size) {
      held -= size
      give.value!.call(this, size)
    })
  })
  afterEach(() => void vi.restoreAllMocks())

  const recorded = (path: string): Uint8Array => new Uint8Array(readFileSync(fileURLToPath(new URL(path, import.meta.url))))
  const samples = [
    ...SAMPLES.map(({ name, content }) => ({ name, content, keylog: undefined as Uint8Array | undefined })),
    ...['../tls/recorded/early-data.pcap', '../tls/recorded/key-update.pcap', '../quic/recorded/quiche-retry.pcap'].map(
      (name) => {
        const keylog = [`${name}.keylog`, name.replace(/pcap$/, 'keylog')].find((log) =>
          existsSync(fileURLToPath(new URL(log, import.meta.url))),
        )
        return { name, content: recorded(name), keylog: keylog === undefined ? undefined : recorded(keylog) }
      },
    ),
  ]

  it.each(samples)('by $name, whole and damaged', async ({ content, keylog }) => {
    await readBytes(content, { keylog })
    expect(held).toBe(0)
    // Every seventh cut, and all flips.
    const some = [...damaged(content, 12)].filter((_, i) => i >= 100 || i % 7 === 0)
    for (const { how, content: bad } of some) {
      // A budget of almost nothing takes every way out.
      for (const mostHeld of [undefined, 1000]) {
        await readBytes(bad, { keylog, mostHeld }).catch((error: unknown) => {
          if (!(error instanceof InputError)) throw error
        })
        expect(held, how).toBe(0)
      }
    }
  })

  it('by HTTP/2 and pipelines, which take', async () => {
    const wire = new Wire(raw, 101)
    const talks = many(wire, 5)
    for (const talk of talks.slice(0, 2)) talk.client.says(get('/').repeat(20))
    for (const talk of talks.slice(2)) opensHttp2(talk)
    for (const talk of talks.slice(2)) talk.client.says(bigHeaders(1).subarray(0, 5000))
    await wire.read()
    expect(held).toBe(0)
    expect(most).toBeGreaterThan(10_000)
  })
})

const many = (wire: Wire, count: number): Talk[] =>
  Array.from({ length: count }, (_, i) => wire.talk({ client: { ip: `10.1.${i >> 8}.${i & 255}`, port: 2000 } }).opens(1))

const opensHttp2 = (talk: Talk): void => {
  talk.client.says(octets(PREFACE, frame(FrameType.settings, 0, 0)))
  talk.server.says(frame(FrameType.settings, 0, 0))
}
/** GET / of an authority, and a field with a long value, never indexed (RFC 7541 §6.2.3), all literal. */
const bigHeaders = (stream: number, length = 9000): Uint8Array => {
  const value = octets(0x7f, ((length - 127) & 0x7f) | 0x80, (length - 127) >> 7, zeros(length).fill(0x61))
  const block = octets(0x82, 0x84, 0x86, 0x41, 1, 'a', 0x10, 1, 'x', value)
  return frame(FrameType.headers, Flag.endHeaders | Flag.endStream, stream, block)
}
const STATUS_200 = (stream: number): Uint8Array => frame(FrameType.headers, Flag.endHeaders | Flag.endStream, stream, [0x88])

describe('of a small budget', () => {
  it('pipelines of many connections take no more: requests are given up, none is paired with another’s answer', async () => {
    const wire = new Wire(raw, 101)
    const talks = many(wire, 40)
    // One after the other, so that every connection has some waiting when the budget is used up.
    for (let i = 0; i < 50; i++) for (const talk of talks) talk.client.says(get(`/${i}`), { after: 0.001 })
    const read = await readBytes(wire.file(), { mostHeld: 1 << 20 })
    expect(read.summary.diagnostics.map(({ code, count }) => [code, count])).toEqual([['too-much-held-back', 1]])
    for (const { exchanges } of read.connections)
      expect(exchanges.map(({ ordinal, target, status }) => [ordinal, target, status])).toEqual(
        Array.from({ length: 50 }, (_, i) => [i, `/${i}`, null]),
      )
  })

  it('what stays is answered rightly afterwards', async () => {
    const wire = new Wire(raw, 101)
    const talks = many(wire, 40)
    for (let i = 0; i < 4; i++) for (const talk of talks) talk.client.says(get(`/${i}`), { after: 0.001 })
    for (let i = 0; i < 4; i++) for (const talk of talks) talk.server.says(ok(), { after: 0.001 })
    const roomy = await readBytes(wire.file(), { mostHeld: 80 << 10 })
    expect(codesOf(roomy)).toEqual([])
    const whole = ['GET /0 → 200', 'GET /1 → 200', 'GET /2 → 200', 'GET /3 → 200']
    for (const connection of roomy.connections) expect(summary(connection)).toEqual(whole)
  })

  it('HTTP/2 header frames that are not whole take no more', async () => {
    const wire = new Wire(raw, 101)
    const talks = many(wire, 40)
    for (const talk of talks) opensHttp2(talk)
    for (const talk of talks) talk.client.says(bigHeaders(1).subarray(0, 5000), { after: 0.001 })
    for (const talk of talks) {
      talk.client.says(bigHeaders(1).subarray(5000), { after: 0.001 })
      talk.server.says(STATUS_200(1), { after: 0.001 })
      talk.client.says(bigHeaders(3, 200), { after: 0.001 })
      talk.server.says(STATUS_200(3), { after: 0.001 })
    }
    const read = await readBytes(wire.file(), { mostHeld: 100 << 10 })
    expect(codesOf(read)).toContain('too-much-held-back')
    const seen = new Map<string, number>()
    for (const c of read.connections) seen.set(summary(c).join(), (seen.get(summary(c).join()) ?? 0) + 1)
    expect([...seen.keys()].sort()).toEqual(['? ? → 200,GET / → 200', 'GET / → 200,GET / → 200'])
    for (const count of seen.values()) expect(count).toBeGreaterThan(5)
  })

  it('HTTP/2 streams that nobody answers take no more', async () => {
    const wire = new Wire(raw, 101)
    const [talk] = many(wire, 1)
    opensHttp2(talk!)
    for (let stream = 1; stream < 400; stream += 2) talk!.client.says(bigHeaders(stream, 200), { after: 0.001 })
    const read = await readBytes(wire.file(), { mostHeld: 50 << 10 })
    expect(codesOf(read)).toEqual(['too-much-held-back'])
    expect(only(read).exchanges).toHaveLength(200)
  })
})
