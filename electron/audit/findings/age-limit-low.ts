import { remediesFor } from '../remedies/index'
import type { Topic } from '../remedies/product'
import { inSeconds } from '../seconds'
import type { CaseGroup } from './groups'
import { mergeBy } from './groups'
import type { Rule } from './rule'
import { actorName, findingOf, ofCause, plural, programOf } from './rule'

interface Words {
  readonly topic: Topic
  readonly by: string
  readonly title: string
  readonly why: string
}

const COST = 'A limit of age ends connections that are in use, so that every so often a request must wait for a new one.'

function wordsFor(g: CaseGroup): Words {
  const age = inSeconds(g.ageSeconds ?? 0)
  return g.endedBy === 'client'
    ? {
        topic: 'keep-older',
        by: 'the client',
        title: `${actorName(g) ?? 'A client'} ends its connections to ${g.origin} at an age of ${age}`,
        why: `${COST} It is the client that does so, and the server would have kept them: its settings change nothing. Clients limit the age of connections to follow changes of a name’s addresses; minutes or hours serve that as well as seconds.`,
      }
    : {
        topic: 'raise-age-limit',
        by: 'the server',
        title: `${g.origin} ends connections at an age of ${age}`,
        why: `${COST} It is the server’s side that does so. Limits of this kind spread load after a change behind a name; minutes or hours serve that as well as seconds.`,
      }
}

/** Connections are ended at a certain age, however much they are used: by the server, or by the client itself. */
export const ageLimitLow: Rule = {
  id: 'age-limit-low',
  find: (input) =>
    mergeBy(ofCause(input, 'age-limit'), (g) => (g.endedBy === 'client' ? `${programOf(g)} ${g.origin}` : g.origin)).map((g) => {
      const { topic, by, title, why } = wordsFor(g)
      return findingOf(g, input, {
        title,
        why,
        evidence: [
          `${plural(g.handshakes, 'connection was', 'connections were')} opened after ${by} had ended the earlier one at about that age.`,
          'Their idle times and numbers of requests differ, and none was used beyond that age.',
        ],
        confidence: 'medium',
        remedies: remediesFor(topic, g),
      })
    }),
}
