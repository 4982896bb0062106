import type { Finding, ImpactKind, Remedy } from '../../../shared/model/audit'

/** What a finding counts that is no avoidable connection. */
export interface Counted {
  readonly kind: Exclude<ImpactKind, 'avoidable'>
  readonly count: number
  readonly roundTrips: number
  readonly seconds: number
}

/**
 * A finding beside the waste: what it counts is no part of the avoidable connections' round trips, or is a part of them that another remedy
 * would save too; so its share of the waste is 0.
 */
export function beside(
  { kind, count, roundTrips, seconds }: Counted,
  said: Pick<Finding, 'severity' | 'title' | 'why' | 'evidence' | 'confidence' | 'connections' | 'origin' | 'client'> & {
    readonly remedies?: readonly Remedy[]
  },
): Omit<Finding, 'id' | 'rule'> {
  const impact = { kind, handshakes: count, roundTrips, seconds: Math.round(seconds * 1e9) / 1e9, share: 0 }
  return { ...said, impact, remedies: said.remedies ?? [] }
}

/** Findings of one such rule that are listed: those that would save most. */
export const MOST_BESIDE = 5

/** The most worth saying of one rule. */
export const worst = (findings: readonly Omit<Finding, 'id' | 'rule'>[]): readonly Omit<Finding, 'id' | 'rule'>[] =>
  [...findings]
    .sort((a, b) => b.impact.roundTrips - a.impact.roundTrips || b.impact.handshakes - a.impact.handshakes)
    .slice(0, MOST_BESIDE)
