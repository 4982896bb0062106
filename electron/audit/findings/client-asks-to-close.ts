import { saysClose } from '../connection-options'
import { remediesFor } from '../remedies/index'
import { neverAsksToClose } from '../remedies/proxies/haproxy'
import { looksLikeNginxUpstream } from '../remedies/proxies/nginx-upstream'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural, programOf } from './rule'

/** A proxy passes the User-Agent on, so the name alone does not tell who asks. */
function senderOf(g: CaseGroup): string {
  if (g.fromProxy) return actorName(g) ?? 'A proxy'
  if (g.proxied || looksLikeNginxUpstream(g)) return `A proxy in front of ${g.origin}`
  const name = actorName(g) ?? 'A client'
  return neverAsksToClose(g) ? `${name}, or a proxy that passes its requests on,` : name
}

/** The requests themselves ask for the close: `Connection: close`, or HTTP/1.0 without keep-alive. */
export const clientAsksToClose: Rule = {
  id: 'client-asks-to-close',
  find: (input) =>
    mergeBy(ofCause(input, 'client-requested-close', 'http10'), (g) => `${g.proxied ? 'proxy' : programOf(g)} ${g.origin}`).map(
      (g) => {
        const http10 = g.requestVersion === 'HTTP/1.0'
        const who = senderOf(g)
        const header =
          g.requestConnection === null ? 'without "Connection: keep-alive"' : `with "Connection: ${g.requestConnection}"`
        return findingOf(g, input, {
          title: http10 ? `${who} speaks HTTP/1.0 without keep-alive` : `${who} asks the server to close`,
          why: http10
            ? `HTTP/1.0 ends a connection with each response unless the request asks for keep-alive${
                saysClose(g.requestConnection)
                  ? ', and these ask for the close as well: the version and the field both have to change'
                  : ''
              }.`
            : 'The server would keep the connection, but each request tells it not to.',
          evidence: [
            `${plural(g.handshakes, 'connection was', 'connections were')} opened because the request before had ended the earlier one.`,
            `The requests were ${g.requestVersion ?? 'HTTP/1.1'} ${header}.`,
          ],
          remedies: remediesFor(http10 ? 'use-http-1.1' : 'stop-asking-to-close', g),
        })
      },
    ),
}
