/** Advice that all services in front of an origin share: the origin must keep connections longer than they do. */
import type { Advice } from '../product'
import type { Values } from '../values'
import { outlasting } from '../values'

/** For a service whose own time-out towards the origin cannot be set, or need not be. */
export const outlast = (name: string, keepsIdle: number, source: string) => (): Advice => ({
  title: `Keep connections at the origin longer than ${name}’s ${keepsIdle} s`,
  snippet: `keep-alive (idle) time-out of the origin: ${outlasting(keepsIdle)} seconds`,
  language: 'text',
  where: `The origin’s web server, which ${name} calls; the origin’s own remedy says which setting`,
  check: 'The server’s own configuration check',
  verify: 'Capture at the origin: idle connections are closed by the service in front, not by the origin.',
  source,
})

/** For a service that says nothing of its time-outs: no number is named. */
export const ask =
  (name: string, source: string) =>
  (_: Values): Advice => ({
    title: `Keep connections from ${name} open at the origin`,
    snippet:
      'At the origin: keep-alive on, HTTP/1.1, no "Connection: close", an idle time-out longer than the service’s own, and no limit of requests that its connections would meet.',
    language: 'text',
    where: `The origin’s web server, which ${name} calls. ${name} publishes no time-out towards origins: the closes in a capture at the origin tell it, and its support can`,
    check: 'The server’s own configuration check',
    verify: 'Capture at the origin: several requests on each connection of the service.',
    source,
  })
