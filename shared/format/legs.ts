/** Legs in words: who is at their ends, and what joining them told. Plain text; each writer escapes for itself. */
import type { AuditSummary } from '../model/audit'
import type { Leg, LegEnd, LegKind, StitchedLegs, StitchedRequest } from '../model/legs'
import { formatCount, formatPercent, plural } from './numbers'
import { plain } from './plain'
import { formatDuration } from './times'

const KINDS: Readonly<Record<LegKind, string>> = {
  'browser-edge': 'Users to proxy',
  'edge-origin': 'Proxy to origin',
  'proxy-upstream': 'Proxy to upstream',
  direct: 'Direct',
}

export const legKindLabel = (kind: LegKind): string => KINDS[kind]

const hostPort = ({ ip, port }: LegEnd): string => {
  if (ip === null) return ''
  const host = plain(ip, 64)
  return port === null ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** "Users", "Proxy", "Server" and the product where it is told. */
export const legEndRole = ({ role, product }: LegEnd): string => {
  const name = role === 'user' ? 'Users' : role === 'proxy' ? 'Proxy' : 'Server'
  return product === null ? name : `${name}, ${plain(product, 60)}`
}

/** "10.0.0.5:80", "12 addresses". */
export const legEndPlace = (end: LegEnd): string =>
  end.ip === null ? plural(end.addresses, 'address', 'addresses') : hostPort(end)

/** "the proxy at 10.0.0.5", "users at 12 addresses". */
export function legEndText(end: LegEnd): string {
  const place = legEndPlace(end)
  if (end.role === 'user') return `users at ${place}`
  return `the ${end.role} at ${place}`
}

/** Each way through the legs that ends at a server, users' end first; those with most requests first. Direct legs are none. */
export function legPaths(legs: readonly Leg[]): readonly (readonly Leg[])[] {
  const byId = new Map(legs.map((leg) => [leg.id, leg]))
  const fronts = new Set(legs.map(({ front }) => front))
  const paths: Leg[][] = []
  for (const last of legs) {
    if (fronts.has(last.id) || (last.kind === 'direct' && last.front === null)) continue
    const path: Leg[] = []
    for (let leg: Leg | undefined = last; leg !== undefined && !path.includes(leg); leg = byId.get(leg.front ?? -1))
      path.unshift(leg)
    paths.push(path)
  }
  return paths
}

/** What is audited where every leg begins at a proxy: then it is the proxy that opens connections, not a user. null otherwise. */
export function onlyProxiesText({ legs = [] }: AuditSummary): string | null {
  const [first] = legs
  if (first === undefined || legs.some(({ client }) => client.role !== 'proxy')) return null
  const who =
    legs.length === 1
      ? legEndText(first.client)
      : `${plural(legs.length, 'proxy', 'proxies')} such as ${legEndText(first.client)}`
  return `What was captured is the way between ${who} and what is behind: connections are opened by the proxy, for its users.`
}

/** Sentences on two legs that were joined. */
export function stitchedLines(pair: StitchedLegs): readonly string[] {
  const lines = [
    `${formatCount(pair.forwarded)} of ${plural(pair.requests, 'request')} of users went on behind the proxy, ` +
      (pair.forwarded >= pair.requests
        ? 'which answered none itself.'
        : `which answered ${formatPercent(pair.answeredByProxyRatio)} itself.`),
    `They came on ${plural(pair.frontConnections, 'connection')} and went on over ${formatCount(pair.backConnections)}; ` +
      `${formatPercent(pair.frontReuseRatio)} found one open in front of the proxy, ${formatPercent(pair.backReuseRatio)} behind it.`,
  ]
  const { setupSeconds: setup } = pair
  if (pair.waitedForSetup > 0) {
    lines.push(
      `${plural(pair.waitedForSetup, 'request')} waited while a connection behind the proxy was opened: ${formatDuration(setup.total)} in all; ` +
        `over all requests ${formatDuration(setup.p50)} (median) and ${formatDuration(setup.p99)} (99th percentile).`,
    )
  } else lines.push('No request waited for a connection behind the proxy to be opened.')
  if (pair.failureCount > 0) {
    const [failure] = pair.failures
    const idle =
      failure === undefined || failure.idleSeconds === null
        ? ''
        : `, the first after ${formatDuration(failure.idleSeconds)} of idle time`
    lines.push(
      `${plural(pair.failureCount, 'request')} failed for users (502, 503, 504 or no answer) because the connection behind gave none${idle}.`,
    )
  }
  if (pair.retries > 0) lines.push(`The proxy sent ${plural(pair.retries, 'request')} again after an attempt without an answer.`)
  if (pair.unexplained > 0)
    lines.push(
      `${plural(pair.unexplained, 'request')} behind the proxy belong to no user that was captured: health checks, or other users.`,
    )
  lines.push(certaintyText(pair))
  return lines
}

function certaintyText({ confidence, offsetEstimated, clockOffsetSeconds }: StitchedLegs): string {
  const how = [
    confidence.exact > 0 ? `${formatCount(confidence.exact)} by an identifier` : null,
    confidence.high > 0 ? `${formatCount(confidence.high)} as the only one that fits` : null,
    confidence.low > 0 ? `${formatCount(confidence.low)} as one of several that fit` : null,
  ].filter((text) => text !== null)
  const clocks = offsetEstimated
    ? ` The captures' clocks are ${formatDuration(Math.abs(clockOffsetSeconds))} apart, estimated from the requests themselves.`
    : ''
  return `Requests matched: ${how.join(', ')}.${clocks}`
}

/** "GET /assets/a.js" */
export const stitchedRequestText = ({ method, target }: StitchedRequest): string => plain(`${method} ${target}`, 160)
