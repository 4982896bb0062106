import type { Remedy } from '../../../shared/model/audit'
import { remediesAt } from '../remedies/index'
import type { Place, Topic } from '../remedies/product'
import { alertName } from './alerts'
import type { AttemptKind, Attempts, AtServer } from './attempts'
import { beside } from './beside'
import { NAMED } from './groups'
import type { Places } from './places'
import { unknownPlace } from './places'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'
import { plural } from './rule'

type Failed = Exclude<AttemptKind, 'unused'>

/** What answers, or does not: first what to look for, then what a full queue would need. */
const TOPICS: Readonly<Partial<Record<Failed, Topic>>> = { refused: 'listen', unanswered: 'let-through' }

function remediesFor({ kind, worst }: Attempts & { readonly kind: Failed }, places: Places): readonly Remedy[] {
  const topic = TOPICS[kind]
  const [one] = worst
  if (topic === undefined || one === undefined) return []
  const place = places.besideConnection.get(one.connections[0] ?? -1) ?? placeOf(one.server)
  return [...remediesAt(topic, place), ...remediesAt('lengthen-backlog', place)]
}

/** A server of which nothing but its address is known. */
const placeOf = (server: string): Place => ({
  ...unknownPlace(server),
  serverPort: Number(/:(\d+)$/.exec(server)?.[1] ?? 0) || null,
})

interface Words {
  readonly title: readonly [one: string, many: string]
  readonly why: string
  readonly lost: string
}

const WORDS: Readonly<Record<Failed, Words>> = {
  refused: {
    title: ['connection attempt was refused', 'connection attempts were refused'],
    why: 'The server’s machine answered SYN with RST: nothing listens at that port, its queue of new connections is full, or a firewall rejects. The client loses a round trip, and then what it does about the error.',
    lost: 'until the answer',
  },
  unanswered: {
    title: ['connection attempt was never answered', 'connection attempts were never answered'],
    why: 'SYN met silence: the address does not exist, a firewall drops it, or the server is overloaded. The client waits for a second and longer between attempts (RFC 6298), until it gives up; where it has another address to try, this wait comes first.',
    lost: 'from the first SYN to the last, at least',
  },
  'tls-failed': {
    title: ['TLS handshake failed', 'TLS handshakes failed'],
    why: 'One side ended the handshake with a fatal alert: the TCP connection was for nothing, and the client cannot reach the server until what the alert names is put right.',
    lost: 'from SYN to the connection’s end',
  },
}

/** Connections that were wanted and did not come about. */
export const connectionAttemptsFailed: Rule = {
  id: 'connection-attempts-failed',
  find: ({ attempts, places }) =>
    attempts.flatMap((a) => {
      if (a.kind === 'unused') return []
      const mine = { ...a, kind: a.kind }
      return [failed(mine, WORDS[a.kind], remediesFor(mine, places))]
    }),
}

const failed = (a: Attempts, { title, why, lost }: Words, remedies: readonly Remedy[]): ReturnType<typeof beside> =>
  beside(
    { kind: 'failed', count: a.count, roundTrips: a.roundTrips, seconds: a.seconds },
    {
      severity: a.count >= 2 ? 'warning' : 'info',
      title: plural(a.count, ...title) + (a.servers === 1 ? ` (${a.worst[0]?.server ?? ''})` : ''),
      why,
      evidence: [
        ...a.worst.map(atServer),
        ...(a.servers > a.worst.length ? [`And at ${plural(a.servers - a.worst.length, 'further server')}.`] : []),
        `Time that clients lost ${lost}: ${inSeconds(a.seconds)} in all.`,
      ],
      confidence: a.kind === 'unanswered' ? 'medium' : 'high',
      connections: a.worst.flatMap(({ connections }) => connections).slice(0, NAMED),
      origin: a.servers === 1 ? (a.worst[0]?.server ?? null) : null,
      client: a.client,
      remedies,
    },
  )

const atServer = ({ server, count, alert }: AtServer): string =>
  `${server}: ${plural(count, 'time')}${alert === null ? '' : `, with the ${alert.by}’s alert ${alertName(alert.number)}`}.`
