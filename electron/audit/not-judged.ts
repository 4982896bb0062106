import type { Subject } from './subjects'

/** How the reason begins where packets of an earlier connection are missing. */
export const UNKNOWN_IF_FREE = 'Packets of connection '
/** How it begins where durations are wrong, be it its own or those of an earlier one. */
export const CLOCK_SET = 'The clock of the capture was set while '

/** Why a connection gets no verdict, or null where it gets one. */
export function whyNotJudged(s: Subject): string | null {
  if (s.exchanges === 0) {
    if (s.application === 'tls' || s.encrypted)
      return 'It is encrypted, and without its keys the requests inside cannot be counted.'
    if (!s.opened) return 'The capture holds no request of it.'
    if (s.truncated) return 'Its packets were cut before a request could be read.'
    if (s.setup === null) return 'It was never established.'
    return s.application === null ? 'No request was sent on it.' : 'It carries no HTTP that could be read.'
  }
  if (s.clockJumped) return `${CLOCK_SET}it was open.`
  if (s.oneSided) return 'Only one direction of it was captured.'
  if (!s.opened) {
    return s.transport === 'har' ? 'It was open before the recording began.' : 'It was open before the capture began.'
  }
  return null
}

export const whyUnknownIfFree = (previous: Subject): string =>
  previous.hasGap
    ? `${UNKNOWN_IF_FREE}${previous.id} are missing, so whether it was free is not known.`
    : `${CLOCK_SET}connection ${previous.id} was open, so whether it was free is not known.`
