/** Finds the value that recurs among measured ones. */
import { tolerance } from '../tolerance'

export interface Sample {
  /** Nanoseconds. */
  readonly value: number
  /** When it was measured: values that agree only because they were measured at one instant show no timer. */
  readonly at: number
  readonly connection: number
}

export interface Cluster {
  /** The middle of the values that agree. */
  readonly value: number
  readonly from: number
  readonly to: number
  readonly samples: number
  /** Moments at which they were measured, more than a tolerance apart. */
  readonly instants: number
  /** At most 20, in the order of their numbers. */
  readonly connections: readonly number[]
}

/** Connections an inference names. */
export const NAMED = 20

/**
 * The values with the most company within their tolerance; among equals those that agree best.
 *
 * @param samples sorted by value; null for none.
 */
export function largestCluster(samples: readonly Sample[]): Cluster | null {
  let best: { from: number; to: number } | null = null
  for (let from = 0, to = 0; from < samples.length; from++) {
    const limit = samples[from]!.value + tolerance(samples[from]!.value)
    while (to < samples.length && samples[to]!.value <= limit) to++
    if (best === null || isBetter(samples, from, to, best.from, best.to)) best = { from, to }
  }
  return best === null ? null : clusterOf(samples.slice(best.from, best.to))
}

function isBetter(samples: readonly Sample[], from: number, to: number, bestFrom: number, bestTo: number): boolean {
  const more = to - from - (bestTo - bestFrom)
  if (more !== 0) return more > 0
  return samples[to - 1]!.value - samples[from]!.value < samples[bestTo - 1]!.value - samples[bestFrom]!.value
}

function clusterOf(members: readonly Sample[]): Cluster {
  const value = members[members.length >> 1]!.value
  return {
    value: members.length % 2 === 1 ? value : (value + members[(members.length >> 1) - 1]!.value) / 2,
    from: members[0]!.value,
    to: members.at(-1)!.value,
    samples: members.length,
    instants: instantsOf(members),
    connections: members
      .slice(0, NAMED)
      .map(({ connection }) => connection)
      .sort((a, b) => a - b),
  }
}

/** Groups of samples that no tolerance separates in time. */
function instantsOf(members: readonly Sample[]): number {
  const near = tolerance(members[0]!.value)
  const times = members.map(({ at }) => at).sort((a, b) => a - b)
  return times.reduce((count, at, i) => (i === 0 || at - times[i - 1]! > near ? count + 1 : count), 0)
}
