/** What the page of findings begins with, and what stands there where it has none. */
import { formatDuration, judgedCount, plural } from '../../../shared/format'
import type { AuditSummary } from '../../../shared/model/audit'

type Told = Pick<AuditSummary, 'totals' | 'findings' | 'encrypted' | 'encryptedTotals'>

/** One sentence or two. */
export function introOf({ totals, findings, encrypted = 0 }: Told): string {
  const toFix = findings.filter(({ severity }) => severity !== 'good').length
  if (toFix > 0) return `${plural(toFix, 'thing')} to change, the costliest first. Each says what was seen and what to set.`
  if (totals.connections === 0) return 'There are no connections in this capture.'
  const judged = judgedCount(totals)
  if (judged === 0)
    return encrypted > 0
      ? 'No connection could be judged: without keys the requests cannot be read.'
      : 'No connection could be judged: the capture does not show enough of them.'
  if (totals.avoidable > 0)
    return `${plural(totals.avoidable, 'handshake was', 'handshakes were')} avoidable, but the capture does not show what setting would have avoided them.`
  const rest = totals.notJudged > 0 ? ` ${plural(totals.notJudged, 'connection')} could not be judged.` : ''
  return rest === '' ? 'Nothing needs changing.' : `Nothing needs changing among ${plural(judged, 'judged connection')}.${rest}`
}

export interface NothingFound {
  readonly icon: string
  readonly title: string
  readonly text: string
  /** A key log would help. */
  readonly keyLog: boolean
}

export function nothingFound({ totals, encrypted = 0, encryptedTotals: known }: Told): NothingFound {
  if (judgedCount(totals) === 0 && totals.connections > 0) {
    const cost =
      known === undefined
        ? ''
        : ` Known without keys: setting ${encrypted === 1 ? 'it' : 'them'} up took ${plural(known.setupRoundTrips, 'round trip')} and ${formatDuration(known.setupSeconds)}; the costs tell more.`
    return encrypted > 0
      ? {
          icon: 'i-lucide-lock',
          title: 'Nothing could be judged',
          text: `${plural(encrypted, 'connection is', 'connections are')} encrypted.${cost} A key log (SSLKEYLOGFILE) that the client writes while the capture is taken lets the requests be read.`,
          keyLog: true,
        }
      : {
          icon: 'i-lucide-circle-help',
          title: 'Nothing could be judged',
          text: 'The capture does not show enough of its connections: the overview says what it lacks.',
          keyLog: false,
        }
  }
  return totals.avoidable === 0
    ? {
        icon: 'i-lucide-circle-check',
        title: 'Nothing to report',
        text: 'No rule found anything in this capture that a setting would improve.',
        keyLog: false,
      }
    : {
        icon: 'i-lucide-info',
        title: 'Nothing to report',
        text: 'No rule applies to this traffic. The connections say what was seen of each.',
        keyLog: false,
      }
}
