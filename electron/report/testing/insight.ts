/** A summary with timers, expected races, a chain and a ledger, for the writers' tests. Names come from a hostile capture. */
import type { AuditSummary } from '../../../shared/model/audit'
import type { LedgerEntry } from '../../../shared/model/ledger'
import type { InferredTimer } from '../../../shared/model/timers'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import { whatIfOf } from '../../../shared/testing/what-if'
import { SUMMARY } from './fixture'

export const HOSTILE = 'http://<b>|`*\u001b[31m\u202e=x'

const cost = (roundTrips: number, seconds: number) => ({ roundTrips, seconds })

const ENTRY: LedgerEntry = {
  connections: 32,
  avoidable: 30,
  all: { tcp: cost(32, 0.653), tls: cost(64, 1.31), slowStartEstimate: cost(3, 0.06) },
  wasted: { tcp: cost(30, 0.613), tls: cost(60, 1.2), slowStartEstimate: cost(0, 0) },
  added: { requests: 125, p50: 0, p90: 0.061, p99: 0.0625, max: 0.07 },
}

export const TIMER: InferredTimer = {
  kind: 'idle-timeout',
  side: 'server',
  who: { address: '10.0.0.1:80', product: HOSTILE, origin: HOSTILE },
  value: 6.001,
  bound: 'exact',
  spread: { from: 6, to: 6.01 },
  samples: 12,
  of: 12,
  confidence: 'medium',
  advertised: 5,
  connections: [1],
}

const OUTCOME = whatIfOf({ origin: HOSTILE, policy: AS_CAPTURED })

export const INSIGHT: AuditSummary = {
  ...SUMMARY,
  whatIf: [
    {
      origin: HOSTILE,
      timeoutOf: 'server',
      captureSeconds: OUTCOME.captureSeconds,
      settings: OUTCOME.settings,
      calibration: OUTCOME.calibration,
      asCaptured: OUTCOME.prediction!.asCaptured,
      recommended: OUTCOME.prediction!.outcome,
      recommendation: OUTCOME.prediction!.recommendation!,
      curve: OUTCOME.prediction!.curve,
    },
  ],
  whatIfRefused: [{ origin: HOSTILE, why: 'Replayed, these requests open 50 connections where 40 were opened.' }],
  timers: [TIMER],
  racePredictions: [
    {
      origin: HOSTILE,
      server: '10.0.0.1:80',
      timeoutSeconds: 6,
      knownBy: 'observed',
      rttSeconds: 0.02,
      reusedRequests: 1000,
      pauses: 100,
      near: 12,
      windowSeconds: 0.64,
      seen: 2,
      expectedPer10000: 3.75,
      confidence: 'medium',
    },
  ],
  poolRacePredictions: [
    {
      pool: 3,
      client: '10.0.0.2',
      origin: HOSTILE,
      server: '10.0.0.1:80',
      timeoutSeconds: 6,
      knownBy: 'observed',
      rttSeconds: 0.02,
      reusedRequests: 100,
      pauses: 10,
      near: 12,
      windowSeconds: 0.64,
      seen: 2,
      expectedPer10000: 37.5,
      confidence: 'medium',
    },
  ],
  chains: [
    {
      proxy: '10.0.0.1:80',
      proxyOutward: '10.0.1.1',
      server: '10.0.1.2:8080',
      joinedBy: 'requests',
      requests: 25,
      legs: { front: 0, back: 1 },
      checks: [
        {
          leg: 'proxy-origin',
          from: { role: 'proxy', address: '10.0.1.1', product: null },
          to: { role: 'origin', address: '10.0.1.2:8080', product: HOSTILE },
          client: { seconds: 60, bound: 'exact', knownBy: 'observed' },
          server: { seconds: 5, bound: 'exact', knownBy: 'observed' },
          marginSeconds: -55,
          marginBound: 'exact',
          connections: [3],
          state: 'wrong',
        },
      ],
    },
  ],
  ledger: {
    total: ENTRY,
    origins: [{ origin: HOSTILE, ...ENTRY }],
    otherOrigins: { count: 7, connections: 7, avoidable: 0, all: ENTRY.all, wasted: ENTRY.wasted },
    pools: [],
    otherPools: null,
    servers: [
      {
        server: '10.0.0.1:80',
        product: HOSTILE,
        connections: 32,
        openSeconds: 40,
        idleSeconds: 30,
        peakOpen: 6,
        closedFirst: { client: 2, server: 30, both: 0, reset: 0, open: 0 },
        timeWaitPeak: 30,
      },
    ],
    ports: [
      {
        client: '10.0.0.2',
        server: '10.0.0.1:80',
        opened: 20_000,
        opensPerSecond: 500,
        clientClosesFirst: 1,
        timeWaitPeak: 15_000,
        portsPeak: 15_006,
        share: 0.5315,
        sustainedShare: 1.06,
      },
    ],
  },
}
