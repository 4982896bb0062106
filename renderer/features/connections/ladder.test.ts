import { expect, it } from 'vitest'
import type { Handshake } from '../../../shared/model/facts'
import { fromSeconds } from '../../../shared/units'
import { rungsOf } from './ladder'

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
