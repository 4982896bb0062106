/** Values for settings, computed from the traffic. */
import type { Recommendation } from '../../../shared/model/simulation'
import type { CaseGroup } from '../findings/groups'
import type { Place } from './product'
import { inSeconds } from '../seconds'

/** Steps people choose time-outs from, in seconds. */
const STEPS = [5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 180, 240, 300, 600, 900, 1800, 3600]

/** Room above the gaps that were seen: the network's delay and what the capture was too short to show. */
const MARGIN = 1.1

/** The idle time-out that bridges 95 % of the observed gaps, rounded up to a usual value; at most an hour. */
export const recommendedTimeout = (gapP95: number): number => STEPS.find((step) => step >= gapP95 * MARGIN) ?? 3600

const MOST_REQUESTS = 1_000_000

/**
 * A request limit that this traffic would meet a hundred times less often, and at most once an hour; never less than the usual thousand.
 *
 * @param observed the limit that was met
 * @param perHour requests one connection would carry in an hour at the rate seen; null where the rate is not known
 */
export function recommendedLimit(observed: number, perHour: number | null = null): number {
  const wanted = Math.max(1, observed * 100, perHour ?? 0)
  return Math.min(MOST_REQUESTS, Math.max(1000, 10 ** Math.ceil(Math.log10(wanted))))
}

/** The time-out behind a proxy that keeps idle connections for so long: the server must keep them longer, or the proxy meets its close. */
export const outlasting = (seconds: number): number => Math.ceil((seconds * 1.05 + 1) / 5) * 5

/** A server closes so soon that no client time-out in whole seconds stays below with a margin. */
export const leavesNoTime = (serverTimeout: number): boolean => serverTimeout < 2

/**
 * How long a client may keep idle connections to a server that closes them after so long: shorter, by a second or more. Where that leaves
 * nothing, half as long, in tenths of a second, or hundredths.
 */
export function staysBelow(serverTimeout: number): number {
  if (!leavesNoTime(serverTimeout)) return Math.floor(serverTimeout - Math.max(1, serverTimeout * 0.05))
  return serverTimeout >= 0.2 ? Math.floor(serverTimeout * 5) / 10 : Math.max(1, Math.floor(serverTimeout * 50)) / 100
}

/** Connections a pool should hold: those this traffic needed at once, with half as many in hand, rounded up to a usual number. */
export function recommendedPool(needed: number): number {
  const wanted = Math.max(2, needed + Math.ceil(needed / 2))
  return wanted <= 8 ? wanted : 2 ** Math.ceil(Math.log2(wanted))
}

/** Values that follow from the traffic. */
export type Computed = 'idleTimeout' | 'clientIdle' | 'requestLimit' | 'poolSize'

export interface Values {
  /** Seconds a server should keep idle connections. */
  readonly idleTimeout: number
  /** Seconds a client should keep them: below the server's time-out where that is known, and then maybe less than one. */
  readonly clientIdle: number
  /** The server closes so soon that no time-out in whole seconds stays below: clientIdle is a part of a second, and keeps connections for hardly longer than none. */
  readonly leavesNoTime: boolean
  /** The server's idle time-out as announced or observed. */
  readonly serverTimeout: number | null
  readonly requestLimit: number
  readonly poolSize: number
  /** Seconds of silence after which something on the way was found to have forgotten a connection; null where nothing did. */
  readonly quiet: number | null
  /** The origin's host and its server's port, fit to stand in any configuration file; placeholders where the capture's are not. */
  readonly host: string
  readonly port: number
  /** The server's own address, or the host where it has several, or none was seen. */
  readonly address: string
  /** The connections themselves, which may lead to a forward proxy, as a capture filter: "tcp port 8080". */
  readonly wire: string
  readonly https: boolean
  /** The TLS handshakes that are looked at were TLS 1.3. */
  readonly tls13: boolean
  /** A value that must not be less than what the product does by itself. */
  readonly atLeast: (name: Computed, floor: number) => number
  /** How idleTimeout, clientIdle, requestLimit and poolSize came about, a sentence each. */
  readonly because: Readonly<Record<'idle' | 'clientIdle' | 'requests' | 'pool', string>>
}

/** A proxy that sends the requests, and how long it keeps idle connections. */
export interface InFront {
  readonly name: string
  readonly keepsIdle: number
}

