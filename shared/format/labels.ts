/** The audit's words, in words for people. Definitions: docs/audit-model.md. */
import type { Cause, NeededCause, Verdict } from '../model/audit'
import type { ConnectionMark } from '../model/facts'

interface Wording {
  readonly label: string
  /** One sentence, plain text. */
  readonly description: string
}

const causes: Record<Cause | NeededCause, Wording> = {
  'idle-connection-ignored': {
    label: 'Idle connection ignored',
    description: 'An earlier connection was open and free, but the client opened another one.',
  },
  'client-requested-close': {
    label: 'Client asked to close',
    description: 'The last request on the earlier connection said “Connection: close”.',
  },
  http10: {
    label: 'HTTP/1.0 client',
    description: 'The last request on the earlier connection was HTTP/1.0 without “Connection: keep-alive”.',
  },
  'request-limit': {
    label: 'Request limit reached',
    description: 'The server closes each connection after a fixed number of requests.',
  },
  'error-response': {
    label: 'Ended with an error',
    description:
      'The server ended the earlier connection because of an error: it could not make sense of the request, or failed.',
  },
  'keepalive-disabled': {
    label: 'Keep-alive disabled',
    description: 'The server ended the earlier connection with its response instead of keeping it open.',
  },
  'server-idle-timeout': {
    label: 'Server idle time-out',
    description:
      'The server closed the earlier connection before the next request came: its idle time-out is too short for this traffic.',
  },
  'client-idle-timeout': {
    label: 'Client idle time-out',
    description:
      'The client closed the earlier connection before its own next request: its idle time-out is too short for this traffic.',
  },
  'age-limit': {
    label: 'Age limit reached',
    description: 'Connections are ended at a certain age, however much they are used.',
  },
  'server-drain': {
    label: 'Server closed many at once',
    description:
      'The server closed most of its open connections at one instant, whatever their idle time: a restart, a deployment, or room made for others.',
  },
  goaway: {
    label: 'GOAWAY',
    description: 'The server announced that it takes no more requests on the earlier HTTP/2 connection.',
  },
  'pool-full': {
    label: 'Client pool full',
    description: 'The client gave up the earlier connection right after its response, because it keeps only so many idle ones.',
  },
  'different-address': {
    label: 'Other address',
    description: 'An earlier connection for the same name was open and free, but the client connected to another address of it.',
  },
  'missed-coalescing': {
    label: 'Not coalesced',
    description: 'An open HTTP/2 or HTTP/3 connection to the same address has a certificate that covers this name as well.',
  },
  'other-credentials': {
    label: 'Other credentials',
    description:
      'An earlier connection was open and free, but had carried requests with credentials and this one those without, or the other way round: browsers keep them apart. An inference.',
  },
  'client-closed': {
    label: 'Client does not pool',
    description: 'The client closed the earlier connection right after the response.',
  },
  'server-closed': {
    label: 'Closed by the server',
    description: 'The server closed the earlier connection, and nothing in the capture says why.',
  },
  reset: {
    label: 'Connection reset',
    description: 'The earlier connection was reset, and nothing in the capture says why.',
  },
  'lost-race': {
    label: 'Lost race',
    description: 'A request was sent on the earlier connection while the server’s close was on its way.',
  },
  middlebox: {
    label: 'Forgotten on the way',
    description:
      'After a long idle time the request on the earlier connection was reset or never answered, though the server had not closed: something on the way had forgotten the connection.',
  },
  unknown: {
    label: 'Unknown',
    description: 'The capture does not show why the earlier connection was not used again.',
  },
  first: {
    label: 'First of its pool',
    description: 'No earlier connection could have served this request.',
  },
  concurrency: {
    label: 'All others busy',
    description: 'Every earlier connection was in use when this one was opened.',
  },
}

/** A cause's name: "Keep-alive disabled". */
export const causeLabel = (cause: Cause | NeededCause): string => causes[cause].label
/** The same within a sentence: "keep-alive disabled", "HTTP/1.0 client", "GOAWAY by the server". */
export const causeInSentence = (cause: Cause | NeededCause): string =>
  causeLabel(cause).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
/** One sentence that says what the cause means. */
export const causeDescription = (cause: Cause | NeededCause): string => causes[cause].description

const verdicts: Record<Verdict, Wording> = {
  needed: { label: 'Needed', description: 'No free connection could have served its request.' },
  avoidable: { label: 'Avoidable', description: 'With earlier connections kept open, one of them was free.' },
  'not-judged': { label: 'Not judged', description: 'The capture does not show enough of this connection.' },
}

/** "Needed", "Avoidable", "Not judged". */
export const verdictLabel = (verdict: Verdict): string => verdicts[verdict].label
export const verdictDescription = (verdict: Verdict): string => verdicts[verdict].description

const marks: Record<ConnectionMark, Wording> = {
  'mid-stream': { label: 'Mid-stream', description: 'The capture began after this connection did.' },
  'one-sided': { label: 'One-sided', description: 'Only one direction was captured.' },
  gap: { label: 'Gaps', description: 'Bytes are missing from the capture.' },
  truncated: { label: 'Cut packets', description: 'The snapshot length cut payload off packets.' },
  estimated: {
    label: 'Estimated',
    description: 'The file has no connection ids: connections are inferred from connect timings.',
  },
  'from-har': {
    label: 'Requests from the HAR',
    description: 'The connection is encrypted: its requests are those of a HAR, matched by server, time and size.',
  },
  unfinished: { label: 'Still open', description: 'The connection was open when the capture ended.' },
}

/** What limits the trust in a connection: "Mid-stream", "Gaps". */
export const markLabel = (mark: ConnectionMark): string => marks[mark].label
export const markDescription = (mark: ConnectionMark): string => marks[mark].description

const applications: Readonly<Record<string, string>> = {
  'http/1': 'HTTP/1',
  h2: 'HTTP/2',
  h3: 'HTTP/3',
  websocket: 'WebSocket',
  tls: 'TLS',
  tunnel: 'Tunnel',
  unknown: 'Unknown',
}

/** The application protocol's name; a dash where none was recognised. */
export const applicationLabel = (application: string | null): string =>
  application === null ? '–' : (applications[application] ?? application)
