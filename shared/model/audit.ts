/** The audit: verdicts and findings over facts. Definitions: docs/audit-model.md. */
import type { CaptureFact, Diagnostic, Endpoint, PacketNumber, Severity, Side } from './facts'
import type { Ledger, SetupCosts } from './ledger'
import type { PoolRacePrediction, RacePrediction } from './races'
import type { OriginRefusal, OriginWhatIf } from './simulation'
import type { Chain, InferredTimer } from './timers'
import type { Leg, Stitching } from './legs'

export const CAUSES = [
  'idle-connection-ignored',
  'client-requested-close',
  'http10',
  'request-limit',
  'error-response',
  'keepalive-disabled',
  'server-idle-timeout',
  'client-idle-timeout',
  'age-limit',
  'server-drain',
  'goaway',
  'pool-full',
  'different-address',
  'missed-coalescing',
  'other-credentials',
  'client-closed',
  'server-closed',
  'reset',
  'lost-race',
  'middlebox',
  'unknown',
] as const
/** Why an avoidable connection was opened: why the earlier one was not used again. */
export type Cause = (typeof CAUSES)[number]
/** Why a needed one was. */
export type NeededCause = 'first' | 'concurrency'
export type Verdict = 'needed' | 'avoidable' | 'not-judged'

/** What proves a cause. Everything that applies is filled in, the rest is absent. */
export interface Evidence {
  /** One sentence, plain text. */
  readonly text: string
  /** The connection that was free most recently. */
  readonly previousConnection?: number
  /** Packets to look at: the close, the header line. */
  readonly packets?: readonly PacketNumber[]
  /** The header line as sent. */
  readonly header?: string
  /** Idle time of the earlier connection before its close, or before this one's SYN, in seconds. */
  readonly gapSeconds?: number
  /** The time-out this gap matches, in seconds, and where it comes from. */
  readonly timeoutSeconds?: number
  readonly timeoutKnownBy?: 'advertised' | 'observed'
  /** Exchanges the earlier connection had carried. */
  readonly count?: number
  /** Requests per connection, or idle connections the client keeps. */
  readonly limit?: number
  /** The age at which connections are ended, in seconds. */
  readonly ageSeconds?: number
  readonly closedBy?: Side
  /** The client ended it with a response outstanding. */
  readonly gaveUp?: true
}

export interface ConnectionVerdict {
  readonly id: number
  readonly pool: number
  readonly verdict: Verdict
  readonly cause: Cause | NeededCause | null
  /** Would HTTP/2 have needed this one too? */
  readonly neededWithHttp2: boolean
  readonly evidence: Evidence | null
  /** Why it was not judged. */
  readonly reason: string | null
  readonly setupRoundTrips: number
  readonly setupSeconds: number | null
  /** Part of setupSeconds spent waiting for SYN retransmissions. */
  readonly synRetransmissionSeconds: number
  /** Where it was captured, as its handshake tells. */
  readonly vantage: Vantage
  /** Its setup by part. TCP and TLS add up to setupRoundTrips and setupSeconds. */
  readonly costs?: SetupCosts
}

/**
 * An estimate of what encrypted connections carried: turns are how often their clients spoke anew in application records. It is shown
 * beside the exact figures and is part of none of them.
 */
export interface TurnsEstimate {
  /** Encrypted connections with a turn at least. */
  readonly connections: number
  readonly turns: number
  /** Turns that were not the first of their connection. */
  readonly reusedTurns: number
  /** reusedTurns ÷ turns, both without the connections that the exact ratio would leave out, too; null when none is left. */
  readonly reuseRatio: number | null
}

export interface Totals {
  readonly connections: number
  readonly connectionsWithExchanges: number
  readonly exchanges: number
  readonly reusedExchanges: number
  /** reusedExchanges ÷ exchanges, both without the connections whose past is not known (docs/audit-model.md); null when none is left. */
  readonly reuseRatio: number | null
  readonly needed: number
  readonly neededWithHttp2: number
  readonly avoidable: number
  readonly notJudged: number
  readonly wastedRoundTrips: number
  readonly wastedSeconds: number
  /** Setup of every judged connection, needed or not. */
  readonly setupRoundTrips: number
  readonly setupSeconds: number
  /** Estimate; never part of wastedSeconds. */
  readonly slowStartRoundTripsEstimate: number
  /** Absent where no encrypted connection carried anything. */
  readonly estimate?: TurnsEstimate
}

export interface OriginTotals extends Totals {
  /** scheme + authority, or the server's address where no authority is known. */
  readonly origin: string
  /** Median handshake RTT in seconds. */
  readonly rttSeconds: number | null
  readonly causes: Partial<Record<Cause, number>>
  /** Server product as announced, where it was. */
  readonly product: string | null
}

export interface Race {
  readonly connection: number
  readonly kind: 'seen' | 'risk'
  readonly text: string
  readonly packets: readonly PacketNumber[]
  /** Of a risk: the idle time after which the connection was used again, and the server's time-out, in seconds. */
  readonly idleSeconds?: number
  readonly timeoutSeconds?: number
}

