/** Whose requests a proxy passed on, and where to: what joined requests say of clients, proxies and origins as pairs. */
import type { Joined } from './measure'
import type { Requests } from './requests'

export interface Carried {
  readonly front: number
  /** The program that asked the proxy, by its number. */
  readonly client: number
  readonly back: number
  /** The address from which the proxy asked. */
  readonly sender: string
  /** Requests that were followed from one leg to the other. */
  readonly requests: number
}

/** More ways than these are not told apart. */
const MOST = 1000

interface Counting {
  readonly way: Omit<Carried, 'requests'>
  /** By an identifier or address, or alone in their time; and those that could have been another client's. */
  sure: number
  guessed: number
}

/** The ways with most requests first. What may have been another client's request counts only where no other of the two legs is sure. */
export function carriedOf(r: Requests, all: readonly Joined[]): readonly Carried[] {
  const found: Carried[] = []
  for (const { front, backs } of all)
    for (const { leg, places, matches } of backs) {
      const ways = new Map<string, Counting>()
      for (const [i, b] of places.entries()) {
        const a = matches.front[i]!
        if (a < 0) continue
        const client = r.program[a]!
        const sender = r.client[b]!
        const key = `${client} ${sender}`
        let counting = ways.get(key)
        if (counting === undefined) {
          if (ways.size >= MOST) continue
          ways.set(key, (counting = { way: { front, client, back: leg, sender }, sure: 0, guessed: 0 }))
        }
        if (matches.confidence[i] === 'low') counting.guessed++
        else counting.sure++
      }
      const counted = [...ways.values()]
      const told = counted.some(({ sure }) => sure > 0) ? counted.filter(({ sure }) => sure > 0) : counted
      found.push(...told.map(({ way, sure, guessed }) => ({ ...way, requests: sure + guessed })))
    }
  return found.sort((x, y) => y.requests - x.requests || x.back - y.back || x.client - y.client).slice(0, MOST)
}
