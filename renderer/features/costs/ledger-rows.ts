/** The ledger as rows of text. */
import {
  closedFirstText,
  costText,
  expectedText,
  formatCount,
  formatDuration,
  formatPercent,
  plain,
  plural,
} from '../../../shared/format'
import type { Cost, Ledger, LedgerEntry, PortUse, ServerLoad } from '../../../shared/model/ledger'
import type { PoolRacePrediction } from '../../../shared/model/races'
import type { Cell, Column, TableRow } from './table'

const number = (value: number): Cell => ({ text: formatCount(value), raw: value })
const cost = (value: Cost, testid?: string): Cell => ({
  text: costText(value),
  raw: value.seconds,
  ...(testid === undefined ? {} : { testid }),
})
const sum = (a: Cost, b: Cost): Cost => ({ roundTrips: a.roundTrips + b.roundTrips, seconds: a.seconds + b.seconds })

export const LEDGER_COLUMNS: readonly Column[] = [
  { title: 'Round trips · time' },
  { title: 'Judged', numeric: true },
  { title: 'TCP', numeric: true },
  { title: 'TLS', numeric: true },
  { title: 'Slow start (estimate)', numeric: true, wide: true },
  { title: 'Wasted TCP and TLS', numeric: true },
  { title: 'Median request', numeric: true, wide: true },
  { title: '99 in 100', numeric: true },
]

type Line = Omit<LedgerEntry, 'added'> & { readonly added?: LedgerEntry['added'] }

function line(key: string, head: Cell, { connections, all, wasted, added }: Line, testid?: string): TableRow {
  const waste = sum(wasted.tcp, wasted.tls)
  const id = (name: string): string | undefined => (testid === undefined ? undefined : `${testid}-${name}`)
  const waits = (seconds: number | undefined): Cell =>
    seconds === undefined ? { text: '–' } : { text: seconds === 0 ? '0 ms' : `+${formatDuration(seconds)}`, raw: seconds }
  return {
    key,
    cells: [
      head,
      number(connections),
      cost(all.tcp, id('tcp')),
      cost(all.tls, id('tls')),
      cost(all.slowStartEstimate, id('slow-start')),
      { ...cost(waste, id('wasted')), ...(waste.roundTrips > 0 ? { tone: 'avoidable' as const } : {}) },
      waits(added?.p50),
      waits(added?.p99),
    ],
  }
}

export const originRows = (ledger: Ledger): readonly TableRow[] => [
  line('all', { text: 'All origins' }, ledger.total, 'ledger-total'),
  ...ledger.origins
    .filter(({ connections }) => connections > 0)
    .map((entry) => line(entry.origin, { text: plain(entry.origin) }, entry, 'ledger-origin')),
  ...(ledger.otherOrigins === null
    ? []
    : [line('others', { text: `${formatCount(ledger.otherOrigins.count)} more origins` }, ledger.otherOrigins)]),
]

/** What a pool costs, and what its client's own pauses are expected to lose. */
export const POOL_COLUMNS: readonly Column[] = [...LEDGER_COLUMNS, { title: 'Races per 10,000', numeric: true }]

const NOT_KNOWN: Cell = { text: '–' }

function expectedCell(p: PoolRacePrediction | undefined): Cell {
  if (p === undefined) return NOT_KNOWN
  const note = `${formatCount(p.near)} of ${plural(p.pauses, 'pause')} near`
  const tone = p.expectedPer10000 >= 1 ? { tone: 'avoidable' as const } : {}
  return { text: expectedText(p), note, raw: p.expectedPer10000, testid: 'pool-races', ...tone }
}

export function poolRows(ledger: Ledger, races: readonly PoolRacePrediction[]): readonly TableRow[] {
  const expected = new Map(races.map((p) => [p.pool, p]))
  const row = (key: string, head: Cell, entry: Line, last: Cell): TableRow => {
    const { cells } = line(key, head, entry)
    return { key, cells: [...cells, last] }
  }
  return [
    ...ledger.pools.map((entry) =>
      row(
        String(entry.pool),
        { text: plain(entry.origin), note: `${plain(entry.client)} → ${plain(entry.server)}` },
        entry,
        expectedCell(expected.get(entry.pool)),
      ),
    ),
    ...(ledger.otherPools === null
      ? []
      : [row('others', { text: `${formatCount(ledger.otherPools.count)} more pools` }, ledger.otherPools, NOT_KNOWN)]),
  ]
}

export const SERVER_COLUMNS: readonly Column[] = [
  { title: 'Server' },
  { title: 'Connections', numeric: true },
  { title: 'Peak open', numeric: true },
  { title: 'Open for', numeric: true, wide: true },
  { title: 'Idle for', numeric: true },
  { title: 'Closed first' },
  { title: 'TIME_WAIT peak', numeric: true },
]

export const serverRow = (load: ServerLoad): TableRow => ({
  key: load.server,
  cells: [
    { text: plain(load.server), ...(load.product === null ? {} : { note: plain(load.product, 80) }) },
    number(load.connections),
    { ...number(load.peakOpen), testid: 'peak-open' },
    { text: formatDuration(load.openSeconds), raw: load.openSeconds },
    {
      text: `${formatDuration(load.idleSeconds)}${load.openSeconds > 0 ? ` · ${formatPercent(load.idleSeconds / load.openSeconds)}` : ''}`,
      raw: load.idleSeconds,
      testid: 'idle-seconds',
    },
    { text: closedFirstText(load) },
    { ...number(load.timeWaitPeak), testid: 'time-wait-peak' },
  ],
})

export const PORT_COLUMNS: readonly Column[] = [
  { title: 'Client and server' },
  { title: 'Opened', numeric: true },
  { title: 'Busiest second', numeric: true, wide: true },
  { title: 'Client closes first', numeric: true },
  { title: 'Ports at once', numeric: true },
  { title: 'Of the range', numeric: true },
  { title: 'At this rate', numeric: true },
]

export const portRow = (use: PortUse): TableRow => ({
  key: `${use.client} ${use.server}`,
  cells: [
    { text: plain(use.client), note: `to ${plain(use.server)}` },
    number(use.opened),
    { text: `${formatCount(use.opensPerSecond)}/s`, raw: use.opensPerSecond },
    { text: formatPercent(use.clientClosesFirst), raw: use.clientClosesFirst },
    number(use.portsPeak),
    { text: formatPercent(use.share), raw: use.share },
    {
      text: formatPercent(use.sustainedShare),
      raw: use.sustainedShare,
      ...(use.sustainedShare >= 0.5 ? { tone: 'danger' as const } : {}),
    },
  ],
})
