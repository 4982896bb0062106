import { expect, it } from 'vitest'
import type { Handshake } from '../../../shared/model/facts'
import { fromSeconds } from '../../../shared/units'
import { roundTripsOf, rungsOf } from './ladder'

const handshake: Handshake = {
  complete: true,
  syn: { packet: 1, at: fromSeconds(5), count: 2 },
  synAck: { packet: 4, at: fromSeconds(6.02), count: 1 },
  ack: { packet: 5, at: fromSeconds(6.04) },
  rtt: fromSeconds(0.04),
  fastOpen: false,
}

it('counts times from the first SYN and says what was repeated', () => {
  expect(rungsOf({ handshake })).toEqual([
    { label: 'SYN × 2', from: 'client', packet: 1, at: 0, repeated: true },
    { label: 'SYN/ACK', from: 'server', packet: 4, at: 1.02, repeated: false },
    { label: 'ACK', from: 'client', packet: 5, at: 1.04, repeated: false },
  ])
})

it('shows what was seen of an incomplete one', () => {
  expect(rungsOf({ handshake: { ...handshake, complete: false, synAck: null, ack: null, rtt: null } })).toHaveLength(1)
  expect(rungsOf({ handshake: null })).toEqual([])
})

it('gives the shortest round trip beside the handshake’s', () => {
  const minRtt = fromSeconds(0.039)
  const shown = (fact: Parameters<typeof roundTripsOf>[0]): string[] =>
    roundTripsOf(fact).map(({ name, seconds }) => `${name} ${seconds}`)
  expect(shown({ handshake, minRtt })).toEqual(['RTT 0.04', 'min 0.039'])
  expect(shown({ handshake: null, minRtt })).toEqual(['min RTT 0.039'])
  // QUIC.
  expect(shown({ handshake: null, rtt: fromSeconds(0.05) })).toEqual(['RTT 0.05'])
  expect(shown({ handshake: null })).toEqual([])
})
