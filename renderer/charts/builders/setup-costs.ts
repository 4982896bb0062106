/** What setting up connections took, origin by origin: TCP, TLS, and slow start as an estimate. */
import { formatDuration, plain } from '../../../shared/format'
import type { OriginLedger } from '../../../shared/model/ledger'
import type { BarModel } from '../model'
import { shortOrigins } from './short-names'

const MOST = 8

/** Those whose setup took longest first. */
export const costliestSetups = (origins: readonly OriginLedger[], most = MOST): readonly OriginLedger[] =>
  origins
    .filter(({ all }) => all.tcp.seconds + all.tls.seconds > 0)
    .sort((a, b) => b.all.tcp.seconds + b.all.tls.seconds - (a.all.tcp.seconds + a.all.tls.seconds))
    .slice(0, most)

/** Setup time of the judged connections by part; the end labels leave the estimate out. */
export function setupCosts(origins: readonly OriginLedger[], most = MOST): BarModel {
  const shown = costliestSetups(origins, most)
  const names = shown.map(({ origin }) => plain(origin))
  const measured = shown.map(({ all }) => all.tcp.seconds + all.tls.seconds)
  return {
    horizontal: true,
    unit: 'seconds',
    names,
    categories: shortOrigins(names),
    series: [
      { label: 'TCP', tone: 'tcp', values: shown.map(({ all }) => all.tcp.seconds) },
      { label: 'TLS', tone: 'tls', values: shown.map(({ all }) => all.tls.seconds) },
      { label: 'Slow start (estimate)', tone: 'estimate', values: shown.map(({ all }) => all.slowStartEstimate.seconds) },
    ],
    endLabels: measured.map((seconds) => formatDuration(seconds)),
    max: null,
    categoryTitle: 'Origin',
    summary: `Time spent on connection setup, by origin: ${shown
      .map(({ all }, i) => `${names[i]} TCP ${formatDuration(all.tcp.seconds)}, TLS ${formatDuration(all.tls.seconds)}`)
      .join('; ')}.`,
  }
}
