import { nanos } from '../../../shared/units'
import type { EstimatedIdle } from '../../../shared/model/facts'

type Gap = EstimatedIdle['gaps'][number]

/** Shorter pauses are the client's thinking. */
const SHORTEST = 50e6
const MOST = 5

/** The longest idle times of a connection. */
export class IdleTimes {
  private gaps: Gap[] | null = null

  /** Instants in nanoseconds. */
  add(since: number, until: number): void {
    const length = until - since
    if (!(length >= SHORTEST)) return
    const gaps = (this.gaps ??= [])
    if (gaps.length === MOST && gaps[MOST - 1]!.length >= length) return
    gaps.push({ since: nanos(since), length: nanos(length) })
    gaps.sort((a, b) => b.length - a.length || a.since - b.since)
    if (gaps.length > MOST) gaps.pop()
  }

  /** The longest first. */
  longest(): readonly Gap[] {
    return this.gaps ?? []
  }
}
