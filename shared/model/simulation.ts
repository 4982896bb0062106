/** What another setting would have done on this very traffic. Definitions: docs/audit-model.md, "What-if". */
import type { Cause } from './audit'

/** Leaves a setting as the traffic shows it, server by server and client by client. */
export type AsCaptured = 'as-captured'

/** Who changes its idle time-out; the other side keeps its own, and the shorter of the two ends the connection. */
export type TimeoutOf = 'server' | 'client' | 'both'

/** The settings that are tried. */
export interface Policy {
  /** Seconds that an idle connection is kept; null: for ever. */
  readonly idleTimeoutSeconds: number | null | AsCaptured
  readonly timeoutOf: TimeoutOf
  /** Requests that a connection carries; null: any number. */
  readonly requestLimit: number | null | AsCaptured
  /** Connections that a client's pool may have in use at once: further requests wait. Null: as many as the client wanted. */
  readonly poolSize: number | null
  readonly protocol: 'http/1.1' | 'h2' | AsCaptured
  /** Do connections after a pool's first resume their TLS session? */
  readonly tlsResumption: 'on' | 'off' | AsCaptured
}

/** What the settings may be. */
export const POLICY_BOUNDS = {
  idleTimeoutSeconds: { from: 0, to: 86_400 },
  requestLimit: { from: 1, to: 1e9 },
  poolSize: { from: 1, to: 100_000 },
} as const

/** Nothing is changed. */
export const AS_CAPTURED: Policy = {
  idleTimeoutSeconds: 'as-captured',
  timeoutOf: 'server',
  requestLimit: 'as-captured',
  poolSize: null,
  protocol: 'as-captured',
  tlsResumption: 'as-captured',
}

/** What the replayed requests did under a policy. */
export interface Outcome {
  /** Connections opened. */
  readonly connections: number
  readonly setupRoundTrips: number
  readonly setupSeconds: number
  readonly peakOpen: number
  /** Connections open on average over the capture. */
  readonly meanOpen: number
  /** Seconds that connections spent open without a request, summed: what keeping them costs the server. */
  readonly idleConnectionSeconds: number
  /** Requests that had to wait for a connection because the pool was full, and the seconds they waited. */
  readonly waits: number
  readonly waitSeconds: number
}

/** Does the replay, at the settings the traffic reveals, open as many connections as were opened? */
export interface Calibration {
  readonly observed: number
  readonly simulated: number
  /** Differences summed over the pools, of the observed number, 0–1 and beyond: pools that differ in opposite ways do not make up for each other. */
  readonly error: number
  /** The error is within {@link MAX_CALIBRATION_ERROR}. */
  readonly trusted: boolean
  /**
   * What the replay takes from the capture rather than from its settings, under every policy: openings although another connection stood idle, and
   * closes for reasons of their own. The fewer, the more the agreement says. Absent where nothing was replayed.
   */
  readonly asCaptured?: { readonly openings: number; readonly closes: number }
}

/** Beyond this error nothing is predicted. */
export const MAX_CALIBRATION_ERROR = 0.05

export interface CurvePoint {
  readonly timeoutSeconds: number
  readonly connections: number
  readonly idleConnectionSeconds: number
}

/** The smallest idle time-out that avoids 95 % of the connections that an unlimited one would. */
export interface Recommendation {
  readonly timeoutSeconds: number
  /** The next usual value with a tenth in hand: what to write into a configuration. */
  readonly settingSeconds: number
  /** Connections opened with it. */
  readonly connections: number
  /** Connections that it avoids, and that an unlimited time-out would: the sample that the recommendation rests on. */
  readonly avoids: number
  readonly unlimitedAvoids: number
  readonly confidence: 'high' | 'medium' | 'low'
  /** What the confidence rests on, and what the capture cannot tell. A sentence or two. */
  readonly text: string
}

/** Connections that no setting here would have saved, by what ended the earlier ones. */
export interface Untouched {
  readonly cause: Cause
  readonly connections: number
}

/** A setting that the traffic reveals; null where nothing shows one, or where servers differ. */
export interface CapturedSettings {
  readonly serverIdleTimeoutSeconds: number | null
  readonly clientIdleTimeoutSeconds: number | null
  readonly requestLimit: number | null
  /** Servers, or clients, differ in one of these. */
  readonly differ: boolean
}

export interface Prediction {
  /** The replay at the settings of the capture: what the outcome is compared with. */
  readonly asCaptured: Outcome
  readonly outcome: Outcome
  /** The outcome over the idle time-out, all else as in the policy; ascending. */
  readonly curve: readonly CurvePoint[]
  /** The same with no time-out. */
  readonly unlimited: Omit<CurvePoint, 'timeoutSeconds'>
  /** Null where no time-out would avoid anything: `nothingToGain` says why. */
  readonly recommendation: Recommendation | null
  readonly nothingToGain: string | null
}

export interface WhatIf {
  /** Null: every origin. */
  readonly origin: string | null
  readonly policy: Policy
  readonly requests: number
  readonly pools: number
  /** Idle times beyond it cannot be in the capture. */
  readonly captureSeconds: number
  readonly settings: CapturedSettings
  readonly calibration: Calibration
  /** Null where nothing is predicted: `refusal` says why, in a plain sentence. */
  readonly prediction: Prediction | null
  readonly refusal: string | null
  readonly untouched: readonly Untouched[]
  /** What the numbers rest on, a sentence each. */
  readonly notes: readonly string[]
}

/** What an idle time-out would do for one origin: what the summary and the report carry. */
export interface OriginWhatIf {
  readonly origin: string
  readonly timeoutOf: TimeoutOf
  readonly captureSeconds: number
  readonly settings: CapturedSettings
  readonly calibration: Calibration
  readonly asCaptured: Outcome
  /** At the recommended setting. */
  readonly recommended: Outcome
  readonly recommendation: Recommendation
  readonly curve: readonly CurvePoint[]
}

/** An origin that loses connections to a time-out and for which none is recommended. */
export interface OriginRefusal {
  readonly origin: string
  /** That the replay did not reproduce the capture, or that a longer time-out avoids nothing: a sentence or two. */
  readonly why: string
}
