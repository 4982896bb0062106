import type { Budget } from '../../bytes/budget'
import { DynamicTable } from '../../http/hpack/dynamic-table'
import type { Entry } from '../../http/hpack/dynamic-table'

/** The largest table kept, whatever is asked for. */
const LARGEST = 1 << 20
/** What an entry costs beside its octets (RFC 9204 §3.2.1). */
const OVERHEAD = 32

/** The dynamic table (RFC 9204 §3.2), whose entries keep their absolute index. */
export class QpackTable {
  private readonly entries: DynamicTable
  /** How many entries ever came in. */
  inserted = 0
  /** SETTINGS_QPACK_MAX_TABLE_CAPACITY of the side that decodes; −1 until known. */
  allowed = -1

  constructor(budget: Budget | null = null) {
    this.entries = new DynamicTable(0, budget)
  }

  /** Nothing more will come. */
  release(): void {
    this.entries.clear()
  }

  set capacity(octets: number) {
    this.entries.resize(Math.min(octets, LARGEST))
  }

  /** MaxEntries (§4.5.1.1). Where the setting was not seen, encoders use what they are allowed. */
  get mostEntries(): number {
    return Math.floor((this.allowed >= 0 ? this.allowed : this.entries.capacity) / OVERHEAD)
  }

  add(name: string | null, value: string | null): void {
    this.entries.add(name, value)
    this.inserted++
  }

  /** The entry with an absolute index, as long as it is there. */
  at(absolute: number): Entry | undefined {
    const back = this.inserted - 1 - absolute
    return back < 0 || absolute < 0 ? undefined : this.entries.at(back)
  }
}
