import type { Demand, PoolDemand } from '../simulate/demand'
import { FIRST } from '../simulate/demand'

/** Seeded, so that a run can be had again (xorshift32). */
export function random(seed: number): () => number {
  let x = seed | 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) / 2 ** 32
  }
}

const TIMEOUT = 5e9
const LIMIT = 1000
const SETUP = 30e6
const DELAY = 20e6

/** Clients that ask with idle times between a tenth of a second and half an hour; a server that closes after five idle seconds. */
export function manyRequests(requests: number, pools: number, seed = 7): Demand {
  const next = random(seed)
  const perPool = Math.floor(requests / pools)
  const total = perPool * pools
  const at = new Float64Array(total)
  const service = new Float64Array(total)
  const chain = new Int32Array(total)
  const flags = new Uint8Array(total)
  const setups: number[] = []
  const all: PoolDemand[] = []
  let to = 0
  for (let p = 0; p < pools; p++) {
    const start = p * perPool
    let now = next() * 1e9
    const before = setups.length
    let open: { readonly chain: number; freeAt: number; requests: number }[] = []
    for (let i = start; i < start + perPool; i++) {
      // Mostly a page's requests in quick succession, some at once; now and then a long pause.
      now += next() < 0.15 ? 10 ** (8 + next() * 4.2) : next() * 30e6
      at[i] = now
      service[i] = 5e6 + next() * 40e6
      open = open.filter((c) => c.freeAt > now || (c.freeAt + TIMEOUT - DELAY > now && c.requests < LIMIT))
      let used = open.filter((c) => c.freeAt <= now).sort((x, y) => y.freeAt - x.freeAt)[0]
      if (used === undefined) {
        flags[i] = FIRST
        used = { chain: setups.push(SETUP) - 1, freeAt: now + SETUP, requests: 0 }
        open.push(used)
      }
      chain[i] = used.chain
      used.freeAt = Math.max(now, used.freeAt) + service[i]!
      used.requests++
      to = Math.max(to, used.freeAt)
    }
    all.push({
      start,
      end: start + perPool,
      server: 1,
      client: p,
      opened: setups.length - before,
      multiplexed: false,
      streams: 100,
      serverTimeout: TIMEOUT,
      clientTimeout: Infinity,
      requestLimit: LIMIT,
      maxAge: Infinity,
      agesAtRequests: false,
      serverDelay: DELAY,
      typical: before,
      oldestFirst: false,
    })
  }
  const chains = setups.length
  return {
    from: 0,
    to,
    requests: total,
    at,
    service,
    chain,
    flags,
    setup: Float64Array.from(setups),
    lead: Float64Array.from(setups),
    setupRoundTrips: new Float64Array(chains).fill(1),
    endsAfter: new Float64Array(chains).fill(Infinity),
    tls: new Uint8Array(chains),
    rtt: new Float64Array(chains).fill(20e6),
    pools: all,
  }
}
