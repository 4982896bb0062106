import { UNREAD } from '../http/layer'
import type { Direction } from '../tcp/direction'
import type { Arrival } from '../tcp/stream-reader'

const NEVER: Arrival = { packet: 0, at: 0, acknowledged: -1 }

/** Nobody reads this stream any more: what it holds back goes, and its share of the common budget with it. */
export function letGo(direction: Direction): void {
  direction.reader = UNREAD
  direction.flush(NEVER)
}
