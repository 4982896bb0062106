/** What is known of the sample without looking at a packet: the servers' own logs, and what the command line prints. */
import type { Ledger } from '../../shared/model/ledger'
import type { RacePrediction } from '../../shared/model/races'
import type { InferredTimer } from '../../shared/model/timers'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cliPath, root, samplePath } from './paths'

interface KnownTotals {
  readonly connections: number
  readonly connectionsWithRequests: number
  readonly requestsAnswered: number
  readonly requestsReused: number
  readonly requestsLost: number
  readonly avoidable: number
  readonly wastedRoundTrips: number
}

interface KnownOrigin extends KnownTotals {
  readonly origin: string
  readonly address: string
  readonly client: string
  readonly causes: Readonly<Record<string, number>>
}

/** samples/expected.json: from access logs, the kernel's sockets and the clients' own logs. */
export interface Known {
  readonly rttMs: number
  readonly totals: KnownTotals
  readonly origins: readonly KnownOrigin[]
}

export const known = JSON.parse(readFileSync(join(root, 'samples', 'expected.json'), 'utf8')) as Known

export const knownOrigin = (host: string): KnownOrigin => {
  const found = known.origins.find(({ origin }) => origin === `http://${host}`)
  if (found === undefined) throw new Error(`expected.json knows no ${host}`)
  return found
}

/** The audit as the command line prints it (roundtrip.audit/1): the parts the tests compare. */
export interface PrintedAudit {
  readonly totals: {
    readonly connections: number
    readonly exchanges: number
    readonly reusedExchanges: number
    readonly reuseRatio: number
    readonly avoidable: number
    readonly wastedRoundTrips: number
    readonly wastedSeconds: number
  }
  readonly causes: Readonly<Record<string, number>>
  readonly findings: readonly { readonly id: string; readonly title: string }[]
  readonly ledger: Pick<Ledger, 'total' | 'origins' | 'servers'>
  readonly timers: readonly InferredTimer[]
  readonly racePredictions: readonly RacePrediction[]
}

export function printedAudit(): PrintedAudit {
  const text = execFileSync(process.execPath, [cliPath, 'audit', samplePath, '--format', 'json'], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  return JSON.parse(text) as PrintedAudit
}
