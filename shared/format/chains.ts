/** Time-outs along the way from client to origin, in words. Plain text: strings of the capture in it are made safe. */
import type { Chain, ChainCheck, ChainEnd, ChainTimeout } from '../model/timers'
import { plural } from './numbers'
import { plain } from './plain'
import { formatTimeout } from './timers'

/** "5.0 s", "at least 31 s", "5.0 s (advertised)", "unknown". */
export function chainTimeoutText(timeout: ChainTimeout | null): string {
  if (timeout === null) return 'unknown'
  const how = { observed: '', advertised: ' (advertised)', elsewhere: ' (seen towards others)' }[timeout.knownBy]
  return `${timeout.bound === 'at-least' ? 'at least ' : ''}${formatTimeout(timeout.seconds)}${how}`
}

/** What the answering side has in hand: "+1.5 s", "at least +2.0 s", "−55 s"; null where it is not known. */
export function marginText({ marginSeconds, marginBound }: ChainCheck): string | null {
  if (marginSeconds === null || marginBound === null) return null
  const bound = { exact: '', 'at-least': 'at least ', 'at-most': 'at most ' }[marginBound]
  const near = Math.abs(marginSeconds) < 0.005
  return `${bound}${near ? '' : marginSeconds < 0 ? '−' : '+'}${near ? '0 s' : formatTimeout(Math.abs(marginSeconds))}`
}

/** "in order", "too close", "proxy gives up first", "not enough is seen". */
export function chainVerdict({ state, to }: ChainCheck): string {
  return { ok: 'in order', tight: 'too close', wrong: `${to.role} gives up first`, unknown: 'not enough is seen' }[state]
}

/** "the client 10.0.0.9 (curl/8.5.0)". */
export const chainEndText = ({ role, address, product }: ChainEnd): string =>
  `the ${role} ${plain(address)}${product === null ? '' : ` (${plain(product, 40)})`}`

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** One sentence for one comparison. */
export function chainSentence(check: ChainCheck): string {
  const keeps = (timeout: ChainTimeout | null): string => (timeout === null ? 'for an unknown time' : chainTimeoutText(timeout))
  const margin = marginText(check)
  const verdict = `${check.state === 'wrong' ? 'the ' : ''}${chainVerdict(check)}${margin === null ? '' : `, margin ${margin}`}`
  return `${capital(chainEndText(check.from))} keeps idle connections ${keeps(check.client)}, ${chainEndText(check.to)} ${keeps(check.server)}: ${verdict}.`
}

/** Every comparison once: clients of one proxy share what is behind it, and its origins what is in front. */
export function chainChecks(chains: readonly Chain[]): readonly ChainCheck[] {
  const seen = new Set<string>()
  return chains
    .flatMap(({ checks }) => checks)
    .filter(({ from, to }) => {
      const key = JSON.stringify([from, to.address])
      return !seen.has(key) && seen.add(key).size > 0
    })
}

/** How the two legs were found to belong together: "25 requests followed", "by the address of both", "by the place of the capture". */
export function joinedText({ joinedBy, requests }: Chain): string {
  if (joinedBy === 'requests') return `${plural(requests ?? 0, 'request')} followed`
  return joinedBy === 'address' ? 'by the address of both legs' : 'by the place of the capture'
}
