/** What TCP did on a connection that is out of the ordinary, as rows of a list: name and value. None of it is about HTTP's persistence. */
import { formatCount, formatDuration, plural } from '../../../shared/format'
import type { ConnectionFact, PerSide, Side, TcpFact } from '../../../shared/model/facts'
import type { FactRow } from './protocol-facts'

const SIDES: readonly Side[] = ['client', 'server']

const OPENINGS: Readonly<Record<NonNullable<TcpFact['opening']>, string | null>> = {
  'three-way': null,
  simultaneous: 'Both sides sent a SYN at once (simultaneous open)',
  split: 'The server answered with a SYN of its own (split handshake)',
}

/** "3 by the client, 1 by the server"; null where nobody did. */
function counted(counts: PerSide<number>, more: (side: Side) => string = () => ''): string | null {
  const parts = SIDES.filter((side) => counts[side] > 0).map((side) => `${formatCount(counts[side])} by the ${side}${more(side)}`)
  return parts.length === 0 ? null : parts.join(', ')
}

/** One side had closed for its part, and the other went on for a while. */
function halfClosed({ fin, reset }: Pick<ConnectionFact, 'fin' | 'reset'>): string | null {
  const { client, server } = fin
  if (client === null && server === null) return null
  const by: Side = client !== null && (server === null || client.packet < server.packet) ? 'client' : 'server'
  const from = by === 'client' ? client : server
  const until = (by === 'client' ? server : client) ?? reset
  if (from === null || until === null || until.at - from.at < 1e9) return null
  return `By the ${by}, for ${formatDuration((until.at - from.at) / 1e9)}`
}

function ignored({ ignoredResets, ignoredReset }: TcpFact): string | null {
  if (ignoredReset === null) return null
  const more = ignoredResets > 1 ? `, and ${plural(ignoredResets - 1, 'more', 'more')}` : ''
  return `#${formatCount(ignoredReset.packet)} by the ${ignoredReset.by}${more}: it did not end the connection`
}

/** Empty for a connection over anything but TCP, and for one on which nothing unusual happened. */
export function tcpRows(fact: Pick<ConnectionFact, 'tcp' | 'fin' | 'reset'>): readonly FactRow[] {
  const { tcp } = fact
  if (tcp === undefined) return []
  const closedFor = (side: Side): string => ` for ${formatDuration(tcp.zeroWindowTime[side] / 1e9)}`
  const all: readonly (readonly [string, string | null])[] = [
    ['Opening', tcp.opening === null ? null : OPENINGS[tcp.opening]],
    ['Ports used before', tcp.samePortsAs === null ? null : `By connection ${formatCount(tcp.samePortsAs)}`],
    ['Keep-alive probes', counted(tcp.keepAliveProbes)],
    ['Window closed', counted(tcp.zeroWindows, closedFor)],
    ['Reset ignored', ignored(tcp)],
    ['Data after FIN', counted(tcp.dataAfterFin)],
    ['Half-closed', halfClosed(fact)],
    ['Overlaps', tcp.overlaps > 0 ? `${plural(tcp.overlaps, 'segment')}: the first bytes count` : null],
  ]
  return all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
}
