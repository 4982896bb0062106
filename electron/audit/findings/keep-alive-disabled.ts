import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

/** The server ends the connection with every response. */
export const keepAliveDisabled: Rule = {
  id: 'keep-alive-disabled',
  find: (input) =>
    mergeBy(ofCause(input, 'keepalive-disabled'), (g) => g.origin).map((g) => {
      const how = g.closeDelimited
        ? 'Its responses had neither a Content-Length nor chunks, so that only closing the connection could end them.'
        : g.responseConnection !== null
          ? `Its responses said "Connection: ${g.responseConnection}".`
          : 'Its responses were HTTP/1.0 without "Connection: keep-alive".'
      return findingOf(g, input, {
        title: g.closeDelimited ? `${g.origin} ends responses by closing` : `Keep-alive is off at ${g.origin}`,
        why: 'Every request pays for a new connection before its first byte can be sent, and starts with a cold congestion window.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened because the one before had been ended by the server.`,
          how,
        ],
        remedies: remediesFor(g.closeDelimited ? 'delimit-responses' : 'enable-keep-alive', g),
      })
    }),
}
