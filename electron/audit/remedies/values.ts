/** Values for settings, computed from the traffic. */

/** Steps people choose time-outs from, in seconds. */
const STEPS = [5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 180, 240, 300, 600, 900, 1800, 3600]

/** Room above the gaps that were seen: the network's delay and what the capture was too short to show. */
const MARGIN = 1.1

/** The idle time-out that bridges 95 % of the observed gaps, rounded up to a usual value; at most an hour. */
export const recommendedTimeout = (gapP95: number): number => STEPS.find((step) => step >= gapP95 * MARGIN) ?? 3600

/** A request limit that this traffic would meet a hundred times less often, and never less than the usual thousand. */
export const recommendedLimit = (observed: number): number =>
  Math.max(1000, 10 ** Math.ceil(Math.log10(Math.max(1, observed) * 100)))
