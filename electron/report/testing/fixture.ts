/** A small audit made by hand, for the writers' tests: every number in it is chosen, and the ones that follow from others do. */
import type { WhatIfQuery } from '../../../shared/contract/engine-api'
import type { WhatIf } from '../../../shared/model/simulation'
import { whatIfOf } from '../../../shared/testing/what-if'
import { NO_QUALITY } from '../../../shared/testing/quality'
import type { ConnectionQuery, Rows } from '../../../shared/contract/engine-api'
import type {
  AuditSummary,
  ConnectionRow,
  ConnectionVerdict,
  Finding,
  OriginTotals,
  Quality,
  Totals,
} from '../../../shared/model/audit'
import type { CaptureFact, ConnectionFact, ExchangeFact } from '../../../shared/model/facts'
import { bytes, nanos, timeBase } from '../../../shared/units'
import type { AuditSource, ConnectionFacts, FactsSource, ReportOptions } from '../source'

export const OPTIONS: ReportOptions = { generatedAt: Date.UTC(2026, 10, 22, 6, 30), version: '0.1.0' }

export const CAPTURE: CaptureFact = {
  file: 'shop.pcapng',
  format: 'pcapng',
  compression: null,
  packets: 812,
  linkTypes: [1],
  timeBase: timeBase(1_795_325_139),
  firstAt: nanos(207_000_000),
  lastAt: nanos(61_507_000_000),
  truncated: false,
  size: bytes(1_234_567),
}

const NOTHING: Totals = {
  connections: 0,
  connectionsWithExchanges: 0,
  exchanges: 0,
  reusedExchanges: 0,
  reuseRatio: null,
  needed: 0,
  neededWithHttp2: 0,
  avoidable: 0,
  notJudged: 0,
  wastedRoundTrips: 0,
  wastedSeconds: 0,
  setupRoundTrips: 0,
  setupSeconds: 0,
  slowStartRoundTripsEstimate: 0,
}

export const totals = (some: Partial<Totals> = {}): Totals => ({ ...NOTHING, ...some })

export const origin = (name: string, some: Partial<OriginTotals> = {}): OriginTotals => ({
  ...NOTHING,
  origin: name,
  rttSeconds: 0.0204,
  causes: {},
  product: null,
  ...some,
})

export const quality = (some: Partial<Quality> = {}): Quality => ({ ...NO_QUALITY, ...some })

export const FINDING: Finding = {
  id: 'keepalive-disabled:http://shop.example',
  rule: 'keepalive-disabled',
  severity: 'error',
  title: 'Keep-alive is off at http://shop.example',
  why: 'The server closes each connection with its response, so every request pays for a handshake first.',
  evidence: ['24 of 25 responses said “Connection: close”.', 'First seen in packet 6.'],
  connections: [0, 1],
  origin: 'http://shop.example',
  client: null,
  impact: { handshakes: 24, roundTrips: 24, seconds: 0.49, share: 0.8 },
  confidence: 'high',
  remedies: [
    {
      id: 'nginx-keepalive-timeout',
      product: 'nginx',
      title: 'Turn keep-alive on',
      snippet: 'keepalive_timeout 75s;\nkeepalive_requests 1000;',
      language: 'nginx',
      where: 'nginx.conf, in http, server or location',
      check: 'nginx -t',
      verify: 'curl -v URL URL says “Re-using existing connection”',
      source: 'nginx manual, ngx_http_core_module',
    },
  ],
}

export const SUMMARY: AuditSummary = {
  captures: [CAPTURE],
  totals: totals({
    connections: 34,
    connectionsWithExchanges: 32,
    exchanges: 125,
    reusedExchanges: 93,
    reuseRatio: 0.744,
    needed: 2,
    neededWithHttp2: 2,
    avoidable: 30,
    notJudged: 2,
    wastedRoundTrips: 30,
    wastedSeconds: 0.6125,
    setupRoundTrips: 32,
    setupSeconds: 0.653,
    slowStartRoundTripsEstimate: 4,
  }),
  causes: { 'keepalive-disabled': 24, 'server-idle-timeout': 6 },
  origins: [
    origin('http://static.example', {
      connections: 7,
      exchanges: 100,
      reusedExchanges: 93,
      reuseRatio: 0.93,
      needed: 1,
      avoidable: 6,
      wastedSeconds: 0.1225,
    }),
    origin('http://shop.example', {
      connections: 25,
      exchanges: 25,
      reuseRatio: 0,
      needed: 1,
      avoidable: 24,
      wastedRoundTrips: 24,
      wastedSeconds: 0.49,
      causes: { 'keepalive-disabled': 24 },
      product: 'nginx/1.22.1',
    }),
  ],
  timeline: {
    bucketSeconds: 10,
    buckets: [
      { from: 0, needed: 2, avoidable: 18, notJudged: 0 },
      { from: 10, needed: 0, avoidable: 12, notJudged: 2 },
    ],
  },
  findings: [FINDING],
  races: [{ connection: 4, kind: 'seen', text: 'A request was sent while the server was closing.', packets: [40, 41] }],
  quality: quality({
    midStream: 1,
    unfinished: 3,
    withoutExchanges: 2,
    issues: [
      { kind: 'dropped', occurrences: 12, connections: 0, leftOutOfReuse: 0, notJudged: 0 },
      { kind: 'mid-stream', occurrences: null, connections: 1, leftOutOfReuse: 1, notJudged: 1 },
      { kind: 'unfinished', occurrences: null, connections: 3, leftOutOfReuse: 0, notJudged: 0 },
      { kind: 'without-exchanges', occurrences: null, connections: 2, leftOutOfReuse: 0, notJudged: 2 },
    ],
    vantage: {
      place: 'client',
      share: 0.9375,
      connections: 32,
      pairs: [{ client: '10.0.0.2', server: '10.0.0.1:80', place: 'client', share: 0.9375, connections: 32 }],
    },
  }),
  diagnostics: [
    { severity: 'warning', code: 'truncated-packet', packet: 12, offset: 900, message: 'A packet was cut short.', count: 3 },
  ],
  rttSeconds: 0.0204,
  notes: [],
}

