/**
 * Clients, proxies and origins whose legs were joined, each way on its own: does whoever sends requests give up an idle connection before
 * whoever answers? Definitions: docs/audit-model.md, "Hidden timers".
 */
import type { VantagePair } from '../../../shared/model/audit'
import type { Leg } from '../../../shared/model/legs'
import type { Chain, ChainCheck, ChainEnd } from '../../../shared/model/timers'
import type { Store } from '../../store/store'
import type { Carried } from '../stitch/carried'
import type { Timers } from '../timers'
import type { Sender } from './chain-ends'
import { LegTimeouts, sendersOf } from './chain-ends'
import { compare } from './chain-check'
import type { Observed } from './index'

const MAX_CHAINS = 50

export interface ChainInput {
  readonly timers: Timers
  readonly observed: readonly Observed[]
  readonly legs: readonly Leg[]
  /** What was followed from one leg to the next. */
  readonly carried: readonly Carried[]
  /** Where the connections of each client and server were captured: a machine that is both is next to each in turn. */
  readonly pairs: readonly VantagePair[]
}

/** A client's way to an origin, before its time-outs are known. */
interface Way {
  readonly front: Sender
  readonly back: Sender
  readonly joinedBy: Chain['joinedBy']
  readonly requests: number | null
}

/** After the verdicts. Reads `ends`, `idle_gaps` and the members of legs. */
export async function chainsOf(store: Store, { timers, observed, legs, carried, pairs }: ChainInput): Promise<readonly Chain[]> {
  if (legs.length < 2) return []
  const senders = await sendersOf(store, legs)
  const ways = [...followed(carried, senders), ...otherwise(carried, legs, senders, pairs)].slice(0, MAX_CHAINS)
  const asked = ways.flatMap(({ front, back }) => [front, back])
  const timeouts = await LegTimeouts.of(store, timers, observed, senders, asked)
  return ways.map((way) => chainOf(way, timeouts)).sort((a, b) => gravity(a) - gravity(b))
}

const GRAVITY: readonly ChainCheck['state'][] = ['wrong', 'tight', 'ok', 'unknown']
/** What is wrong comes first. */
const gravity = ({ checks }: Chain): number => Math.min(...checks.map(({ state }) => GRAVITY.indexOf(state)))

/** Those whose requests were found again behind the proxy. */
function followed(carried: readonly Carried[], senders: ReadonlyMap<number, readonly Sender[]>): readonly Way[] {
  const ways = new Map<string, Way>()
  for (const { front, client, back, sender, requests } of carried) {
    const of = senders.get(front)?.find(({ programs }) => programs.includes(client))
    const by = senders.get(back)?.find(({ ip }) => ip === sender)
    if (of === undefined || by === undefined) continue
    // A proxy in front may speak for several programs.
    const key = `${front} ${of.ip} ${of.programs[0] ?? ''} ${back} ${sender}`
    const known = ways.get(key)
    ways.set(key, { front: of, back: by, joinedBy: 'requests', requests: requests + (known?.requests ?? 0) })
  }
  return [...ways.values()]
}

/** Those whose requests could not be followed: every client of the proxy may have asked every origin behind it. */
function otherwise(
  carried: readonly Carried[],
  legs: readonly Leg[],
  senders: ReadonlyMap<number, readonly Sender[]>,
  pairs: readonly VantagePair[],
): readonly Way[] {
  const joined = new Set(carried.map(({ back }) => back))
  const ways: Way[] = []
  const place = new Map(pairs.map((pair) => [`${pair.client} ${pair.server}`, pair.place]))
  const placeOf = ({ ip, leg }: Sender): string | undefined => place.get(`${ip} ${serverOf(leg)}`)
  for (const leg of legs) {
    if (joined.has(leg.id) || leg.client.role !== 'proxy') continue
    for (const back of senders.get(leg.id) ?? []) {
      const fronts = legs.filter(({ id }) => id !== leg.id && (leg.front === null || id === leg.front))
      for (const front of fronts.flatMap(({ id }) => senders.get(id) ?? [])) {
        if (ways.length >= MAX_CHAINS) return ways
        if (leg.front !== null) ways.push({ front, back, joinedBy: 'address', requests: null })
        else if (placeOf(front) === 'server' && placeOf(back) === 'client')
          ways.push({ front, back, joinedBy: 'vantage', requests: null })
      }
    }
  }
  return ways
}

function chainOf({ front, back, joinedBy, requests }: Way, timeouts: LegTimeouts): Chain {
  const check = (leg: ChainCheck['leg'], sender: Sender): ChainCheck => ({
    leg,
    from: sendingEnd(sender),
    to: answeringEnd(sender.leg, sender === front ? back.leg : null),
    ...compare(timeouts.client(sender), timeouts.server(sender)),
    connections: sender.connections,
  })
  return {
    proxy: serverOf(front.leg),
    proxyOutward: back.ip,
    server: serverOf(back.leg),
    joinedBy,
    requests,
    legs: { front: front.leg.id, back: back.leg.id },
    checks: [check('client-proxy', front), check('proxy-origin', back)],
  }
}

const serverOf = ({ server }: Leg): string => {
  const ip = server.ip ?? ''
  return `${ip.includes(':') ? `[${ip}]` : ip}:${server.port ?? 0}`
}

const sendingEnd = ({ leg, ip, product }: Sender): ChainEnd => ({
  role: leg.client.role === 'proxy' ? 'proxy' : 'client',
  address: ip,
  product,
})

/** @param behind where it sends requests on: a Server field that both give may be passed on, and is said of neither proxy nor its product. */
const answeringEnd = (leg: Leg, behind: Leg | null): ChainEnd => ({
  role: leg.server.role === 'proxy' ? 'proxy' : 'origin',
  address: serverOf(leg),
  product: leg.server.product === behind?.server.product ? null : leg.server.product,
})
