import type { Diagnostic, FactSink, Severity } from '../../../shared/model/facts'

const LISTED_PER_CODE = 5

/**
 * Says each kind of trouble a few times and counts the rest: a hostile file can make millions of them.
 * {@link finish} gives the counts.
 */
export class Diagnostics {
  private readonly seen = new Map<string, { count: number; first: Diagnostic }>()

  constructor(private readonly sink: FactSink) {}

  note(severity: Severity, code: string, message: string, packet: number | null = null, offset: number | null = null): void {
    const known = this.seen.get(code)
    if (known !== undefined) {
      known.count++
      if (known.count > LISTED_PER_CODE) return
    }
    const diagnostic: Diagnostic = { severity, code, packet, offset, message, count: 1 }
    if (known === undefined) this.seen.set(code, { count: 1, first: diagnostic })
    this.sink.diagnostic(diagnostic)
  }

  /** One closing line for each code of which not every case was listed. */
  finish(): void {
    for (const [code, { count, first }] of this.seen) {
      if (count <= LISTED_PER_CODE) continue
      const unlisted = count - LISTED_PER_CODE
      this.sink.diagnostic({
        ...first,
        code,
        packet: null,
        offset: null,
        message: `${unlisted} more of the same: ${first.message}`,
        count: unlisted,
      })
    }
  }
}
