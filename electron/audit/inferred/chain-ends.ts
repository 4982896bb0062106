/** Who is at the ends of each leg, and how long each keeps an idle connection towards the other. */
import type { ChainTimeout } from '../../../shared/model/timers'
import type { Leg } from '../../../shared/model/legs'
import type { Store } from '../../store/store'
import type { Timers } from '../timers'
import { NAMED } from './cluster'
import { IdleCloses } from './idle-closes'
import type { Ends } from './idle-timeouts'
import { survivedBetween } from './idle-timeouts'
import type { Observed } from './index'
import { idleTimeoutOf } from './index'
import { connectionsIn } from './owners'

/** Senders looked at, those with the most connections. */
const MAX_SENDERS = 2000

/** Who sends the requests of a leg: a user's program, or a proxy with all programs that it speaks for. */
export interface Sender {
  readonly leg: Leg
  readonly ip: string
  /** By their numbers. */
  readonly programs: readonly number[]
  /** A proxy passes on the names of others. */
  readonly product: string | null
  readonly server: number
  readonly connections: readonly number[]
}

const SENDERS = `
SELECT m.leg, s.client_ip AS ip, s.program_number AS program, any_value(s.server_number) AS server,
  CASE WHEN any_value(s.pool_agent) <> '' THEN any_value(s.pool_agent) WHEN min(s.first_agent) = max(s.first_agent) THEN min(s.first_agent) END AS product,
  array_to_string(min(s.id, ${NAMED}), ' ') AS named
FROM leg_members m JOIN subjects s ON s.id = m.connection
WHERE s.transport <> 'har'
GROUP BY m.leg, s.client_ip, s.program_number ORDER BY count(*) DESC, m.leg, program LIMIT ${MAX_SENDERS}`

/** The senders of each leg, by its number; those with the most connections first. */
export async function sendersOf(store: Store, legs: readonly Leg[]): Promise<ReadonlyMap<number, readonly Sender[]>> {
  const byId = new Map(legs.map((leg) => [leg.id, leg]))
  const senders = new Map<string, Sender>()
  for (const row of await store.rows(SENDERS)) {
    const leg = byId.get(row.leg as number)
    if (leg === undefined) continue
    const program = row.program as number
    const proxy = leg.client.role === 'proxy'
    const key = `${leg.id} ${row.ip as string} ${proxy ? '' : program}`
    const known = senders.get(key)
    const connections = [...(known?.connections ?? []), ...connectionsIn(row.named)].sort((a, b) => a - b).slice(0, NAMED)
    senders.set(key, {
      ...{ leg, ip: row.ip as string, server: row.server as number, connections },
      programs: [...(known?.programs ?? []), program],
      product: proxy ? leg.client.product : ((row.product ?? null) as string | null),
    })
  }
  const byLeg = new Map<number, Sender[]>()
  for (const sender of senders.values()) {
    const of = byLeg.get(sender.leg.id)
    if (of === undefined) byLeg.set(sender.leg.id, [sender])
    else of.push(sender)
  }
  return byLeg
}

/** Idle time-outs at the ends of legs. */
export class LegTimeouts {
  readonly #servers: ReadonlyMap<number, ChainTimeout | null>

  private constructor(
    private readonly timers: Timers,
    observed: readonly Observed[],
    private readonly senders: ReadonlyMap<number, readonly Sender[]>,
    private readonly survived: (ends: Ends) => number,
  ) {
    const servers = observed.filter(({ owner }) => owner.side === 'server')
    this.#servers = new Map(servers.map((one) => [one.owner.key, idleTimeoutOf(one)]))
  }

  /** @param asked the senders that will be asked about, of all those there are */
  static async of(
    store: Store,
    timers: Timers,
    observed: readonly Observed[],
    senders: ReadonlyMap<number, readonly Sender[]>,
    asked: Iterable<Sender>,
  ): Promise<LegTimeouts> {
    const ends = [...new Set(asked)].flatMap(({ programs, server }) => programs.map((program) => ({ program, server })))
    return new LegTimeouts(timers, observed, senders, await survivedBetween(store, ends))
  }

  server = (sender: Sender): ChainTimeout | null => this.#servers.get(sender.server) ?? null

  /** As its closes towards this server show; else as those towards others do, unless it was seen to wait longer here. */
  client(sender: Sender): ChainTimeout | null {
    const { programs, server } = sender
    const closes = programs.map((program) => this.timers.idleCloses('client', program)).filter((one) => one !== undefined)
    const survived = Math.max(...programs.map((program) => this.survived({ program, server })))
    const outlived = ({ to }: { readonly to: number }): boolean => survived > to * 1.02 + 0.2e9
    const here = IdleCloses.of(closes, server).timeout
    if (here !== null && !outlived(here)) return { seconds: inSeconds(here.value), bound: 'exact', knownBy: 'observed' }
    const elsewhere =
      here !== null || !hasOneSetting(sender) || this.#isShared(sender) ? null : IdleCloses.of(closes, null).timeout
    if (elsewhere !== null && !outlived(elsewhere))
      return { seconds: inSeconds(elsewhere.value), bound: 'exact', knownBy: 'elsewhere' }
    return survived === 0 ? null : { seconds: inSeconds(survived), bound: 'at-least', knownBy: 'observed' }
  }

  /** On one machine a client and a proxy have one address: what goes elsewhere may be the other's. */
  #isShared({ ip, leg }: Sender): boolean {
    for (const others of this.senders.values())
      if (others.some((other) => other.ip === ip && other.leg.client.role !== leg.client.role)) return true
    return false
  }
}

/** A program has one pool; proxies keep connections to each server as long as they are told for that one. */
const hasOneSetting = ({ leg }: Sender): boolean => leg.client.role !== 'proxy'

const inSeconds = (nanos: number): number => Math.round(nanos / 1e3) / 1e6
