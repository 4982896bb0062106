import { remediesAt } from '../remedies/index'
import type { Counted, Said } from './beside'
import { worst } from './beside'
import type { SharedAddress } from './one-address'
import type { FindingInput, Rule } from './rule'
import { placeAt, plural } from './rule'

/** Names of one site at one address, each with connections of its own: domain sharding. */
export const namesShareAddress: Rule = {
  id: 'names-share-address',
  find: (input) =>
    worst(
      input.sharedAddresses.filter((a) => a.neededWithHttp2 > a.together),
      spared,
      (a) => said(a, input),
    ),
}

function spared(a: SharedAddress): Counted {
  const count = a.neededWithHttp2 - a.together
  const clear = a.origins.every((origin) => origin.startsWith('http:'))
  // One that HTTP/2 spares would have been over TLS.
  const trips = a.roundTrips + (clear ? 1 : 0)
  const seconds = a.roundTrips === 0 ? 0 : (a.seconds / a.roundTrips) * trips
  return { kind: 'fewer', count, roundTrips: Math.round(count * trips), seconds: count * seconds }
}

function said(a: SharedAddress, input: FindingInput): Said {
  const more = a.names - a.origins.length
  return {
    severity: 'info',
    title: `${a.names} names of ${a.site} lead to one address`,
    why: 'Clients open connections for each name by itself. Spreading a site over names helped browsers to more than six connections in HTTP/1.1; with HTTP/2 each name costs a connection, a handshake and a slow start more than one name would, or than names that share a certificate and are coalesced (RFC 9113, section 9.1.1).',
    evidence: [
      `${a.origins.join(', ')}${more > 0 ? ` and ${more} more` : ''} are at ${a.server}: ${plural(a.needed, 'connection')} needed${a.clients > 1 ? ` by ${a.clients.toLocaleString('en')} clients` : ''}.`,
      `With HTTP/2 each name needs at least a connection of each client’s, ${plural(a.neededWithHttp2, 'connection')} here; as one name, or coalesced, ${a.together.toLocaleString('en')}.`,
    ],
    confidence: 'medium',
    connections: a.connections,
    origin: null,
    client: null,
    remedies: remediesAt('coalesce', placeAt(input, a.origins[0] ?? '')),
  }
}
