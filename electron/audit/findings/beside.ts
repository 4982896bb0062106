import type { Finding, ImpactKind, Remedy } from '../../../shared/model/audit'

/** What a finding counts that is no avoidable connection. */
export interface Counted {
  readonly kind: Exclude<ImpactKind, 'avoidable'>
  readonly count: number
  readonly roundTrips: number
  readonly seconds: number
}

/** What a rule says of it. */
export type Said = Pick<
  Finding,
  'severity' | 'title' | 'why' | 'evidence' | 'confidence' | 'connections' | 'origin' | 'client'
> & {
  readonly remedies?: readonly Remedy[]
}

/**
 * A finding beside the waste: what it counts is no part of the avoidable connections' round trips, or is a part of them that another remedy
 * would save too; so its share of the waste is 0.
 */
export function beside({ kind, count, roundTrips, seconds }: Counted, said: Said): Omit<Finding, 'id' | 'rule'> {
  const impact = { kind, handshakes: count, roundTrips, seconds: Math.round(seconds * 1e9) / 1e9, share: 0 }
  return { ...said, impact, remedies: said.remedies ?? [] }
}

/** Findings of one such rule that are listed: those that would save most. */
export const MOST_BESIDE = 5

/** Of what a rule could say the most worth saying; only that is put into words. */
export const worst = <T>(
  items: readonly T[],
  counted: (item: T) => Counted,
  say: (item: T) => Said,
): readonly Omit<Finding, 'id' | 'rule'>[] =>
  items
    .map((item) => ({ item, count: counted(item) }))
    .sort((a, b) => b.count.roundTrips - a.count.roundTrips || b.count.count - a.count.count)
    .slice(0, MOST_BESIDE)
    .map(({ item, count }) => beside(count, say(item)))
