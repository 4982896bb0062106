import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** The statuses, the most frequent first: "28 × 400, 5 × 411". */
const statusesOf = ({ statuses }: CaseGroup): string =>
  [...statuses]
    .sort(([a, n], [b, m]) => m - n || a - b)
    .map(([status, count]) => `${count.toLocaleString('en')} × ${status}`)
    .join(', ')

/** Errors of the client's making, 4xx, rather than the server's. */
const areClients = ({ statuses }: CaseGroup): boolean => {
  let balance = 0
  for (const [status, count] of statuses) balance += status < 500 ? count : -count
  return balance >= 0
}

/** Apache answers every request alike where a .htaccess holds what is not allowed there. The capture does not show it: only that it may be so. */
const isHtaccess = ({ product, statuses }: CaseGroup): boolean =>
  /^Apache\b(?!-Coyote)/i.test(product ?? '') && [...statuses.keys()].every((status) => status === 500)

const HTACCESS =
  'These are all 500, from Apache httpd. One possible reason: a .htaccess with a directive that is not allowed there, such as KeepAlive. If so, its error log says "not allowed here" at each of them.'

/** The server keeps connections, but not after errors. */
export const errorsEndConnections: Rule = {
  id: 'errors-end-connections',
  find: (input) =>
    mergeBy(ofCause(input, 'error-response'), (g) => g.origin).map((g) => {
      const client = areClients(g)
      return findingOf(g, input, {
        title: `${g.origin} ends connections with its error responses`,
        why: client
          ? 'A server that cannot make sense of a request does not know where the next one would begin, and closes (RFC 9112, section 2.2). That is no keep-alive setting: what has to change is the requests.'
          : 'A server that fails may close the connection with its answer, whatever its keep-alive settings: each error costs a new connection besides the failed request.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened because the one before had ended with an error: ${statusesOf(g)}.`,
          'No first response without an error was seen to end its connection.',
          ...(isHtaccess(g) ? [HTACCESS] : []),
        ],
        remedies: remediesFor(client ? 'mend-requests' : 'find-errors', g),
      })
    }),
}
