/** How far the capture can be trusted, in two tiers: what bends the numbers gets its sentence, the rest a count. */
import { qualityText, vantageText } from '../../../shared/format'
import type { QualityText } from '../../../shared/format'
import type { Quality, QualityIssue, QualityKind } from '../../../shared/model/audit'

export interface QualityNote extends QualityText {
  /** A shortcoming's kind, or "vantage": where the capture was taken. */
  readonly kind: QualityKind | 'vantage'
  /** Packets, stretches or files where those are counted, else connections; null where nothing is. */
  readonly count: number | null
}

const GRAVE: readonly QualityKind[] = ['dropped', 'gap', 'one-sided', 'truncated-file', 'truncated', 'clock-jump']

const noteOf = (issue: QualityIssue): QualityNote => ({
  kind: issue.kind,
  count: issue.occurrences ?? issue.connections,
  ...qualityText(issue),
})

/** Only what was seen; empty for a capture without shortcomings. */
export const qualityNotes = (quality: Quality): readonly QualityNote[] => quality.issues.map(noteOf)

/** Those that packets lack, and that therefore deserve a sentence beside the numbers. */
export const graveNotes = (quality: Quality): readonly QualityNote[] =>
  quality.issues.filter(({ kind }) => GRAVE.includes(kind)).map(noteOf)

export const lightNotes = (quality: Quality): readonly QualityNote[] =>
  quality.issues.filter(({ kind }) => !GRAVE.includes(kind)).map(noteOf)

/** Where it was captured; null where no handshake could tell. */
export function vantageNote({ vantage }: Quality): QualityNote | null {
  const text = vantageText(vantage)
  return text && { kind: 'vantage', count: null, ...text }
}
