/** Which legs may be one behind the other: those that carry the same requests. */
import type { SeenLeg } from '../legs/find'
import type { Requests } from './requests'

export interface Candidate {
  readonly front: number
  readonly back: number
}

/** Pairs of legs that are tried. */
const MOST_PAIRS = 200

/** Is there a pair that may be one behind the other, by the addresses at their ends alone? */
export const mayBeJoined = (legs: readonly SeenLeg[], clients: readonly ReadonlySet<string>[]): boolean =>
  legs.some((front) => legs.some((back) => front !== back && mayForward(front, clients[front.leg]!, clients[back.leg]!)))

/** The pairs with most requests in common first. */
export function candidates(requests: Requests, places: readonly Int32Array[], legs: readonly SeenLeg[]): readonly Candidate[] {
  const counts = places.map((of) => countBy(of, (place) => requests.key[place]!))
  const withIds = places.map((of) => of.some((place) => requests.ids.has(place)))
  const clients = places.map((of) => new Set(Array.from(of, (place) => requests.client[place]!)))
  const found: (Candidate & { readonly common: number })[] = []
  for (const { leg: front } of legs)
    for (const { leg: back } of legs) {
      if (front === back || !mayForward(legs[front]!, clients[front]!, clients[back]!)) continue
      const common = inCommon(counts[front]!, counts[back]!)
      if (common > 0 || (withIds[front]! && withIds[back]!)) found.push({ front, back, common })
    }
  return found.sort((a, b) => b.common - a.common || a.front - b.front || a.back - b.back).slice(0, MOST_PAIRS)
}

/** A program that asks two servers for the same is no proxy: one that is shares the address of the server in front, or is elsewhere. */
function mayForward(front: SeenLeg, users: ReadonlySet<string>, senders: ReadonlySet<string>): boolean {
  for (const sender of senders) if (users.has(sender) && sender !== front.serverIp && !isLoopback(front.serverIp)) return false
  return true
}

const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1'

function countBy(places: Int32Array, key: (place: number) => number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const place of places) counts.set(key(place), (counts.get(key(place)) ?? 0) + 1)
  return counts
}

function inCommon(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a]
  let common = 0
  for (const [key, n] of few) common += Math.min(n, many.get(key) ?? 0)
  return common
}
