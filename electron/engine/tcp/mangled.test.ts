/** Whatever the network does to a conversation that arrives whole in the end, the exchanges stay what they were. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ExchangeFact } from '../../../shared/model/facts'
import { get, ok, request, response, unframed } from '../testing/http'
import { raw } from '../testing/links'
import { octets } from '../testing/octets'
import { ip, tcp } from '../testing/packets'
import { only } from '../testing/read'
import { Wire } from '../testing/wire'
import { Direction } from './direction'
import type { Arrival, StreamReader } from './stream-reader'

/** What one side sends, cut anywhere. */
interface Piece {
  readonly from: number
  readonly to: number
}

const arrivalAt = (packet: number): Arrival => ({ packet, at: packet * 1e6, acknowledged: -1 })

/** Puts a stream together again; holes become '?'. */
class Recorder implements StreamReader {
  text = ''
  ended = false
  data(buf: Uint8Array, start: number, end: number, offset: number): void {
    expect(offset).toBe(this.text.length)
    this.text += Buffer.from(buf.subarray(start, end)).toString('latin1')
  }
  missing(length: number, offset: number): void {
    expect(offset).toBe(this.text.length)
    this.text += '?'.repeat(length)
  }
  end(): void {
    expect(this.ended).toBe(false)
    this.ended = true
  }
}

const TEXT = Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90)))
  .join('')
  .replaceAll('?', '!')

const piece: fc.Arbitrary<Piece> = fc
  .tuple(fc.nat(TEXT.length - 1), fc.integer({ min: 1, max: 60 }))
  .map(([from, length]) => ({ from, to: Math.min(TEXT.length, from + length) }))
/** Cuts that cover all of it, any of them again, and strays that overlap; in any order. */
const covering = fc
  .uniqueArray(fc.integer({ min: 1, max: TEXT.length - 1 }), { maxLength: 30 })
  .map((cuts) => [0, ...cuts.sort((a, b) => a - b), TEXT.length])
  .map((edges) => edges.slice(1).map((to, i): Piece => ({ from: edges[i]!, to })))
  .chain((pieces) => fc.tuple(fc.constant(pieces), fc.array(piece, { maxLength: 15 })))
  .chain(([pieces, strays]) => {
    const all = [...pieces, ...strays]
    return fc.shuffledSubarray(all, { minLength: all.length })
  })

function deliver(pieces: readonly Piece[], base: number): { recorder: Recorder; direction: Direction } {
  const recorder = new Recorder()
  const direction = new Direction(recorder)
  direction.begin(base, true)
  pieces.forEach(({ from, to }, i) => {
    const data = octets(TEXT.slice(from, to))
    direction.segment(direction.offsetOf((base + from) >>> 0), data, 0, data.length, data.length, arrivalAt(i))
  })
  return { recorder, direction }
}

const base = fc.oneof(fc.constant(0xffff_ff00), fc.nat(0xffff_fffe))

describe('one direction', () => {
  it('delivers every octet once and in order, from segments cut, repeated, overlapping and shuffled in any way', () => {
    fc.assert(
      fc.property(covering, base, (pieces, start) => {
        const { recorder, direction } = deliver(pieces, start)
        direction.finish(TEXT.length, arrivalAt(pieces.length))
        expect(recorder.text).toBe(TEXT)
        expect(recorder.ended).toBe(true)
        expect(direction).toMatchObject({ bytes: TEXT.length, gaps: 0, truncated: false, waiting: false })
      }),
    )
  })

  it('marks what never came, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 25 }), base, (pieces, start) => {
        const { recorder, direction } = deliver(pieces, start)
        direction.flush(arrivalAt(pieces.length))
        const end = Math.max(...pieces.map(({ to }) => to))
        const expected = Array.from(TEXT.slice(0, end), (octet, i) =>
          pieces.some(({ from, to }) => i >= from && i < to) ? octet : '?',
        ).join('')
        expect(recorder.text).toBe(expected)
        expect(direction.gaps).toBe(expected.match(/\?+/g)?.length ?? 0)
        expect(direction.bytes).toBe(expected.replaceAll('?', '').length)
      }),
    )
  })

  it('never delivers anything but the stream’s own octets when segments are cut by a snapshot length', () => {
    const cut = fc.tuple(piece, fc.nat(60))
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 25 }), base, (pieces, start) => {
        const recorder = new Recorder()
        const direction = new Direction(recorder)
        direction.begin(start, true)
        pieces.forEach(([{ from, to }, kept], i) => {
          const data = octets(TEXT.slice(from, Math.min(to, from + kept)))
          direction.segment(direction.offsetOf((start + from) >>> 0), data, 0, data.length, to - from, arrivalAt(i))
        })
        direction.flush(arrivalAt(pieces.length))
        expect(recorder.text).toHaveLength(Math.max(...pieces.map(([{ to }]) => to)))
        for (const [i, octet] of Array.from(recorder.text).entries()) expect(['?', TEXT[i]]).toContain(octet)
      }),
    )
  })
})

