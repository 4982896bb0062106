/** How far the capture can be trusted, as a list of what falls short. */
import { markDescription, markLabel } from '../../../shared/format'
import type { Quality } from '../../../shared/model/audit'

export interface QualityNote {
  readonly label: string
  readonly description: string
  readonly count: number
}

/** Only what was seen; empty for a capture without shortcomings. */
export function qualityNotes(quality: Quality): readonly QualityNote[] {
  const notes: readonly QualityNote[] = [
    { label: markLabel('mid-stream'), description: markDescription('mid-stream'), count: quality.midStream },
    { label: markLabel('one-sided'), description: markDescription('one-sided'), count: quality.oneSided },
    { label: markLabel('gap'), description: markDescription('gap'), count: quality.withGaps },
    { label: markLabel('truncated'), description: markDescription('truncated'), count: quality.truncated },
    { label: markLabel('estimated'), description: markDescription('estimated'), count: quality.estimated },
    { label: markLabel('unfinished'), description: markDescription('unfinished'), count: quality.unfinished },
    {
      label: 'Without exchanges',
      description: 'Preconnects, failed connections or health checks: counted apart, never in the reuse ratio.',
      count: quality.withoutExchanges,
    },
  ]
  return notes.filter(({ count }) => count > 0)
}
