/** The connections table's columns, and which of them fit. */
import {
  applicationLabel,
  causeLabel,
  formatBytes,
  formatCount,
  formatMeasured,
  formatOffset,
  plain,
} from '../../../shared/format'
import type { ConnectionSort } from '../../../shared/contract/engine-api'
import type { ConnectionRow } from '../../../shared/model/audit'
import type { Endpoint } from '../../../shared/model/facts'

export interface ConnectionColumn {
  readonly key: string
  readonly title: string
  readonly sort: ConnectionSort | null
  readonly numeric: boolean
  /** Narrowest width in pixels. */
  readonly width: number
  /** Share of what is left; 0 keeps the width. */
  readonly grow: number
  /** Those with the highest number go first where there is no room. */
  readonly rank: number
  readonly text: (row: ConnectionRow) => string
}

/** "10.0.0.2:49323", "[2001:db8::1]:80". */
export const endpointText = ({ ip, port }: Endpoint): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)

const closedText = ({ closedBy, closedHow }: ConnectionRow): string =>
  closedBy === null ? 'open' : `${closedBy}${closedHow === 'rst' ? ' · RST' : ''}`

/** Of an encrypted connection an estimate, marked as one. */
const exchangesText = ({ exchanges, estimatedTurns = 0 }: ConnectionRow): string =>
  exchanges === 0 && estimatedTurns > 0 ? `≈ ${formatCount(estimatedTurns)}` : formatCount(exchanges)

/** What a cell says when pointed at; undefined where it says nothing more. */
export const cellHint = ({ key, numeric, text }: ConnectionColumn, row: ConnectionRow): string | undefined =>
  key === 'exchanges' && text(row).startsWith('≈')
    ? 'Estimate: how often the client of this encrypted connection spoke anew'
    : numeric
      ? undefined
      : text(row)

export const connectionColumns: readonly ConnectionColumn[] = [
  { key: 'id', title: '#', sort: 'id', numeric: true, width: 56, grow: 0, rank: 0, text: ({ id }) => formatCount(id) },
  {
    key: 'openedAt',
    title: 'Opened s',
    sort: 'openedAt',
    numeric: true,
    width: 84,
    grow: 0,
    rank: 0,
    text: ({ openedAt }) => formatOffset(openedAt),
  },
  {
    key: 'verdict',
    title: 'Verdict and cause',
    sort: 'verdict',
    numeric: false,
    width: 176,
    grow: 1,
    rank: 0,
    text: ({ cause }) => (cause === null ? 'Not judged' : causeLabel(cause)),
  },
  {
    key: 'origin',
    title: 'Origin',
    sort: 'origin',
    numeric: false,
    width: 150,
    grow: 2,
    rank: 0,
    text: ({ origin }) => plain(origin),
  },
  {
    key: 'client',
    title: 'Client',
    sort: null,
    numeric: false,
    width: 140,
    grow: 1,
    rank: 5,
    text: ({ client }) => endpointText(client),
  },
  {
    key: 'server',
    title: 'Server',
    sort: null,
    numeric: false,
    width: 140,
    grow: 1,
    rank: 8,
    text: ({ server }) => endpointText(server),
  },
  {
    key: 'application',
    title: 'Protocol',
    sort: null,
    numeric: false,
    width: 74,
    grow: 0,
    rank: 7,
    text: ({ application }) => applicationLabel(application),
  },
  {
    key: 'exchanges',
    title: 'Exchanges',
    sort: 'exchanges',
    numeric: true,
    width: 86,
    grow: 0,
    rank: 1,
    text: exchangesText,
  },
  {
    key: 'bytes',
    title: 'Bytes',
    sort: 'bytes',
    numeric: true,
    width: 76,
    grow: 0,
    rank: 6,
    text: ({ bytes }) => formatBytes(bytes),
  },
  {
    key: 'rtt',
    title: 'RTT',
    sort: 'rtt',
    numeric: true,
    width: 76,
    grow: 0,
    rank: 4,
    text: ({ rttSeconds }) => formatMeasured(rttSeconds),
  },
  {
    key: 'setup',
    title: 'Setup',
    sort: 'setup',
    numeric: true,
    width: 76,
    grow: 0,
    rank: 2,
    text: ({ setupSeconds }) => formatMeasured(setupSeconds),
  },
  {
    key: 'duration',
    title: 'Duration',
    sort: 'duration',
    numeric: true,
    width: 90,
    grow: 0,
    rank: 3,
    text: ({ durationSeconds }) => formatMeasured(durationSeconds),
  },
  { key: 'closed', title: 'Closed by', sort: null, numeric: false, width: 92, grow: 0, rank: 5, text: closedText },
]

const GAP = 12

/** The columns that fit in so many pixels, in their order. Those of rank 0 always stay. */
export function columnsFor(
  pixels: number,
  columns: readonly ConnectionColumn[] = connectionColumns,
): readonly ConnectionColumn[] {
  const needed = (some: readonly ConnectionColumn[]): number => some.reduce((sum, { width }) => sum + width + GAP, GAP)
  let fitting = columns
  while (needed(fitting) > pixels) {
    const rank = Math.max(...fitting.map((column) => column.rank))
    if (rank === 0) break
    const last = fitting.map((column) => column.rank).lastIndexOf(rank)
    fitting = fitting.filter((_, index) => index !== last)
  }
  return fitting
}

/** The same as a CSS grid's columns. */
export const gridTemplate = (columns: readonly ConnectionColumn[]): string =>
  columns.map(({ width, grow }) => (grow > 0 ? `minmax(${width}px, ${grow}fr)` : `${width}px`)).join(' ')
