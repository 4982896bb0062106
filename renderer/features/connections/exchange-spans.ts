/** Exchanges and the idle time between them, laid on a time line. */
import type { ConnectionFact, ExchangeFact } from '../../../shared/model/facts'
import type { Nanos } from '../../../shared/units'

export interface ExchangeSpan {
  readonly kind: 'exchange'
  readonly ordinal: number
  /** Seconds since the connection's first packet: start, first byte of the response, end. */
  readonly from: number
  readonly responseAt: number | null
  readonly to: number
  readonly failed: boolean
}

export interface IdleSpan {
  readonly kind: 'idle'
  readonly from: number
  readonly to: number
}

export interface Spans {
  readonly exchanges: readonly ExchangeSpan[]
  /** Idle stretches worth showing. */
  readonly idle: readonly IdleSpan[]
  /** Length of the line in seconds. */
  readonly length: number
}

/** Idle time is shown from this share of the line on. */
const WORTH_SHOWING = 0.02

/**
 * The idle times of an encrypted connection, as far as they can be told from when each side spoke: an estimate. Null where there is none.
 */
export function estimatedSpansOf(fact: Pick<ConnectionFact, 'first' | 'last' | 'close' | 'tls'>): Spans | null {
  const known = fact.tls?.estimatedIdle
  if (known === undefined) return null
  const since = (at: Nanos): number => Math.max(0, (at - fact.first.at) / 1e9)
  const end = since(fact.close?.at ?? fact.last.at)
  const gaps = known.gaps.map(({ since: at, length }) => ({ from: since(at), to: since(at) + length / 1e9 }))
  const last = known.since === null ? [] : [{ from: since(known.since), to: end }]
  const length = Math.max(since(fact.last.at), end)
  const idle = [...gaps, ...last].filter(({ from, to }) => to > from && to - from >= length * WORTH_SHOWING)
  return { exchanges: [], idle: idle.map((gap) => ({ kind: 'idle' as const, ...gap })), length }
}

export function spansOf(fact: Pick<ConnectionFact, 'first' | 'last' | 'close'>, rows: readonly ExchangeFact[]): Spans {
  const since = (at: Nanos): number => Math.max(0, (at - fact.first.at) / 1e9)
  const exchanges = rows.flatMap((row): ExchangeSpan[] => {
    const start = row.requestAt ?? row.responseAt
    if (start === null) return []
    const end = row.completeAt ?? row.responseAt ?? row.requestEndAt ?? start
    return [
      {
        kind: 'exchange',
        ordinal: row.ordinal,
        from: since(start),
        responseAt: row.responseAt === null ? null : since(row.responseAt),
        to: Math.max(since(end), since(start)),
        failed: row.status === null || row.status >= 500,
      },
    ]
  })
  const length = Math.max(since(fact.last.at), fact.close === null ? 0 : since(fact.close.at), ...exchanges.map(({ to }) => to))
  const idle: IdleSpan[] = []
  let busyUntil: number | null = null
  for (const { from, to } of [...exchanges].sort((a, b) => a.from - b.from)) {
    if (busyUntil !== null && from > busyUntil) idle.push({ kind: 'idle', from: busyUntil, to: from })
    busyUntil = Math.max(busyUntil ?? 0, to)
  }
  const end = fact.close === null ? length : since(fact.close.at)
  if (busyUntil !== null && end > busyUntil) idle.push({ kind: 'idle', from: busyUntil, to: end })
  return { exchanges, idle: idle.filter(({ from, to }) => to - from >= length * WORTH_SHOWING), length }
}
