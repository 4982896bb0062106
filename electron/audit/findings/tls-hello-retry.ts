import { remediesOfBoth } from '../remedies/index'
import { worst } from './beside'
import type { Rule } from './rule'
import { placeAt, plural } from './rule'
import { alsoAvoidable } from './tls-not-resumed'

/** The client guessed a key exchange that the server does not take, and had to begin again. */
export const tlsHelloRetry: Rule = {
  id: 'tls-hello-retry',
  find: (input) =>
    worst(
      input.tlsSetups.filter((o) => o.helloRetry.count > 0),
      (o) => ({ kind: 'shorter', ...o.helloRetry }),
      (o) => ({
        severity: o.helloRetry.count >= 2 ? 'warning' : 'info',
        title: `${o.origin} asks for a second ClientHello`,
        why: 'A TLS 1.3 client guesses the group for the key exchange and sends its share at once. If the server does not take that group, it answers with HelloRetryRequest and the handshake takes a round trip more (RFC 8446, section 2.1).',
        evidence: [
          `${plural(o.helloRetry.count, 'handshake')} with HelloRetryRequest: one round trip more each.`,
          ...alsoAvoidable(o.helloRetry.avoidable),
        ],
        confidence: 'high',
        connections: o.helloRetry.connections,
        origin: o.origin,
        client: o.client,
        remedies: remediesOfBoth('share-key-groups', 'share-a-taken-group', placeAt(input, o.origin)),
      }),
    ),
}