/** Idle time-outs of the two ends, in seconds, where the traffic showed them elsewhere. */
export interface Known {
  readonly serverTimeout?: number | null
  readonly clientTimeout?: number | null
  /** The longest pause that a time-out has to bridge, in seconds, where there is no group whose gaps say it. */
  readonly longestPause?: number | null
  /** The TLS handshakes that are looked at were TLS 1.3. */
  readonly tls13?: boolean
  /** What a replay of the origin's requests recommends; it counts before what the gaps alone say. */
  readonly replay?: Recommendation | null
  /** Neither side's time-out bridges the gaps: both are changed together, first the client's (named for people), then the server's. */
  readonly bothFor?: string | null
  /** Of those two steps: can the client be told to take its own? */
  readonly firstStep?: boolean
  /** What other findings on the same origin ask of its server, in seconds. */
  readonly serverAtLeast?: number | null
}

const NOTHING_SEEN = 'A usual value, since this traffic does not show what it needs.'
const USUAL = { idleTimeout: 60, requestLimit: 1000, poolSize: 32 }

/** An origin, and the server that its connections led to. */
type There = Pick<Place, 'origin' | 'serverPort' | 'serverIp'>

/** @param there where there is no group that says it */
export function valuesOf(
  group: CaseGroup | null,
  proxy: InFront | null = null,
  known: Known = {},
  there: There | null = group,
): Values {
  const client = known.clientTimeout ?? null
  const inFront = client === null ? proxy : { name: proxy?.name ?? 'The client', keepsIdle: client }
  const { host, port, wirePort, tls } = placeOf(there?.origin ?? '', there?.serverPort ?? null)
  const ip = there?.serverIp ?? ''
  const gaps = group?.demandGap ?? null
  const replay = known.replay ?? null
  const pause = known.longestPause ?? null
  const bridging = replay?.settingSeconds ?? recommendedFor(gaps?.p95 ?? pause)
  const outlast = inFront === null ? null : outlasting(inFront.keepsIdle)
  const wanted = bridging ?? USUAL.idleTimeout
  const bothFor = known.bothFor ?? null
  const asked =
    bothFor !== null ? outlasting(wanted) : Math.max(bridging ?? (outlast === null ? USUAL.idleTimeout : 0), outlast ?? 0)
  const idleTimeout = Math.max(asked, known.serverAtLeast ?? 0)
  const serverTimeout = known.serverTimeout ?? serverTimeoutOf(group)
  const below = serverTimeout === null || bothFor !== null ? null : staysBelow(serverTimeout)
  const needed = group?.poolNeeded ?? null
  // Of other causes the limit is one of idle connections.
  const limit = group?.cause === 'request-limit' ? group.limit : null
  const quiet = group?.cause === 'middlebox' ? group.closeGapSeconds : null
  const bridges =
    replay !== null
      ? avoidsByReplay(replay, bothFor !== null)
      : gaps === null
        ? bridgesPause(pause, bridging)
        : bridgesGaps(gaps, bridging)
  const computed = {
    idleTimeout,
    clientIdle: below === null ? wanted : Math.min(wanted, below),
    requestLimit: limit === null ? USUAL.requestLimit : recommendedLimit(limit, group?.perConnectionHour ?? null),
    poolSize: needed === null ? USUAL.poolSize : recommendedPool(needed),
  }
  return {
    ...computed,
    leavesNoTime: below !== null && leavesNoTime(serverTimeout ?? 0),
    serverTimeout,
    quiet,
    // A client that keeps connections for longer than it was told would outlast the server's new time-out.
    atLeast: (name, floor) => (name === 'clientIdle' && bothFor !== null ? computed.clientIdle : Math.max(floor, computed[name])),
    host,
    port,
    address: there?.origin.startsWith('tunnel ') !== true && PLAIN_IP.test(ip) ? ip : host,
    wire: `${group?.transport === 'quic' ? 'udp' : 'tcp'} port ${wirePort}`,
    https: tls,
    tls13: known.tls13 ?? false,
    because: {
      idle: `${
        bothFor !== null
          ? known.firstStep === false
            ? `Of use only if ${bothFor} kept idle connections for ${inSeconds(wanted)} as well.`
            : `Second of two steps: once ${bothFor} keeps idle connections for ${inSeconds(wanted)}, the server must keep them longer.`
          : inFront === null || outlast === null
            ? bridges
            : `${inFront.name} keeps idle connections for ${inSeconds(inFront.keepsIdle)}${client === null ? ' by default' : ''}: the server must keep them longer.${bridging === null ? '' : ` ${bridges}`}`
      }${idleTimeout === asked ? '' : ` Another finding on this origin needs ${inSeconds(idleTimeout)} of the same server.`}`,
      clientIdle:
        bothFor !== null
          ? `First of two steps, the server’s ${inSeconds(idleTimeout)} being the second. ${bridges}`
          : below === null || below >= wanted
            ? bridges
            : `The server closes after ${inSeconds(serverTimeout ?? 0)}, and a client must give up sooner. ${bridging === null ? '' : `The gaps of this traffic need ${inSeconds(bridging)}: raise the server’s time-out as well.`}`.trim(),
      requests: limitBecause(limit, group?.perConnectionHour ?? null),
      pool:
        needed === null
          ? NOTHING_SEEN
          : `This traffic needed ${needed} ${needed === 1 ? 'connection' : 'connections'} at once; there is room for half as many more.`,
    },
  }
}

