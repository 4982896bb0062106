import { remediesFor } from '../remedies/index'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { findingOf, ofCause, plural } from './rule'

const says = (field: string | null, option: string): boolean =>
  field?.split(',').some((part) => part.trim().toLowerCase() === option) ?? false

/** Headers that look as if they kept connections alive, and do not. */
function placebo(g: CaseGroup): readonly string[] {
  const lines: string[] = []
  if (says(g.responseConnection, 'keep-alive') && says(g.responseConnection, 'close')) {
    lines.push(
      'A response that says both "keep-alive" and "close" is one whose Connection header was added by hand (in Apache "Header set Connection keep-alive"): "close" counts, and the added header enables nothing.',
    )
  }
  if (g.requestVersion === 'HTTP/1.1' && says(g.requestConnection, 'keep-alive')) {
    lines.push('The requests said "Connection: keep-alive", which is the default of HTTP/1.1 and did not help.')
  }
  return lines
}

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
          ...placebo(g),
        ],
        remedies: remediesFor(g.closeDelimited ? 'delimit-responses' : 'enable-keep-alive', g),
      })
    }),
}
