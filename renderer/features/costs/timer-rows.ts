/** Inferred timers, expected races and chains as rows of text. */
import {
  advertisedText,
  expectedText,
  formatCount,
  formatDuration,
  formatTimeout,
  plain,
  plural,
  timerLabel,
  timerText,
} from '../../../shared/format'
import type { RacePrediction } from '../../../shared/model/races'
import type { InferredTimer } from '../../../shared/model/timers'
import type { Column, TableRow } from './table'

export const TIMER_COLUMNS: readonly Column[] = [
  { title: 'Whose' },
  { title: 'Timer', whole: true },
  { title: 'What was seen' },
  { title: 'Spread', wide: true, whole: true },
  { title: 'Advertised' },
  { title: 'Confidence' },
]

const isTime = ({ kind }: InferredTimer): boolean => kind === 'idle-timeout' || kind === 'max-age'

export function timerRow(timer: InferredTimer): TableRow {
  const { who, spread } = timer
  const spreadText = isTime(timer) && timer.bound === 'exact' ? `${spread.from.toFixed(3)} to ${spread.to.toFixed(3)} s` : '–'
  return {
    key: `${timer.side} ${who.address} ${who.product ?? ''} ${who.origin ?? ''} ${timer.kind}`,
    cells: [
      { text: plain(who.address), note: plain([timer.side, who.product].filter((part) => part !== null).join(' · '), 80) },
      { text: timerLabel(timer.kind) },
      { text: timerText(timer), testid: `timer-${timer.side}-${timer.kind}`, raw: timer.value },
      { text: spreadText },
      { text: advertisedText(timer) ?? '–' },
      { text: timer.confidence },
    ],
  }
}

export const RACE_COLUMNS: readonly Column[] = [
  { title: 'Origin' },
  { title: 'Idle time-out' },
  { title: 'Reused requests', numeric: true },
  { title: 'Pauses near it', numeric: true },
  { title: 'Lost here', numeric: true },
  { title: 'Expected per 10,000', numeric: true },
]

export const raceRow = (p: RacePrediction): TableRow => ({
  key: `${p.origin} ${p.server}`,
  cells: [
    { text: plain(p.origin), note: plain(p.server) },
    { text: formatTimeout(p.timeoutSeconds), note: p.knownBy },
    { text: formatCount(p.reusedRequests), raw: p.reusedRequests },
    { text: plural(p.near, 'pause'), note: `within ±${formatDuration(p.windowSeconds / 2)}` },
    { text: formatCount(p.seen), raw: p.seen, ...(p.seen > 0 ? { tone: 'danger' as const } : {}) },
    {
      text: expectedText(p),
      note: `${p.confidence} confidence`,
      raw: p.expectedPer10000,
      testid: 'expected-races',
      ...(p.expectedPer10000 >= 1 ? { tone: 'avoidable' as const } : {}),
    },
  ],
})