const CLIENT = { ip: '10.0.0.2', port: 49_152 }
const SERVER = { ip: '10.0.0.1', port: 80 }

interface Turn {
  readonly ask: string
  readonly answer: string
}
const body = fc.string({ maxLength: 80 }).map((text) => text.replace(/[^ -~]/g, '.'))
const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.tuple(fc.nat(9), body).map(([n, text]) => ({ ask: get(`/${n}`), answer: ok(text) })),
  body.map((text) => ({ ask: request('POST', '/form', {}, text), answer: response(303, { Location: '/' }) })),
  fc
    .array(
      body.filter((text) => text !== ''),
      { maxLength: 4 },
    )
    .map((parts) => ({
      ask: get('/chunked'),
      answer: `${response(200, { 'Transfer-Encoding': 'chunked' })}${parts.map((part) => `${part.length.toString(16)};x=y\r\n${part}\r\n`).join('')}0\r\nT: 1\r\n\r\n`,
    })),
  fc.constant({ ask: request('HEAD', '/head'), answer: response(200, { 'Content-Length': '1234' }) }),
  fc.constant({ ask: request('PUT', '/x', { Expect: '100-continue' }, 'xyz'), answer: `${response(100)}${response(204)}` }),
)

interface Sent {
  readonly client: boolean
  readonly seq: number
  readonly ack: number
  readonly text: string
}

/** The segments of a conversation, each message cut at these places. */
function segments(turns: readonly Turn[], cuts: readonly number[], last: boolean): Sent[] {
  const next = { client: 0xffff_fff0, server: 0x7fff_fff0 }
  const sent: Sent[] = []
  const say = (client: boolean, text: string): void => {
    const edges = [0, ...[...new Set(cuts)].filter((cut) => cut > 0 && cut < text.length).sort((a, b) => a - b), text.length]
    for (let i = 1; i < edges.length; i++) {
      const part = text.slice(edges[i - 1], edges[i])
      sent.push({ client, seq: client ? next.client : next.server, ack: client ? next.server : next.client, text: part })
      if (client) next.client = (next.client + part.length) >>> 0
      else next.server = (next.server + part.length) >>> 0
    }
  }
  for (const { ask, answer } of turns) {
    say(true, ask)
    say(false, answer)
  }
  if (last) {
    say(true, get('/last', {}, 'HTTP/1.0'))
    say(false, unframed('until the end'))
  }
  return sent
}

async function exchangesOf(sent: readonly Sent[]): Promise<readonly ExchangeFact[]> {
  const wire = new Wire(raw, 101)
  const talk = wire.talk({ clientStart: 0xffff_ffef, serverStart: 0x7fff_ffef }).opens()
  let [clientEnd, serverEnd] = [0xffff_fff0, 0x7fff_fff0]
  for (const { client, seq, ack, text } of sent) {
    const [from, to] = client ? [CLIENT, SERVER] : [SERVER, CLIENT]
    wire.put(ip(from.ip, to.ip, 6, tcp({ from, to, seq, ack, flags: 'PA', payload: octets(text) }), ++wire.id), { after: 0.1 })
    const end = (seq + text.length) >>> 0
    if (client && ((end - clientEnd) | 0) > 0) clientEnd = end
    if (!client && ((end - serverEnd) | 0) > 0) serverEnd = end
  }
  talk.server.fin({ seq: serverEnd, ack: clientEnd })
  talk.client.fin({ seq: clientEnd, ack: serverEnd + 1 })
  const found = only(await wire.read())
  expect(found.connection.gaps).toBe(0)
  return found.exchanges
}

