import type { AuditSummary, Totals } from '../../../shared/model/audit'
import type { CaptureFact } from '../../../shared/model/facts'
import type { Policy, WhatIf } from '../../../shared/model/simulation'
import { NO_QUALITY } from '../../../shared/testing/quality'
import { bytes, nanos, timeBase } from '../../../shared/units'
import type { OpenAudit, OpenHooks, Session } from '../session'

export const totals: Totals = {
  connections: 3,
  connectionsWithExchanges: 3,
  exchanges: 9,
  reusedExchanges: 6,
  reuseRatio: 2 / 3,
  needed: 1,
  neededWithHttp2: 1,
  avoidable: 2,
  notJudged: 0,
  wastedRoundTrips: 2,
  wastedSeconds: 0.08,
  setupRoundTrips: 3,
  setupSeconds: 0.12,
  slowStartRoundTripsEstimate: 0,
}

export const capture: CaptureFact = {
  file: 'shop.pcap',
  format: 'pcap',
  compression: null,
  packets: 90,
  linkTypes: [1],
  timeBase: timeBase(1_795_325_139),
  firstAt: nanos(0),
  lastAt: nanos(5e9),
  truncated: false,
  size: bytes(12_345),
}

export const summary: AuditSummary = {
  captures: [capture],
  totals,
  causes: { 'keepalive-disabled': 2 },
  origins: [],
  timeline: { bucketSeconds: 1, buckets: [] },
  findings: [],
  races: [],
  quality: NO_QUALITY,
  diagnostics: [],
  rttSeconds: 0.04,
  notes: [],
}

/** These, one by one, as a stream would give them. */
export async function* pieces<T>(...all: readonly T[]): AsyncGenerator<T> {
  for (const one of all) yield await Promise.resolve(one)
}

const refused = (origin: string | null, policy: Policy): WhatIf => ({
  origin,
  policy,
  requests: 0,
  pools: 0,
  captureSeconds: 5,
  settings: { serverIdleTimeoutSeconds: null, clientIdleTimeoutSeconds: null, requestLimit: null, differ: false },
  calibration: { observed: 0, simulated: 0, error: 0, trusted: false },
  prediction: null,
  refusal: 'There is nothing to replay.',
  untouched: [],
  notes: [],
})

/** A session that answers from constants and remembers whether it was closed. */
export function session(): Session & { closed: boolean } {
  return {
    summary,
    closed: false,
    connections: ({ offset }) => Promise.resolve({ total: 3, offset, rows: [] }),
    connection: () => Promise.reject(new Error('SELECT * FROM connections\n    at secret/place.ts:3')),
    exchanges: (_connection, { offset }) => Promise.resolve({ total: 9, offset, rows: [] }),
    rows: () => pieces(),
    whatIf: ({ origin, policy }) => Promise.resolve(refused(origin, policy)),
    verdicts: () => pieces(),
    close() {
      this.closed = true
      return Promise.resolve()
    },
  }
}

/** An opener whose end the test decides. */
export interface ManualOpener {
  readonly openAudit: OpenAudit
  readonly hooks: OpenHooks[]
  readonly finish: (opened: Session) => void
  readonly fail: (thrown: unknown) => void
}

export function manualOpener(): ManualOpener {
  const hooks: OpenHooks[] = []
  const waiting: { resolve: (opened: Session) => void; reject: (thrown: unknown) => void }[] = []
  return {
    hooks,
    openAudit: (_paths, given = {}) => {
      hooks.push(given)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    finish: (opened) => waiting.shift()?.resolve(opened),
    fail: (thrown) => waiting.shift()?.reject(thrown),
  }
}
