/** Reading what the builders made. */
import { readCapture } from '../pipeline'
import type { ReadOptions } from '../source'
import { bytesSource, collect } from './collect'
import type { Collected, CollectedConnection } from './collect'
import type { CaptureFact } from '../../../shared/model/facts'

export const readBytes = (content: Uint8Array, options: ReadOptions = {}, step?: number): Promise<Collected> =>
  collect((sink) => readCapture(bytesSource('test.pcap', content, step), sink, options))

export function captureOf(read: Collected): CaptureFact {
  const [capture] = read.summary.captures
  if (capture === undefined) throw new Error('nothing was read')
  return capture
}

/** The only connection there is. */
export function only({ connections }: Collected): CollectedConnection {
  const [first] = connections
  if (first === undefined || connections.length !== 1) throw new Error(`${connections.length} connections where one was expected`)
  return first
}

export const codesOf = ({ summary }: Collected): string[] => [...new Set(summary.diagnostics.map(({ code }) => code))]

/** Exchanges in one line each: "GET /a → 200". */
export const summary = ({ exchanges }: CollectedConnection): string[] =>
  exchanges.map((e) => `${e.method ?? '?'} ${e.target ?? '?'} → ${e.status ?? '?'}${e.complete ? '' : ' …'}`)