const OF_SEGMENTS = new Set(['requestPacket', 'requestAt', 'requestEndAt', 'responsePacket', 'responseAt', 'completeAt'])

/** All of an exchange but its packets and times, which depend on the segments. */
const essence = (e: ExchangeFact): unknown => Object.fromEntries(Object.entries(e).filter(([key]) => !OF_SEGMENTS.has(key)))

describe('a whole conversation', () => {
  it('gives the same exchanges however it is cut, repeated and reordered within a window', async () => {
    const plan = fc.record({
      turns: fc.array(turn, { minLength: 1, maxLength: 6 }),
      cuts: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 6 }),
      last: fc.boolean(),
      again: fc.array(fc.nat(60), { maxLength: 6 }),
      swaps: fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 4 })), { maxLength: 10 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ turns, cuts, last, again, swaps }) => {
        const plain = await exchangesOf(segments(turns, [], last))
        expect(plain).toHaveLength(turns.length + (last ? 1 : 0))
        const mangled = segments(turns, cuts, last)
        for (const i of again) {
          const repeated = mangled[i % mangled.length]!
          mangled.splice((i % mangled.length) + 1, 0, repeated)
        }
        // A segment comes up to four places late, as on paths of different length; never past the other side's answer.
        for (const [i, distance] of swaps) {
          const at = i % mangled.length
          const segment = mangled[at]!
          let to = at
          while (to < at + distance && mangled[to + 1]?.client === segment.client) to++
          mangled.splice(at, 1)
          mangled.splice(to, 0, segment)
        }
        expect((await exchangesOf(mangled)).map(essence)).toEqual(plain.map(essence))
      }),
      { numRuns: 80 },
    )
  })

  it('gives the same exchanges when whole packets change places between the directions, too', async () => {
    // Before its request is known, nobody can tell that a response to HEAD has no body, nor whose an interim response is.
    const simple = turn.filter(({ ask, answer }) => !ask.startsWith('HEAD') && !answer.startsWith('HTTP/1.1 100'))
    const plan = fc.record({
      turns: fc.array(simple, { minLength: 1, maxLength: 5 }),
      swaps: fc.array(fc.nat(30), { maxLength: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ turns, swaps }) => {
        const plain = await exchangesOf(segments(turns, [], false))
        const mangled = segments(turns, [], false)
        for (const i of swaps) {
          // A request and its answer, as a capture on two interfaces may write them.
          const at = (i % turns.length) * 2
          const [ask, answer] = [mangled[at]!, mangled[at + 1]!]
          mangled[at] = answer
          mangled[at + 1] = ask
        }
        expect((await exchangesOf(mangled)).map(essence)).toEqual(plain.map(essence))
      }),
      { numRuns: 40 },
    )
  })

  it('with packets lost never invents an exchange, and keeps those that are whole', async () => {
    const plan = fc.record({
      count: fc.integer({ min: 2, max: 8 }),
      lost: fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, lost }) => {
        // With a response and the request after it gone, nothing tells whose answer the next response is.
        fc.pre(!lost.some((i) => i % 2 === 1 && lost.includes(i + 1)))
        const wire = new Wire(raw, 101)
        const talk = wire.talk().opens()
        for (let i = 0; i < count; i++) {
          talk.client.says(get(`/${i}`), { after: 200, lost: lost.includes(2 * i) })
          talk.server.says(response(200 + i, {}, 'body'), { after: 20, lost: lost.includes(2 * i + 1) })
          talk.client.acks()
        }
        const { exchanges } = only(await wire.read())
        for (const { target, status, complete } of exchanges) {
          if (target !== null && status !== null) expect(target).toBe(`/${status - 200}`)
          expect(complete).toBe(target !== null && status !== null)
        }
        const seen = (pick: (e: ExchangeFact) => unknown): number => exchanges.filter((e) => pick(e) !== null).length
        expect(seen((e) => e.target)).toBe(count - lost.filter((i) => i % 2 === 0 && i < 2 * count).length)
        expect(seen((e) => e.status)).toBe(count - lost.filter((i) => i % 2 === 1 && i < 2 * count).length)
      }),
      { numRuns: 80 },
    )
  })
})
