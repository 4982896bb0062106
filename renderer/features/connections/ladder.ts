/** The handshake as rungs of a ladder diagram. */
import type { ConnectionFact, Sighting } from '../../../shared/model/facts'

export interface Rung {
  readonly label: string
  readonly from: 'client' | 'server'
  readonly packet: number
  /** Seconds since the first SYN. */
  readonly at: number
  /** Sent more than once. */
  readonly repeated: boolean
}

/** In order of time; empty where no handshake was seen. */
export function rungsOf({ handshake }: Pick<ConnectionFact, 'handshake'>): readonly Rung[] {
  const start = handshake?.syn?.at ?? handshake?.synAck?.at ?? handshake?.ack?.at
  if (handshake === null || start === undefined) return []
  const rung = (name: string, from: Rung['from'], sighting: Sighting & { readonly count?: number }): Rung => ({
    label: (sighting.count ?? 1) > 1 ? `${name} × ${sighting.count}` : name,
    from,
    packet: sighting.packet,
    at: (sighting.at - start) / 1e9,
    repeated: (sighting.count ?? 1) > 1,
  })
  return [
    ...(handshake.syn ? [rung('SYN', 'client', handshake.syn)] : []),
    ...(handshake.synAck ? [rung('SYN/ACK', 'server', handshake.synAck)] : []),
    ...(handshake.ack ? [rung('ACK', 'client', handshake.ack)] : []),
  ]
}

export interface RoundTripShown {
  readonly name: string
  readonly seconds: number
  readonly hint: string
}

/** The handshake's round trip, and the shortest in the connection's life; without those that are not known. */
export function roundTripsOf({
  handshake,
  rtt,
  minRtt,
}: Pick<ConnectionFact, 'handshake' | 'rtt' | 'minRtt'>): readonly RoundTripShown[] {
  const first = handshake?.rtt ?? rtt ?? null
  const least = { seconds: (minRtt ?? 0) / 1e9, hint: 'The shortest round trip in the connection’s life: handshake and data' }
  return [
    ...(first === null ? [] : [{ name: 'RTT', seconds: first / 1e9, hint: 'The handshake’s round trip' }]),
    ...(minRtt === undefined ? [] : [{ name: first === null ? 'min RTT' : 'min', ...least }]),
  ]
}
