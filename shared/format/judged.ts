/** Figures of what was judged, and how sure they are. */
import type { AuditSummary, Totals } from '../model/audit'

/** Connections with a verdict. */
export const judgedCount = ({ needed, avoidable }: Pick<Totals, 'needed' | 'avoidable'>): number => needed + avoidable

/** A figure of judged connections; a dash where there are none: a zero would be praise. */
export const ofJudged = (totals: Pick<Totals, 'needed' | 'avoidable'>, text: string): string =>
  judgedCount(totals) === 0 ? '–' : text

/** "≈ " before round trips that were assumed rather than seen. */
export const tripsMark = ({ roundTripsAssumed }: Pick<AuditSummary, 'roundTripsAssumed'>): string =>
  roundTripsAssumed ? '≈ ' : ''

/** Why they bear it. */
export const TRIPS_ASSUMED =
  'An estimate: a HAR does not show round trips. One is counted for TCP, and for TLS the least that it takes.'
