/**
 * Where a capture was taken, told from the two halves of a handshake: SYN to SYN/ACK is the way from the capture to the server and
 * back, SYN/ACK to ACK the way to the client and back. Next to the client the second half is nothing, next to the server the first.
 */
import type { Vantage, VantagePair, VantageTotals } from '../../shared/model/audit'
import type { Row } from '../store/rows'
import type { Store } from '../store/store'

/** Below this, in nanoseconds, what the hosts take to answer (tens of microseconds) is as long as the way. */
const SHORTEST_RTT = 300e3
/** A half of at most this share of the round trip is nothing: the capture was taken at that end. */
const AT_END = 0.1
/** Both halves have at least this share: it was taken in between. What lies between the two could be either. */
const IN_BETWEEN = 0.2
/** One handshake can be delayed by chance; this many that agree are not. */
const ENOUGH = 3
const CLEAR_SHARE = 0.8
const MAX_PAIRS = 50

/**
 * @param rtt last SYN before the SYN/ACK to the ACK, in nanoseconds
 * @param clientHalf SYN/ACK to the ACK, in nanoseconds
 * @param synAcks how many SYN/ACKs were seen: with several, the ACK may answer a later one
 */
export function vantageOf(rtt: number | null, clientHalf: number | null, synAcks: number): Vantage {
  if (rtt === null || clientHalf === null || synAcks !== 1) return 'unknown'
  if (rtt < SHORTEST_RTT || clientHalf < 0 || clientHalf > rtt) return 'unknown'
  const share = clientHalf / rtt
  if (share <= AT_END) return 'client'
  if (share >= 1 - AT_END) return 'server'
  return share >= IN_BETWEEN && share <= 1 - IN_BETWEEN ? 'middle' : 'unknown'
}

type Votes = Readonly<Record<Exclude<Vantage, 'unknown'>, number>>
type Majority = Pick<VantagePair, 'place' | 'share' | 'connections'>

/** What most say, if enough do and nearly all agree. */
export function majority({ client, middle, server }: Votes): Majority {
  const connections = client + middle + server
  const most = Math.max(client, middle, server)
  const share = connections === 0 ? null : most / connections
  if (share === null || connections < ENOUGH || share < CLEAR_SHARE) return { place: 'unknown', share, connections }
  return { place: most === client ? 'client' : most === server ? 'server' : 'middle', share, connections }
}

const VOTES = `
  count_if(v.vantage = 'client')::DOUBLE AS client_votes,
  count_if(v.vantage = 'middle')::DOUBLE AS middle_votes,
  count_if(v.vantage = 'server')::DOUBLE AS server_votes`

/** A machine that is a server to some and a client of others, such as a proxy, is next to each in turn: its servers tell them apart. */
const BY_SERVER = `
WITH servers AS (
  SELECT ${VOTES}, client_votes + middle_votes + server_votes AS votes
  FROM connections c JOIN verdicts v ON v.connection = c.id
  WHERE v.vantage <> 'unknown' GROUP BY c.server_ip, c.server_port
)
SELECT sum(client_votes) AS client_votes, sum(middle_votes) AS middle_votes, sum(server_votes) AS server_votes,
  sum(client_votes) FILTER (client_votes >= ${CLEAR_SHARE} * votes) AS at_client,
  sum(server_votes) FILTER (server_votes >= ${CLEAR_SHARE} * votes) AS at_server
FROM servers`

const BY_PAIR = `
SELECT c.client_ip AS client,
  CASE WHEN contains(c.server_ip, ':') THEN '[' || c.server_ip || ']' ELSE c.server_ip END || ':' || c.server_port AS server, ${VOTES}
FROM connections c JOIN verdicts v ON v.connection = c.id
WHERE c.transport = 'tcp'
GROUP BY c.client_ip, c.server_ip, c.server_port
ORDER BY count(*) DESC, client, server LIMIT ${MAX_PAIRS}`

const number = (row: Row, name: string): number => (row[name] ?? 0) as number
const votes = (row: Row): Votes => ({
  client: number(row, 'client_votes'),
  middle: number(row, 'middle_votes'),
  server: number(row, 'server_votes'),
})

/** Where the capture was taken, by all connections that tell. Reads the verdicts. */
export async function vantageTotals(store: Store): Promise<VantageTotals> {
  const [row = {}] = await store.rows(BY_SERVER)
  const pairs = (await store.rows(BY_PAIR)).map((pair) => ({
    client: pair.client as string,
    server: pair.server as string,
    ...majority(votes(pair)),
  }))
  const all = majority(votes(row))
  const [atClient, atServer] = [number(row, 'at_client'), number(row, 'at_server')]
  const both = (atClient + atServer) / Math.max(1, all.connections)
  if (all.place === 'unknown' && atClient >= ENOUGH && atServer >= ENOUGH && both >= CLEAR_SHARE) {
    return { place: 'proxy', share: both, connections: all.connections, pairs }
  }
  return { ...all, share: all.place === 'unknown' ? null : all.share, pairs }
}
