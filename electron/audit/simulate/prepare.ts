/** Makes a demand of what the store holds, for every origin or for one. */
import type { Store } from '../../store/store'
import type { Chain, ChainPool } from './chains'
import { chainPools } from './chains'
import type { Demand, PoolDemand, Span } from './demand'
import { AHEAD, FIRST, FORCED, GIVEN, LAST } from './demand'
import { Exchanges } from './exchanges'
import { IdleIntervals } from './idle-intervals'
import type { Revealed } from './reveal'

/** Requests replayed at once: some 30 bytes each, and a hundred passes over them for a curve. */
export const MAX_REQUESTS = 2_000_000

export class TooManyRequests extends Error {
  constructor(readonly requests: number) {
    super('Too many requests to replay at once.')
    this.name = 'TooManyRequests'
  }
}

/**
 * @param origin whose pools to take; null for all
 * @throws TooManyRequests
 */
export async function prepareDemand(
  store: Store,
  span: Span,
  revealed: Revealed,
  origin: string | null,
  checkpoint: () => void,
): Promise<Demand> {
  const where = origin === null ? 'true' : await poolsOf(store, origin)
  const [counts = {}] = await store.rows(
    `SELECT coalesce(sum(exchange_count), 0)::DOUBLE AS requests, count(*)::DOUBLE AS chains FROM subjects WHERE exchange_count > 0 AND ${where}`,
  )
  const requests = (counts.requests ?? 0) as number
  if (requests > MAX_REQUESTS) throw new TooManyRequests(requests)
  const building = new Building(requests, (counts.chains ?? 0) as number)
  const exchanges = new Exchanges(store, where, span.to)
  try {
    for await (const pool of chainPools(store, revealed, where, checkpoint)) building.add(pool, await exchanges.ofPool(pool.pool))
  } finally {
    await exchanges.close()
  }
  return building.demand(span)
}

/** Pool numbers are the program's own: they may stand in SQL. */
async function poolsOf(store: Store, origin: string): Promise<string> {
  const rows = await store.rows(
    `SELECT DISTINCT s.pool FROM verdicts v JOIN subjects s ON s.id = v.connection WHERE v.origin = $1 AND s.exchange_count > 0`,
    [origin],
  )
  return rows.length === 0 ? 'false' : `subjects.pool IN (${rows.map((row) => Number(row.pool)).join(',')})`
}

/** Exchanges of one pool: connection, ordinal, begin and end of each, one after the other. */
export type PoolExchanges = readonly number[]
export const FIELDS = 4

class Building {
  readonly #at: Float64Array
  readonly #service: Float64Array
  readonly #chain: Int32Array
  readonly #flags: Uint8Array
  readonly #setup: Float64Array
  readonly #lead: Float64Array
  readonly #roundTrips: Float64Array
  readonly #endsAfter: Float64Array
  readonly #tls: Uint8Array
  readonly #rtt: Float64Array
  readonly #pools: PoolDemand[] = []
  readonly #idle = new IdleIntervals()
  #events = 0
  #chains = 0
  #requests = 0

  constructor(requests: number, chains: number) {
    const events = requests + chains
    this.#at = new Float64Array(events)
    this.#service = new Float64Array(events)
    this.#chain = new Int32Array(events)
    this.#flags = new Uint8Array(events)
    this.#setup = new Float64Array(chains)
    this.#lead = new Float64Array(chains)
    this.#roundTrips = new Float64Array(chains)
    this.#endsAfter = new Float64Array(chains)
    this.#tls = new Uint8Array(chains)
    this.#rtt = new Float64Array(chains)
  }

