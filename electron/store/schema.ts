/** The schema: the tables of tables.ts, and views for people who write SQL. */
import { createTable } from './column'
import { exchangeSummaries } from './exchange-summaries'
import { captures, connections, diagnostics, exchanges, findings, headerSets, verdicts } from './tables'

/** `exchanges` is what one queries; the repeating header values behind it are kept once (tables.ts). */
const exchangesView = `
CREATE VIEW exchanges AS
SELECT e.* EXCLUDE (headers), h.* EXCLUDE (id)
FROM exchange_rows e JOIN header_sets h ON h.id = e.headers;`

/** What each connection's setup took, by part; the audit fills it (audit/ledger/costs.ts). Slow start is an estimate. */
const costsTable = `
CREATE TABLE costs (connection INTEGER, tcp_round_trips DOUBLE, tcp_seconds DOUBLE, tls_round_trips_setup DOUBLE, tls_seconds DOUBLE,
  first_slow_start_round_trips DOUBLE, first_slow_start_seconds DOUBLE, wasted_slow_start_seconds DOUBLE, added_seconds DOUBLE);`

/** An instant of the audit as a TIMESTAMP_NS. */
const timestamp = (column: string): string =>
  `make_timestamp_ns((SELECT min(time_base) FROM captures)::BIGINT * 1000000000 + TRY_CAST(round(${column}) AS BIGINT))`

const timestampViews = `
CREATE VIEW connections_at AS
SELECT *, ${timestamp('first_at')} AS opened, ${timestamp('last_at')} AS last_seen, ${timestamp('close_at')} AS closed
FROM connections;
CREATE VIEW exchanges_at AS
SELECT *, ${timestamp('request_at')} AS requested, ${timestamp('response_at')} AS answered, ${timestamp('complete_at')} AS completed
FROM exchanges;`

export const SCHEMA = [
  createTable(captures),
  createTable(connections),
  createTable(headerSets),
  createTable(exchanges),
  createTable(exchangeSummaries),
  createTable(diagnostics),
  createTable(verdicts),
  createTable(findings),
  costsTable,
  exchangesView,
  timestampViews,
].join('\n')
