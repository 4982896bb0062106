import type { Quality } from '../model/audit'

/** A capture of which nothing is wrong, and nobody can tell where it was taken. */
export const NO_QUALITY: Quality = {
  midStream: 0,
  oneSided: 0,
  withGaps: 0,
  truncated: 0,
  estimated: 0,
  unfinished: 0,
  withoutExchanges: 0,
  issues: [],
  vantage: { place: 'unknown', share: null, connections: 0, pairs: [] },
}
