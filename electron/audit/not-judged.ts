import type { Subject } from './subjects'

/** Why a connection gets no verdict, or null where it gets one. */
export function whyNotJudged(s: Subject): string | null {
  if (s.exchanges === 0) {
    if (s.application === 'tls') return 'It is encrypted, and without its keys the requests inside cannot be counted.'
    if (!s.opened) return 'The capture holds no request of it.'
    if (s.setup === null) return 'It was never established.'
    return s.application === null ? 'No request was sent on it.' : 'It carries no HTTP that could be read.'
  }
  if (s.oneSided) return 'Only one direction of it was captured.'
  if (!s.opened) {
    return s.transport === 'har' ? 'It was open before the recording began.' : 'It was open before the capture began.'
  }
  return null
}

export const whyUnknownIfFree = (previous: number): string =>
  `Packets of connection ${previous} are missing, so whether it was free is not known.`
