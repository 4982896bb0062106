/** What falls short in a capture, in plain sentences: what was found, what it means for the numbers, and what to do. */
import type { QualityIssue, QualityKind, VantagePair, VantageTotals } from '../model/audit'
import { formatPercent, plural } from './numbers'

/** The sentences of one shortcoming. Plain text. */
export interface QualityText {
  /** "Missing packets": for a strip of chips. */
  readonly label: string
  /** What was found, with its count. */
  readonly found: string
  /** What it means for the numbers. */
  readonly meaning: string
  /** What to do, next time; null where there is nothing wrong. */
  readonly advice: string | null
}

interface Wording extends Omit<QualityText, 'found'> {
  readonly found: (issue: QualityIssue) => string
}

const were = (count: number, rest: string): string => `${plural(count, 'connection was', 'connections were')} ${rest}.`

const wordings: Record<QualityKind, Wording> = {
  dropped: {
    label: 'Packets dropped',
    found: ({ occurrences }) =>
      `The capturing machine says that it dropped ${plural(occurrences ?? 0, 'packet')} before they reached the file.`,
    meaning: 'Requests, handshakes and closes may be missing, even where no gap shows.',
    advice: 'Capture with a larger buffer (tcpdump -B 65536), a filter for the ports in question, and onto a fast disk.',
  },
  gap: {
    label: 'Missing packets',
    found: ({ connections, occurrences }) =>
      `${plural(connections, 'connection lacks', 'connections lack')} ${plural(occurrences ?? 0, 'stretch', 'stretches')} of bytes that were acknowledged but not captured.`,
    meaning: 'Requests may have been in the missing bytes, and whether such a connection was free is not always known.',
    advice: 'Capture with a larger buffer (tcpdump -B 65536), and see that the mirror port is not overloaded.',
  },
  'one-sided': {
    label: 'One direction only',
    found: ({ connections }) => were(connections, 'captured in one direction only, as with asymmetric routing'),
    meaning: 'When such a connection was busy is not known: its requests are counted, its handshake is not judged.',
    advice: 'Mirror both directions, and every path that packets can take; or capture on the client or the server itself.',
  },
  'truncated-file': {
    label: 'File cut off',
    found: ({ occurrences }) => `${plural(occurrences ?? 0, 'file ends', 'files end')} in the middle of a record.`,
    meaning: 'What comes before the cut was read; what followed is missing.',
    advice: 'Stop the capture before copying its file, and see that the disk is not full.',
  },
  truncated: {
    label: 'Cut packets',
    found: ({ connections }) => were(connections, 'captured with packets cut by the snapshot length'),
    meaning:
      'Header fields behind the cut are unknown: causes and advertised limits may be missing, connections and times are not touched.',
    advice: 'Capture whole packets: tcpdump -s 0.',
  },
  'clock-jump': {
    label: 'Clock set',
    found: ({ connections, occurrences }) =>
      `The capture's clock was set, back or ahead, ${plural(occurrences ?? 0, 'time')}, while ${plural(connections, 'connection was', 'connections were')} open.`,
    meaning: 'Durations across that moment are wrong: what was open then is not judged, and its setup time not counted.',
    advice:
      'Let the capturing machine slew its clock instead of stepping it (chrony or ntpd), and merge only files of one clock.',
  },
  'mid-stream': {
    label: 'Open before the capture',
    found: ({ connections }) =>
      were(connections, 'open before what was captured, or, in a HAR, opened ahead of its first request'),
    meaning:
      'Handshake and earlier requests were not seen: such a connection counts as capacity that was there, not as a handshake.',
    advice: 'Start the capture before the traffic, or restart the client while it runs.',
  },
  estimated: {
    label: 'Estimated',
    found: ({ connections }) => were(connections, 'inferred from connect timings, for want of connection ids'),
    meaning: 'How many connections there were, and which request went over which, is an estimate.',
    advice: 'Export the HAR from a program that writes connection ids, or capture packets.',
  },
  unfinished: {
    label: 'Still open',
    found: ({ connections }) => were(connections, 'still open when the capture ended'),
    meaning: 'Requests that followed, and who would have closed them, are not in the numbers.',
    advice: 'To see idle time-outs, let the capture run on for longer than them.',
  },
  duplicates: {
    label: 'Seen twice',
    found: ({ connections, occurrences }) =>
      `${plural(occurrences ?? 0, 'packet was', 'packets were')} seen twice, on ${plural(connections, 'connection')}.`,
    meaning:
      'Copies, made by a mirror port or on the way, are left out of everything but the packet counts and called no retransmissions.',
    advice:
      'Nothing is wrong. Mirror each port in one direction only, or capture on one interface instead of “any”, for smaller files.',
  },
  'without-exchanges': {
    label: 'Without requests',
    found: ({ connections }) => were(connections, 'without a request that could be seen (preconnects, failed or encrypted ones)'),
    meaning: 'Counted apart, never in the reuse ratio.',
    advice: null,
  },
}

/** What it took out of the numbers. */
function toll({ leftOutOfReuse, notJudged }: QualityIssue): string {
  const ratio = leftOutOfReuse > 0 ? ` The reuse ratio leaves out ${plural(leftOutOfReuse, 'connection')} for it.` : ''
  return ratio + (notJudged > 0 ? ` ${plural(notJudged, 'connection')} got no verdict.` : '')
}

/** The sentences of one shortcoming; `meaning` ends with what it took out of the numbers. */
export function qualityText(issue: QualityIssue): QualityText {
  const { label, found, meaning, advice } = wordings[issue.kind]
  return { label, found: found(issue), meaning: meaning + toll(issue), advice }
}

const places: Record<VantageTotals['place'], Omit<QualityText, 'found'> & { readonly taken: string }> = {
  client: {
    label: 'Client side',
    taken: 'on the clients or next to them',
    meaning: 'Setup and idle times are as the clients saw them.',
    advice: null,
  },
  server: {
    label: 'Server side',
    taken: 'on the servers or next to them',
    meaning: 'Round trips are right, but a SYN lost on its way here is not seen, so waiting for it is in no setup time.',
    advice: 'Capture on a client, too, if lost handshakes matter.',
  },
  middle: {
    label: 'In between',
    taken: 'between clients and servers',
    meaning: 'Round trips are right, but a SYN lost before it came here is not seen, so waiting for it is in no setup time.',
    advice: 'Capture on a client, too, if lost handshakes matter.',
  },
  proxy: {
    label: 'On a proxy',
    taken: 'on a machine that is the server of some connections and the client of others, such as a proxy',
    meaning: 'Both of its sides are in the numbers. On that of its clients, a SYN lost on its way here is not seen.',
    advice: null,
  },
  unknown: {
    label: 'Not known',
    taken: '',
    meaning: 'Too few handshakes tell, they disagree, or the round trips are too short to be divided.',
    advice: null,
  },
}

/** Where a capture was taken; null where it holds no handshake that could tell. */
export function vantageText({ place, share, connections }: VantageTotals): QualityText | null {
  if (place === 'unknown' && connections === 0) return null
  const { label, taken, meaning, advice } = places[place]
  if (place === 'unknown') {
    return { label, found: `Where it was captured cannot be told from ${plural(connections, 'handshake')}.`, meaning, advice }
  }
  const said = `${formatPercent(share)} of the ${plural(connections, 'handshake')} that can tell agree`
  return { label, found: `It was captured ${taken} (${said}).`, meaning, advice }
}

/** "Client side": where the connections of one pair, or one connection, were captured. */
export const vantageLabel = (place: VantagePair['place'] | VantageTotals['place']): string => places[place].label