  add(pool: ChainPool, exchanges: PoolExchanges): void {
    const start = this.#events
    const base = this.#chains
    const places = new Map<number, number>()
    for (const c of pool.chains) {
      const i = this.#chains++
      places.set(c.id, i - base)
      this.#setup[i] = this.#lead[i] = c.setup ?? 0
      this.#roundTrips[i] = c.setupRoundTrips
      this.#endsAfter[i] = c.endsAfter
      this.#tls[i] = c.tls
      this.#rtt[i] = c.rtt
      if (pool.multiplexed) this.#idle.add(c.opened ? c.readyAt : -Infinity, c.goneAt)
    }
    this.#addEvents(pool, exchanges, base, places)
    const forced = this.#forced(pool)
    this.#sort(start, base, forced)
    const opened = pool.chains.filter((c) => c.opened)
    const { server, client, multiplexed, streams, serverTimeout, clientTimeout, requestLimit, maxAge, agesAtRequests } = pool
    this.#pools.push({
      start,
      end: this.#events,
      server,
      client,
      opened: opened.length,
      multiplexed,
      streams,
      serverTimeout,
      clientTimeout,
      requestLimit,
      maxAge,
      agesAtRequests,
      serverDelay: middle(opened.map((c) => c.serverDelay)) ?? 0,
      typical: typicalOf(pool.chains, base),
      oldestFirst: false,
    })
  }

  /** Exchanges come connection by connection, each in its order. */
  #addEvents(pool: ChainPool, exchanges: PoolExchanges, base: number, places: ReadonlyMap<number, number>): void {
    for (let k = 0; k < exchanges.length; k += FIELDS) {
      const place = places.get(exchanges[k]!)
      if (place === undefined) continue
      const c = pool.chains[place]!
      const ordinal = exchanges[k + 1]!
      const begin = exchanges[k + 2]!
      const end = Math.max(begin, exchanges[k + 3]!)
      const last = exchanges[k + FIELDS] !== exchanges[k]
      if (!pool.multiplexed) this.#idle.add(end, Math.min(last ? Infinity : exchanges[k + FIELDS + 2]!, c.goneAt))
      // The client asked again for what a lost race had lost: that is the demand.
      if (last && c.lost) continue
      this.#requests++
      let flags = last ? LAST : 0
      let at = begin
      if (ordinal === 0 || k === 0 || exchanges[k - FIELDS] !== exchanges[k]) {
        if (!c.opened) flags |= GIVEN
        else if (c.contiguous) {
          flags |= FIRST
          at = Math.min(begin, c.demandAt)
          this.#lead[base + place] = begin - at
        } else {
          // It was free from when it was ready, until its first request.
          this.#put(Math.min(begin, c.demandAt), 0, base + place, FIRST | AHEAD)
          if (!pool.multiplexed) this.#idle.add(c.readyAt, begin)
        }
      }
      this.#put(at, end - begin, base + place, flags)
    }
  }

  #put(at: number, service: number, chain: number, flags: number): void {
    const i = this.#events++
    this.#at[i] = at
    this.#service[i] = service
    this.#chain[i] = chain
    this.#flags[i] = flags
  }

  /** The chains that were opened although another connection was idle. */
  #forced(pool: ChainPool): Uint8Array {
    const forced = new Uint8Array(pool.chains.length)
    let i = 0
    // Chains are in the order of demand.
    for (const idle of this.#idle.at(pool.chains.map((c) => c.demandAt))) {
      if (idle && !pool.chains[i]!.needed) forced[i] = 1
      i++
    }
    return forced
  }

  #sort(start: number, base: number, forced: Uint8Array): void {
    const [at, service, chain, flags] = [this.#at, this.#service, this.#chain, this.#flags].map((a) =>
      a.slice(start, this.#events),
    ) as [Float64Array, Float64Array, Int32Array, Uint8Array]
    const order = new Uint32Array(at.length).map((_, i) => i).sort((a, b) => at[a]! - at[b]! || a - b)
    order.forEach((from, i) => {
      const to = start + i
      const flag = flags[from]!
      this.#at[to] = at[from]!
      this.#service[to] = service[from]!
      this.#chain[to] = chain[from]!
      this.#flags[to] = (flag & FIRST) !== 0 && forced[chain[from]! - base] === 1 ? flag | FORCED : flag
    })
  }

  demand({ from, to }: Span): Demand {
    return {
      from,
      to,
      requests: this.#requests,
      at: this.#at.subarray(0, this.#events),
      service: this.#service.subarray(0, this.#events),
      chain: this.#chain.subarray(0, this.#events),
      flags: this.#flags.subarray(0, this.#events),
      setup: this.#setup,
      lead: this.#lead,
      setupRoundTrips: this.#roundTrips,
      endsAfter: this.#endsAfter,
      tls: this.#tls,
      rtt: this.#rtt,
      pools: this.#pools,
    }
  }
}

/** The chain whose setup is the pool's middle one. */
function typicalOf(chains: readonly Chain[], base: number): number {
  const seen = chains.map((c, i) => ({ setup: c.setup, i })).filter((c): c is { setup: number; i: number } => c.setup !== null)
  seen.sort((a, b) => a.setup - b.setup)
  const found = seen[(seen.length - 1) >> 1]
  return found === undefined ? -1 : base + found.i
}

function middle(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null
}