/**
 * What an impact counts. `shorter`: handshakes that could have taken fewer round trips. `failed`: attempts that came to nothing. `unused`: connections
 * that never carried a request. `fewer`: needed connections that other means would have spared. `authenticated`: avoidable ones that had to be authenticated by requests of their own, besides being set up. Only `avoidable` ones are part of the waste; the others stand beside it.
 */
export type ImpactKind = 'avoidable' | 'shorter' | 'failed' | 'unused' | 'fewer' | 'authenticated'

export interface Impact {
  /** Absent: avoidable. */
  readonly kind?: ImpactKind
  readonly handshakes: number
  readonly roundTrips: number
  readonly seconds: number
  /** Of all wasted round trips, 0–1. */
  readonly share: number
  /** The round trips are an estimate: see {@link AuditSummary.roundTripsAssumed}. */
  readonly assumed?: true
}

export interface Remedy {
  readonly id: string
  /** "nginx", "Apache httpd", "curl" … */
  readonly product: string
  readonly title: string
  /** Ready to paste. */
  readonly snippet: string
  readonly language:
    | 'nginx'
    | 'apache'
    | 'haproxy'
    | 'caddy'
    | 'yaml'
    | 'json'
    | 'xml'
    | 'ini'
    | 'javascript'
    | 'python'
    | 'go'
    | 'java'
    | 'csharp'
    | 'ruby'
    | 'php'
    | 'c'
    | 'shell'
    | 'powershell'
    | 'html'
    | 'config'
    | 'text'
  /** The file and context in which it belongs. */
  readonly where: string
  /** How to check it before it is used ("nginx -t"). */
  readonly check: string
  /** How to see afterwards that it worked. */
  readonly verify: string
  /** The same without the commands of a new capture, for a report that tells them once. */
  readonly verifyInPrint?: string
  /** Manual or specification. */
  readonly source: string
  /** What kind of product it is; 'server' and 'client' also of the general advice. */
  readonly kind?: 'server' | 'proxy' | 'cdn' | 'client'
  /** What in this capture shows the product ("Server: nginx/1.22.1"); absent where nothing does. */
  readonly seen?: string
  /** Not for a product that was seen, nor the general advice: one of the others, for people who know better what they run. */
  readonly offered?: boolean
  /** What the product does when nobody sets anything, by version, with the source; absent where that is not established. */
  readonly defaults?: string
  /** How the snippet's values follow from this traffic. */
  readonly because?: string
  /** Avoidable connections of the origin in this capture, whatever their cause, and how many at most the same traffic would have with the remedy. */
  readonly predicted?: { readonly before: number; readonly atMost: number }
}

export interface Finding {
  readonly id: string
  readonly rule: string
  readonly severity: Severity | 'good'
  readonly title: string
  /** Why it matters, plain text. */
  readonly why: string
  /** What was seen, a sentence each. */
  readonly evidence: readonly string[]
  /** Connections that show it, at most 20. */
  readonly connections: readonly number[]
  readonly origin: string | null
  readonly client: string | null
  readonly impact: Impact
  readonly confidence: 'high' | 'medium' | 'low'
  readonly remedies: readonly Remedy[]
  /** Remedies for products that the capture does not show, for a person to choose from; reports leave them out. */
  readonly otherRemedies?: readonly Remedy[]
}

export interface TimelineBucket {
  /** Seconds since the capture's first packet. */
  readonly from: number
  readonly needed: number
  readonly avoidable: number
  readonly notJudged: number
}

/** Where packets were captured, seen along the path: next to the client, next to the server, or in between. */
export type Vantage = 'client' | 'middle' | 'server' | 'unknown'

/** What the connections of one client and one server say of where they were captured. */
export interface VantagePair {
  /** Address of the client; address and port of the server. */
  readonly client: string
  readonly server: string
  readonly place: Vantage
  /** Of the connections that tell, those that say so, 0–1; null where none tells. */
  readonly share: number | null
  /** Connections whose handshake tells. */
  readonly connections: number
}

export interface VantageTotals {
  /**
   * What most connections say. 'proxy': some pairs were captured at the server and others at the client, as on a machine that is both.
   * 'unknown' where too few tell, or they disagree.
   */
  readonly place: Vantage | 'proxy'
  /** Of the connections that tell, those that say so, 0–1; null where none tells or the place is unknown. */
  readonly share: number | null
  /** Connections whose handshake tells. */
  readonly connections: number
  /** The pairs with the most connections, at most 50. */
  readonly pairs: readonly VantagePair[]
}

export const QUALITY_KINDS = [
  'dropped',
  'gap',
  'one-sided',
  'truncated-file',
  'truncated',
  'clock-jump',
  'mid-stream',
  'estimated',
  'unfinished',
  'duplicates',
  'without-exchanges',
] as const
export type QualityKind = (typeof QUALITY_KINDS)[number]

