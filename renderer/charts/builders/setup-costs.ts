/** What setting up connections took, origin by origin: TCP, TLS, and slow start as an estimate. */
import { formatMeasured, plain } from '../../../shared/format'
import type { Cost, OriginLedger } from '../../../shared/model/ledger'
import type { BarModel } from '../model'
import { shortOrigins } from './short-names'

const MOST = 8

interface Setup {
  readonly origin: string
  readonly tcp: Cost
  readonly tls: Cost
  readonly slowStartEstimate: Cost
}

const NO_COST: Cost = { roundTrips: 0, seconds: 0 }

/** Of the judged connections; of the encrypted ones where none could be judged. */
function setupsOf(origins: readonly OriginLedger[]): readonly Setup[] {
  if (noneJudged(origins))
    return origins.flatMap(({ origin, encrypted }) =>
      encrypted === undefined ? [] : [{ origin, tcp: encrypted.tcp, tls: encrypted.tls, slowStartEstimate: NO_COST }],
    )
  return origins.map(({ origin, all }) => ({ origin, ...all }))
}

/** No connection of these was judged. */
export const noneJudged = (origins: readonly OriginLedger[]): boolean => origins.every(({ connections }) => connections === 0)

/** Those whose setup took longest first. */
export const costliestSetups = (origins: readonly OriginLedger[], most = MOST): readonly Setup[] =>
  setupsOf(origins)
    .filter(({ tcp, tls }) => tcp.seconds + tls.seconds > 0)
    .sort((a, b) => b.tcp.seconds + b.tls.seconds - (a.tcp.seconds + a.tls.seconds))
    .slice(0, most)

/** Setup time of the judged connections by part, or of the encrypted ones where none was judged; the end labels leave the estimate out. */
export function setupCosts(origins: readonly OriginLedger[], most = MOST): BarModel {
  const shown = costliestSetups(origins, most)
  const names = shown.map(({ origin }) => plain(origin))
  const measured = shown.map(({ tcp, tls }) => tcp.seconds + tls.seconds)
  return {
    horizontal: true,
    unit: 'seconds',
    names,
    categories: shortOrigins(names),
    series: [
      { label: 'TCP', tone: 'tcp', values: shown.map(({ tcp }) => tcp.seconds) },
      { label: 'TLS', tone: 'tls', values: shown.map(({ tls }) => tls.seconds) },
      { label: 'Slow start (estimate)', tone: 'estimate', values: shown.map((one) => one.slowStartEstimate.seconds) },
    ],
    endLabels: measured.map((seconds) => formatMeasured(seconds)),
    max: null,
    categoryTitle: 'Origin',
    summary: `Time spent on connection setup, by origin: ${shown
      .map(({ tcp, tls }, i) => `${names[i]} TCP ${formatMeasured(tcp.seconds)}, TLS ${formatMeasured(tls.seconds)}`)
      .join('; ')}.`,
  }
}
