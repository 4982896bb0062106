import type { Chain, ChainCheck, ChainTimeout } from '../../../shared/model/timers'
import { remediesForRace } from '../remedies/index'
import type { Rule } from './rule'
import { inSeconds } from '../seconds'

/** A server that gives up an idle connection before the side that sends requests on it, where both legs of a proxy are seen. */
export const chainOrder: Rule = {
  id: 'chain-order',
  find: (input) =>
    (input.chains ?? []).flatMap((chain) =>
      chain.checks
        .filter(({ state }) => state === 'wrong' || state === 'tight')
        .map((check) => {
          const [sender, answerer] = namesOf(chain, check)
          const wrong = check.state === 'wrong'
          return {
            severity: wrong ? ('warning' as const) : ('info' as const),
            title: wrong
              ? `${capital(answerer)} gives up idle connections before ${sender} does`
              : `${capital(answerer)} and ${sender} give up idle connections within a second of each other`,
            why: 'Along a chain of proxies, each client’s idle time-out has to be shorter than its server’s, with a margin. Otherwise the server closes while a request is on its way, and the request fails.',
            evidence: [
              `${capital(sender)} keeps idle connections ${said(check.client)}, ${answerer} ${said(check.server)}.`,
              `The proxy answers at ${chain.proxy} and sends requests on from ${chain.proxyOutward} to ${chain.server}.`,
            ],
            connections: [],
            origin: null,
            client: null,
            impact: { handshakes: 0, roundTrips: 0, seconds: 0, share: 0 },
            confidence: check.server?.knownBy === 'observed' ? ('high' as const) : ('medium' as const),
            remedies: remediesForRace(
              null,
              { serverTimeout: check.server?.seconds ?? null },
              { clientTimeout: check.client?.seconds ?? null },
            ),
          }
        }),
    ),
}

const namesOf = (chain: Chain, { leg }: ChainCheck): readonly [string, string] =>
  leg === 'client-proxy'
    ? ['the client', `the proxy at ${chain.proxy}`]
    : [`the proxy at ${chain.proxy}`, `the origin at ${chain.server}`]

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function said(timeout: ChainTimeout | null): string {
  if (timeout === null) return 'for an unknown time'
  const how = timeout.bound === 'at-least' ? 'at least ' : ''
  return `${how}${inSeconds(timeout.seconds)}${timeout.knownBy === 'advertised' ? ' (as it advertises)' : ''}`
}
