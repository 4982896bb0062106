/**
 * The recorded agreement with the oracles, file by file. It may only rise: a file that falls below its record fails; one that
 * rises asks for the record to be raised, with ROUNDTRIP_RECORD=1.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

export interface Agreement {
  readonly agreed: number
  readonly checked: number
}

/** File → [agreed, checked]. */
type Recorded = Record<string, readonly [number, number]>

export class AgreementRecord {
  private readonly recorded: Recorded
  private readonly now: Recorded = {}

  constructor(
    private readonly path: string,
    private readonly isRecording = process.env.ROUNDTRIP_RECORD === '1',
  ) {
    this.recorded = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Recorded) : {}
  }

  /** Null if the file agrees as well as recorded, or better; else the sentence to fail with. */
  check(key: string, { agreed, checked }: Agreement): string | null {
    this.now[key] = [agreed, checked]
    if (this.isRecording) return null
    const before = this.recorded[key]
    if (before === undefined) return `${key} has no record: run with ROUNDTRIP_RECORD=1 and commit the change`
    const [agreedBefore, checkedBefore] = before
    const missedBefore = checkedBefore - agreedBefore
    const missed = checked - agreed
    // Finding fewer things leaves fewer things to check: neither number alone may fall behind.
    if (missed > missedBefore || agreed < agreedBefore) {
      return `${key} agreed in ${agreed} of ${checked}; its record is ${agreedBefore} of ${checkedBefore}`
    }
    if (missed < missedBefore || agreed > agreedBefore) {
      return `${key} now agrees in ${agreed} of ${checked}, better than ${agreedBefore} of ${checkedBefore}: run with ROUNDTRIP_RECORD=1 and commit the new record`
    }
    return null
  }

  /** Writes the record if asked to; files that were not run keep theirs. */
  save(): void {
    if (!this.isRecording) return
    const all: Recorded = { ...this.recorded, ...this.now }
    const lines = Object.keys(all)
      .sort()
      .map((key) => `  ${JSON.stringify(key)}: [${all[key]?.join(', ') ?? ''}]`)
    writeFileSync(this.path, `{\n${lines.join(',\n')}\n}\n`)
  }

  /** Agreed ÷ checked over every file seen in this run whose key begins so. */
  total(prefix: string): Agreement & { readonly ratio: number } {
    let agreed = 0
    let checked = 0
    for (const [key, [a, c]] of Object.entries(this.now)) {
      if (!key.startsWith(prefix)) continue
      agreed += a
      checked += c
    }
    return { agreed, checked, ratio: checked === 0 ? 1 : agreed / checked }
  }
}
