import { remediesFor } from '../remedies/index'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural, programOf } from './rule'

/** The client moved to another address of a name though its connection to the first was free. */
export const clientChangedAddress: Rule = {
  id: 'client-changed-address',
  find: (input) =>
    mergeBy(ofCause(input, 'different-address'), (g) => `${programOf(g)} ${g.origin}`).map((g) =>
      findingOf(g, input, {
        title: `${actorName(g) ?? 'A client'} leaves open connections behind when ${g.origin} resolves to another address`,
        why: 'A new DNS answer says where to connect when a connection is needed; it does not make an open one wrong. Clients that pool by address pay for a handshake at every change.',
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened to another address of the same name while one to the earlier address was open and free.`,
          'The client did not come back to the earlier address: it did not spread its load.',
        ],
        confidence: 'medium',
        remedies: remediesFor('pool-connections', g),
      }),
    ),
}