const recommendedFor = (seconds: number | null): number | null => (seconds === null ? null : recommendedTimeout(seconds))

const bridgesPause = (pause: number | null, bridging: number | null): string =>
  pause === null || bridging === null
    ? NOTHING_SEEN
    : `A connection was used again after ${inSeconds(pause)} of idle time; ${inSeconds(bridging)} bridges that with a tenth in hand.`

function bridgesGaps(gaps: CaseGroup['demandGap'], bridging: number | null): string {
  if (gaps === null || bridging === null) return NOTHING_SEEN
  const seen = `95% of the idle gaps were at most ${inSeconds(gaps.p95)};`
  return bridging === STEPS[0] && gaps.p95 < bridging / 2
    ? `${seen} ${inSeconds(bridging)}, the least that is usual, is ample.`
    : `${seen} ${inSeconds(bridging)} bridges them with a tenth in hand.`
}

/** What a replay says of its time-out, in a sentence. @param both sides must keep connections for so long */
export const avoidsByReplay = ({ settingSeconds, avoids, unlimitedAvoids }: Recommendation, both = false): string =>
  `In a replay of this capture’s requests, ${inSeconds(settingSeconds)}${both ? ' on both sides' : ''} avoids ${ofThose(avoids, unlimitedAvoids)} that no time-out at all would.`

const ofThose = (some: number, all: number): string =>
  all === 1 && some === 1
    ? 'the one connection'
    : some === all
      ? `all ${all.toLocaleString('en')} connections`
      : `${some.toLocaleString('en')} of the ${all.toLocaleString('en')} connections`

function serverTimeoutOf(group: CaseGroup | null): number | null {
  if (group === null) return null
  if (group.cause === 'server-idle-timeout' || group.cause === 'lost-race')
    return group.timeoutSeconds ?? group.closeGapSeconds ?? group.advertisedTimeout
  return group.advertisedTimeout
}

function limitBecause(limit: number | null, perHour: number | null): string {
  if (limit === null) return NOTHING_SEEN
  const hourly =
    perHour === null
      ? ''
      : ` At the rate seen one connection would carry about ${Math.round(perHour).toLocaleString('en')} requests an hour.`
  return `Connections ended after ${limit.toLocaleString('en')} requests each: this limit is met at least a hundred times less often.${hourly}`
}

/** What an address is written with, and nothing else. */
const PLAIN_IP = /^[0-9a-f.:]{3,45}$/i

/** A name or address that means nothing but itself in a configuration file, a shell or a program. */
const SAFE_HOST = /^(?:[a-z0-9_][a-z0-9._-]{0,252}|\[[0-9a-f:.]{2,45}\])$/i

/**
 * Host of an origin and port of its server. A Host field is what the client was asked for: behind a proxy, a load balancer or a redirected
 * port it does not name the server's own. Captures are hostile: what is no plain name or address becomes a placeholder.
 *
 * @param serverPort that of the connections, where it was seen: of a tunnel it is the forward proxy's
 */
export function placeOf(
  origin: string,
  serverPort: number | null = null,
): {
  readonly host: string
  readonly port: number
  readonly wirePort: number
  readonly tls: boolean
} {
  const [, scheme = '', authority = ''] = /^(?:(https?):\/\/|proxy |tunnel )?(.{1,300})$/.exec(origin) ?? []
  const tunnelled = origin.startsWith('tunnel ')
  const tls = scheme === 'https' || tunnelled
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? []
  const number = Number(port)
  const plain = SAFE_HOST.test(host)
  const named = number > 0 && number < 65536 ? number : tls ? 443 : 80
  return {
    host: plain ? host : 'ORIGIN',
    port: tunnelled ? named : (serverPort ?? named),
    wirePort: serverPort ?? named,
    tls,
  }
}
