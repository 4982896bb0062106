/** Why an end of a leg is taken for a proxy, in sentences with a sample each. */
import type { LegEvidence } from '../../../shared/model/legs'
import type { Sample, SeenLeg } from './find'

/** Text of a capture in a sentence: one line, no wall. */
const quoted = (text: string, limit = 80): string => {
  const line = text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()
  return `"${line.length > limit ? `${line.slice(0, limit - 1)}…` : line}"`
}

const TITLES: Readonly<Record<string, string>> = {
  'cf-ray': 'CF-Ray',
  'cf-connecting-ip': 'CF-Connecting-IP',
  'x-forwarded-for': 'X-Forwarded-For',
  'cdn-loop': 'CDN-Loop',
}
/** "x-amz-cf-id" → "X-Amz-Cf-Id" */
const fieldName = (name: string): string =>
  TITLES[name] ?? name.replace(/(^|-)([a-z])/g, (_, dash: string, c: string) => dash + c.toUpperCase())

const fieldNames = (fields: string): string => fields.split(' ').slice(0, 5).map(fieldName).join(', ')

const of = (sample: Sample | null): Pick<LegEvidence, 'connection' | 'packet'> => ({
  connection: sample?.connection ?? 0,
  packet: sample?.packet ?? null,
})

export function clientEvidence(leg: SeenLeg): readonly LegEvidence[] {
  const found: LegEvidence[] = []
  const say = (sample: Sample | null, text: string): void => void found.push({ end: 'client', text, ...of(sample) })
  const { proxied, mixed, any } = leg.samples
  const share = `${leg.proxied.toLocaleString('en')} of ${leg.exchanges.toLocaleString('en')} requests`
  if (leg.fromProxy && proxied !== null) {
    if (proxied.requestFields !== null)
      say(
        proxied,
        `${share} carry fields that proxies write: ${fieldNames(proxied.requestFields)}${proxied.forwardedFor === null ? '' : ` (sent on for ${quoted(proxied.forwardedFor)})`}.`,
      )
    if (proxied.requestVia !== null) say(proxied, `${share} passed a proxy that wrote Via: ${quoted(proxied.requestVia)}.`)
    if (proxied.requestFields === null && proxied.requestVia === null) say(proxied, `${share} were sent on by a proxy.`)
  }
  if (leg.mixed > 0) {
    const agents = mixed?.userAgents
    const both = agents === null || agents === undefined ? '' : `: ${quoted(agents[0], 60)} and ${quoted(agents[1], 60)}`
    say(
      mixed,
      `Requests of different programs share ${leg.mixed === 1 ? 'a connection' : `${leg.mixed.toLocaleString('en')} connections`}${both}.`,
    )
  }
  if (leg.nginxDefault) {
    const agent = any?.userAgents?.[0]
    say(
      any,
      `HTTP/1.0 requests with "Connection: close"${agent === undefined ? '' : ` in the name of ${quoted(agent, 60)}, which itself speaks HTTP/1.1`}: what nginx sends its upstreams unless told otherwise.`,
    )
  }
  return found
}

export function serverEvidence(leg: SeenLeg): readonly LegEvidence[] {
  const found: LegEvidence[] = []
  const say = (sample: Sample | null, text: string): void => void found.push({ end: 'server', text, ...of(sample) })
  const { answered, asking } = leg.samples
  if (leg.asksProxy) say(asking, 'Requests name the whole URL, or open tunnels (CONNECT), as clients do with a forward proxy.')
  if (answersAsProxy(leg) && answered !== null) {
    const share = `${leg.answered.toLocaleString('en')} of ${leg.exchanges.toLocaleString('en')} responses`
    if (answered.responseVia !== null)
      say(answered, `${share} came through a proxy that wrote Via: ${quoted(answered.responseVia)}.`)
    if (answered.responseFields !== null)
      say(answered, `${share} carry fields that proxies and caches write: ${fieldNames(answered.responseFields)}.`)
  }
  return found
}

export const answersAsProxy = (leg: SeenLeg): boolean => 2 * leg.answered > leg.exchanges
