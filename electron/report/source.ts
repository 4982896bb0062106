/** What a report is made of. An open audit satisfies these by its shape; the writers know nothing of where rows come from. */
import type { ConnectionQuery, Rows } from '../../shared/contract/engine-api'
import type { AuditSummary, ConnectionRow, ConnectionVerdict } from '../../shared/model/audit'
import type { CaptureFact, ConnectionFact, Diagnostic, ExchangeFact } from '../../shared/model/facts'

export interface AuditSource {
  readonly summary: AuditSummary
  /** Every connection's verdict, by id. */
  verdicts(): AsyncIterable<ConnectionVerdict>
  /** Every connection as lists show it, by id. */
  rows(): AsyncIterable<ConnectionRow>
  /** A page of connections. */
  connections(query: ConnectionQuery): Promise<Rows<ConnectionRow>>
}

/** A connection with its exchanges, or with some thousands of them where it has more. */
export interface ConnectionFacts {
  readonly connection: ConnectionFact
  readonly exchanges: readonly ExchangeFact[]
  /** Those that it has further come next, with the same connection. */
  readonly more?: true
  /** Where `more` is set for the first time: how many of all its exchanges the server pushed (HTTP/2, RFC 9113 §8.4). */
  readonly pushes?: number
}

export interface FactsSource {
  readonly summary: { readonly captures: readonly CaptureFact[]; readonly diagnostics: readonly Diagnostic[] }
  /** Every connection with its exchanges, by first packet. */
  facts(): AsyncIterable<ConnectionFacts>
}

/** What a report says about itself. Given, not looked up, so that the same audit gives the same text. */
export interface ReportOptions {
  /** When the report was made, in milliseconds since 1970. */
  readonly generatedAt: number
  /** The version of the program that made it. */
  readonly version: string
}

export interface TextOptions extends ReportOptions {
  /** Columns of the terminal. */
  readonly width: number
  readonly colour: boolean
}

/** The avoidable connections whose setup took longest. */
export async function worstConnections(source: AuditSource, count: number): Promise<Rows<ConnectionRow>> {
  return source.connections({ sort: 'setup', descending: true, verdict: 'avoidable', offset: 0, limit: count })
}
