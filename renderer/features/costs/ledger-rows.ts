/** The ledger as rows of text. */
import {
  closedFirstText,
  costText,
  expectedText,
  formatCount,
  formatMeasured,
  formatPercent,
  idleShare,
  plain,
  plural,
  slowStartText,
} from '../../../shared/format'
import type { Cost, EncryptedCosts, Ledger, LedgerEntry, PortUse, ServerLoad } from '../../../shared/model/ledger'
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
  const waits = (seconds: number | null | undefined): Cell =>
    seconds === undefined || seconds === null
      ? { text: '–' }
      : { text: seconds === 0 ? '0 ms' : `+${formatMeasured(seconds)}`, raw: seconds }
  return {
    key,
    cells: [
      head,
      number(connections),
      cost(all.tcp, id('tcp')),
      cost(all.tls, id('tls')),
      { ...cost(all.slowStartEstimate, id('slow-start')), text: slowStartText(all.slowStartEstimate) },
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
  const note = `${formatCount(p.near)} of ${plural(p.pauses, 'pause')} near, ${p.confidence} confidence`
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
    ...ledger.pools
      .filter(({ connections }) => connections > 0)
      .map((entry) =>
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

export const ENCRYPTED_COLUMNS: readonly Column[] = [
  { title: 'Round trips · time' },
  { title: 'Connections', numeric: true },
  { title: 'TCP', numeric: true },
  { title: 'TLS', numeric: true },
  { title: 'Setup in all', numeric: true },
]

const encryptedRow = (key: string, head: Cell, { connections, tcp, tls }: EncryptedCosts, testid?: string): TableRow => ({
  key,
  cells: [
    head,
    number(connections),
    cost(tcp, testid && `${testid}-tcp`),
    cost(tls, testid && `${testid}-tls`),
    cost(sum(tcp, tls), testid && `${testid}-setup`),
  ],
})

/** Setup of connections that are not judged for want of keys: in all, by origin, and by pool where one origin has several. */
export function encryptedRows({ total, origins, otherOrigins, pools }: Ledger): readonly TableRow[] {
  if (total.encrypted === undefined) return []
  const of = (origin: string) => pools.filter((pool) => pool.origin === origin && pool.encrypted !== undefined)
  return [
    encryptedRow('all', { text: 'All encrypted' }, total.encrypted, 'encrypted-total'),
    ...origins.flatMap(({ origin, encrypted }) => {
      if (encrypted === undefined) return []
      const [first, ...more] = of(origin)
      const only = first !== undefined && more.length === 0 ? `${plain(first.client)} → ${plain(first.server)}` : null
      return [
        encryptedRow(`origin ${origin}`, { text: plain(origin), ...(only === null ? {} : { note: only }) }, encrypted),
        ...(more.length === 0 ? [] : of(origin)).flatMap((pool) =>
          pool.encrypted === undefined
            ? []
            : [
                encryptedRow(
                  `pool ${pool.pool}`,
                  { text: `${plain(pool.client)} → ${plain(pool.server)}`, note: 'one pool of it' },
                  pool.encrypted,
                ),
              ],
        ),
      ]
    }),
    ...(otherOrigins?.encrypted === undefined ? [] : [encryptedRow('others', { text: 'Other origins' }, otherOrigins.encrypted)]),
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

function idleCell(load: ServerLoad): Cell {
  const { idleSeconds, unread } = load
  const share = idleShare(load)
  const out = unread === undefined ? {} : { note: `without ${formatCount(unread.connections)} not read` }
  if (idleSeconds === null)
    return {
      text: 'not known',
      ...(unread === undefined ? {} : { note: `${plural(unread.connections, 'connection')} not read` }),
    }
  return {
    text: `${formatMeasured(idleSeconds)}${share === null ? '' : ` · ${formatPercent(share)}`}`,
    raw: idleSeconds,
    testid: 'idle-seconds',
    ...out,
  }
}

/** What is said below the servers. */
export function serversNote({ servers }: Ledger): string {
  const unread = servers.reduce((all, one) => all + (one.unread?.connections ?? 0), 0)
  const quic = servers.some(({ transport }) => transport === 'quic')
  return [
    'The side that closes first keeps the socket in TIME_WAIT, for 60 s on Linux. A connection that nothing is seen to end is open until the capture’s end.',
    ...(quic
      ? [
          'QUIC runs over UDP: it has no TIME_WAIT, is not among the ports below, and ends without a packet when it times out: it is counted until its last one.',
        ]
      : []),
    ...(unread > 0
      ? [
          `Of ${plural(unread, 'connection')} no request could be read, encrypted ones first of all: when ${unread === 1 ? 'it was' : 'they were'} idle is not known.`,
        ]
      : []),
  ].join(' ')
}

export const serverRow = (load: ServerLoad): TableRow => ({
  key: `${load.server} ${load.transport ?? 'tcp'}`,
  cells: [
    {
      text: plain(load.server),
      ...(load.product === null && load.transport === undefined
        ? {}
        : {
            note: [load.transport === 'quic' ? 'QUIC' : null, load.product === null ? null : plain(load.product, 80)]
              .filter((part) => part !== null)
              .join(' · '),
          }),
    },
    number(load.connections),
    { ...number(load.peakOpen), testid: 'peak-open' },
    { text: formatMeasured(load.openSeconds), raw: load.openSeconds },
    idleCell(load),
    { text: closedFirstText(load) },
    load.transport === 'quic' ? { text: '–' } : { ...number(load.timeWaitPeak), testid: 'time-wait-peak' },
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