/** Something the capture lacks or has too much of, and what it took out of the numbers. */
export interface QualityIssue {
  readonly kind: QualityKind
  /** Packets dropped or seen twice, stretches of missing bytes, files, jumps; null where only connections are counted. */
  readonly occurrences: number | null
  /** Connections that show it. */
  readonly connections: number
  /** Connections with exchanges that the reuse ratio leaves out for it. One that shows two things is counted at both. */
  readonly leftOutOfReuse: number
  /** Connections that were not judged for it, or for another thing as well; for missing packets those opened after one that lacks them. */
  readonly notJudged: number
}

/** Counts that say how far the capture can be trusted. */
export interface Quality {
  readonly midStream: number
  readonly oneSided: number
  readonly withGaps: number
  readonly truncated: number
  readonly estimated: number
  readonly unfinished: number
  /** Connections without any exchange (preconnects, failed, health checks). */
  readonly withoutExchanges: number
  /** What was found, gravest first; empty for a capture without shortcomings. */
  readonly issues: readonly QualityIssue[]
  readonly vantage: VantageTotals
}

/** What is known for certain of the connections that stayed encrypted. */
export interface EncryptedTotals {
  /** Resumed sessions, with early data or without. */
  readonly resumed: number
  readonly setupRoundTrips: number
  readonly setupSeconds: number
  /** An estimate by when each side spoke (TCP only); absent where no connection was idle. */
  readonly idleEstimate?: {
    /** The longest between what the server said last and the client's next turn; null where none reached 50 ms. */
    readonly longestSeconds: number | null
    /** Median of the idle times before connections were closed, and how many those were; null where none was closed. */
    readonly beforeCloseSeconds: number | null
    readonly closes: number
  }
}

/** All but the rows: what the overview, the report and `audit --format json` share. */
export interface AuditSummary {
  readonly captures: readonly CaptureFact[]
  readonly totals: Totals
  readonly causes: Partial<Record<Cause, number>>
  readonly origins: readonly OriginTotals[]
  readonly timeline: { readonly bucketSeconds: number; readonly buckets: readonly TimelineBucket[] }
  readonly findings: readonly Finding[]
  readonly races: readonly Race[]
  /** Origins whose server's idle time-out is known and whose connections are reused, those with most losses expected first; at most 50. */
  readonly racePredictions?: readonly RacePrediction[]
  /** The same by pool, since each client has its own pauses; at most 50. */
  readonly poolRacePredictions?: readonly PoolRacePrediction[]
  /** Time-outs, limits, ages and pool sizes that the traffic gives away, most used first, at most 100. Absent where they were not looked for. */
  readonly timers?: readonly InferredTimer[]
  /** Proxies with both their legs in this audit, and whether time-outs along them are in order; at most 50. */
  readonly chains?: readonly Chain[]
  /** What setting up and holding connections took, by part. */
  readonly ledger?: Ledger
  /** What an idle time-out would do for the origins that lose most to one and whose traffic could be reproduced; absent or empty for none. */
  readonly whatIf?: readonly OriginWhatIf[]
  /** Origins that lose connections to a time-out and for which nothing is recommended, and why. */
  readonly whatIfRefused?: readonly OriginRefusal[]
  readonly quality: Quality
  /**
   * Round trips of setup and waste are an estimate: a HAR does not show them, and what its TLS handshakes take at least was assumed. Absent where
   * packets showed all.
   */
  readonly roundTripsAssumed?: true
  /**
   * Connections set up with TLS or QUIC whose requests could not be read for want of their keys: with a key log they can. Absent, like 0,
   * where there are none.
   */
  readonly encrypted?: number
  /** Absent where there are none. */
  readonly encryptedTotals?: EncryptedTotals
  /** The stretches of the requests' way that are seen, those with most exchanges first, at most 50. */
  readonly legs?: readonly Leg[]
  /** Legs joined request by request; null, like absent, where no two belong together. */
  readonly stitching?: Stitching | null
  readonly diagnostics: readonly Diagnostic[]
  /** Median handshake RTT over all connections, in seconds. */
  readonly rttSeconds: number | null
  /** Notes that a number rests on an assumption ("HAR without connection ids: connections are estimated"). */
  readonly notes: readonly string[]
}

/** A connection with its verdict, as lists show it. */
export interface ConnectionRow {
  readonly id: number
  readonly client: Endpoint
  readonly server: Endpoint
  readonly origin: string
  readonly application: string | null
  /** Seconds since the first packet. */
  readonly openedAt: number
  readonly durationSeconds: number
  readonly exchanges: number
  /** An estimate of the requests inside, where the connection is encrypted; absent where they could be read. */
  readonly estimatedTurns?: number
  readonly bytes: number
  readonly rttSeconds: number | null
  /** The connection's shortest round trip (see `ConnectionFact.minRtt`); null or absent where it is not known. */
  readonly minRttSeconds?: number | null
  readonly setupSeconds: number | null
  readonly setupRoundTrips: number
  readonly verdict: Verdict
  readonly cause: Cause | NeededCause | null
  /** Would HTTP/2 have needed this one too? Absent where it was not judged. */
  readonly neededWithHttp2?: boolean
  readonly closedBy: Side | null
  readonly closedHow: 'fin' | 'rst' | null
  readonly estimated: boolean
}