export const row = (some: Partial<ConnectionRow> = {}): ConnectionRow => ({
  id: 1,
  client: { ip: '10.0.0.2', port: 49324 },
  server: { ip: '10.0.0.1', port: 80 },
  origin: 'http://shop.example',
  application: 'http/1',
  openedAt: 0.5,
  durationSeconds: 0.041,
  exchanges: 1,
  bytes: 512,
  rttSeconds: 0.0204,
  minRttSeconds: 0.0201,
  setupSeconds: 0.0205,
  setupRoundTrips: 1,
  verdict: 'avoidable',
  cause: 'keepalive-disabled',
  closedBy: 'server',
  closedHow: 'fin',
  estimated: false,
  ...some,
})

export const VERDICT: ConnectionVerdict = {
  id: 1,
  pool: 0,
  verdict: 'avoidable',
  cause: 'keepalive-disabled',
  neededWithHttp2: false,
  evidence: { text: 'The response said “Connection: close”.', previousConnection: 0, packets: [6], header: 'Connection: close' },
  reason: null,
  setupRoundTrips: 1,
  setupSeconds: 0.0205,
  synRetransmissionSeconds: 0,
  vantage: 'client',
}

export const CONNECTION: ConnectionFact = {
  id: 0,
  transport: 'tcp',
  client: { ip: '10.0.0.2', port: 49323 },
  server: { ip: '10.0.0.1', port: 80 },
  sidesKnownBy: 'syn',
  path: '',
  first: { packet: 1, at: nanos(207_000_000) },
  last: { packet: 10, at: nanos(1_207_000_000) },
  packets: { client: 5, server: 5 },
  bytes: { client: bytes(157), server: bytes(155) },
  handshake: {
    complete: true,
    syn: { packet: 1, at: nanos(207_000_000), count: 1 },
    synAck: { packet: 2, at: nanos(592_268_000), count: 1 },
    ack: { packet: 3, at: nanos(592_268_001) },
    rtt: nanos(385_268_001),
    fastOpen: false,
  },
  minRtt: nanos(20_100_000),
  minRttTo: { client: nanos(100_000), server: nanos(20_000_000) },
  retransmissions: 0,
  duplicates: 2,
  gaps: 0,
  tls: null,
  application: 'http/1',
  close: { packet: 7, at: nanos(1_000_000_000), by: 'server', how: 'fin' },
  fin: { client: null, server: { packet: 7, at: nanos(1_000_000_000) } },
  reset: null,
  marks: [],
  exchangeCount: 1,
}

export const EXCHANGE: ExchangeFact = {
  connection: 0,
  ordinal: 0,
  stream: null,
  version: 'HTTP/1.1',
  responseVersion: 'HTTP/1.1',
  method: 'HEAD',
  authority: 'samples.example.com',
  target: '/x',
  scheme: 'http',
  requestPacket: 4,
  requestAt: nanos(600_000_000),
  requestEndAt: nanos(600_000_000),
  status: 500,
  responsePacket: 6,
  responseAt: nanos(990_000_000),
  completeAt: nanos(990_000_000),
  informational: [100],
  requestBytes: bytes(157),
  responseBytes: bytes(155),
  complete: true,
  request: { connection: null, keepsAlive: true },
  response: { connection: 'close', keepsAlive: false },
  advertised: null,
  closeDelimited: false,
  userAgent: 'curl/7.88.1',
  serverProduct: 'nginx/1.22.1',
  requestVia: null,
  responseVia: null,
  forwarded: false,
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item)
}

/** An audit whose rows are these, paged as the session pages them. */
export function auditOf(
  summary: AuditSummary = SUMMARY,
  rows: readonly ConnectionRow[] = [row()],
  verdicts: readonly ConnectionVerdict[] = [VERDICT],
): AuditSource & { whatIf(query: WhatIfQuery): Promise<WhatIf> } {
  return {
    summary,
    whatIf: (query) => Promise.resolve(whatIfOf(query)),
    verdicts: () => each(verdicts),
    rows: () => each(rows),
    connections: (query: ConnectionQuery): Promise<Rows<ConnectionRow>> => {
      const matching = rows.filter((item) => query.verdict === undefined || item.verdict === query.verdict)
      const page = matching.slice(query.offset, query.offset + query.limit)
      return Promise.resolve({ total: matching.length, offset: query.offset, rows: page })
    },
  }
}

export function factsOf(facts: readonly ConnectionFacts[], summary: FactsSource['summary'] = SUMMARY): FactsSource {
  return { summary, facts: () => each(facts) }
}

/** All that a writer writes. */
export async function written(pieces: AsyncIterable<string> | Iterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

/** What a JSON document holds at a path; fails where there is nothing to go into. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce((inner: unknown, key) => {
    if (typeof inner !== 'object' || inner === null) throw new Error(`nothing at ${path.join('.')}`)
    return (inner as Readonly<Record<string | number, unknown>>)[key]
  }, value)
}

export const parsed = (text: string): unknown => JSON.parse(text)
