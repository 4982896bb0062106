/** A HAR (HTTP Archive 1.1 and 1.2) read as facts: http://www.softwareishard.com/blog/har-12-spec/ */
import type { CaptureFact, FactSink } from '../../../shared/model/facts'
import { bytes, timeBase, type TimeBase } from '../../../shared/units'
import { InputError, throwIfCancelled, type ByteSource, type ReadOptions } from '../source'
import { byConnectionId } from './connection-ids'
import { diagnoseBound, diagnoseConnections, diagnoseDocument, diagnoseEntries } from './diagnose'
import { estimateConnections } from './estimate'
import { harConnection, instant, openedAt } from './facts'
import type { HarDocument, Json } from './json/document'
import { whyNoHar } from './not-har'
import { readEntries } from './read-entries'
import { sortOut, type NetworkEntry } from './sort-out'
import { instantsOf } from './timing'

/** Exporters that leave `blocked` out although their browser queues requests. */
const HIDES_QUEUEING = /^playwright/i
/** Connections between two waits for the sink. */
const CONNECTIONS_PER_DRAIN = 500

/**
 * Reads a HAR front to back. `head` holds the bytes that were already taken from the source. Bodies are dropped as they pass;
 * of each entry only what concerns connections is kept, and of at most some hundred thousand entries.
 *
 * Connections go to the sink with transport "har", without handshake or close, which a HAR does not tell. Throws InputError
 * 'unknown-format' for JSON that is no HAR, 'unreadable' for one that breaks before its first entry, 'cancelled'.
 */
export async function readHar(
  source: ByteSource,
  head: Uint8Array,
  sink: FactSink,
  options: ReadOptions = {},
): Promise<CaptureFact> {
  const { document, entries, bytesRead } = await readEntries(source, head, options)
  if (!document.hasEntries) throw noHar(source.name, document)
  if (entries.read === 0 && document.brokenAt !== null) {
    throw new InputError(
      'unreadable',
      `${source.name} cannot be read: its JSON breaks at byte ${document.brokenAt}, before the first entry.`,
    )
  }
  const { network, left } = sortOut(entries.kept)
  const base = options.timeBase ?? baseOf(network)
  await emitConnections(network, creatorOf(document.creator), base, sink, options)
  diagnoseEntries(sink, { ...left, invalid: left.invalid + entries.read - entries.kept.length - entries.beyond })
  diagnoseBound(sink, entries.kept.length, entries.beyond)
  diagnoseDocument(sink, document.brokenAt, document.ended, bytesRead, document.replacedBytes)
  const times = network.map(instantsOf)
  const least = times.reduce((a, { open }) => Math.min(a, open), Infinity)
  const most = times.reduce((a, { complete }) => Math.max(a, complete), -Infinity)
  return {
    file: source.name,
    format: 'har',
    compression: null,
    packets: 0,
    linkTypes: [],
    timeBase: base,
    firstAt: network.length === 0 ? null : instant(base, least),
    lastAt: network.length === 0 ? null : instant(base, most),
    truncated: !document.ended,
    size: bytes(source.size > 0 ? source.size : bytesRead),
  }
}

function noHar(name: string, document: HarDocument): InputError {
  if (document.root === 'object' && document.hasLog && document.brokenAt !== null) {
    return new InputError(
      'unreadable',
      `${name} cannot be read: its JSON breaks at byte ${document.brokenAt}, before the first entry.`,
    )
  }
  return new InputError('unknown-format', whyNoHar(name, document))
}

function creatorOf(creator: Json): string {
  if (creator === null || typeof creator !== 'object' || Array.isArray(creator)) return ''
  const { name } = creator as { readonly name?: Json }
  return typeof name === 'string' ? name : ''
}

/** The whole second in which the first entry began. */
const baseOf = (entries: readonly NetworkEntry[]): TimeBase =>
  timeBase(
    entries.length === 0 ? 0 : Math.floor(entries.reduce((least, { started }) => Math.min(least, started), Infinity) / 1000),
  )

async function emitConnections(
  network: readonly NetworkEntry[],
  creator: string,
  base: TimeBase,
  sink: FactSink,
  options: ReadOptions,
): Promise<void> {
  const { connections, others, portsForIds } = byConnectionId(network, creator)
  const pause = async (): Promise<void> => {
    throwIfCancelled(options.signal)
    await options.drain?.()
  }
  await pause()
  const estimated = await estimateConnections(others, HIDES_QUEUEING.test(creator), pause)
  const all = [
    ...connections.map((entries) => ({ entries, estimated: false })),
    ...estimated.map((entries) => ({ entries, estimated: true })),
  ].map((one) => ({ ...one, openedAt: openedAt(one.entries) }))
  all.sort((a, b) => a.openedAt - b.openedAt || (a.entries[0]?.index ?? 0) - (b.entries[0]?.index ?? 0))
  let id = options.firstConnectionId ?? 0
  for (const [place, { entries, estimated }] of all.entries()) {
    const facts = harConnection(id++, entries, base, estimated)
    for (const exchange of facts.exchanges) sink.exchange(exchange)
    sink.connection(facts.connection)
    if (place % CONNECTIONS_PER_DRAIN === CONNECTIONS_PER_DRAIN - 1) await pause()
  }
  const measured = others.some(({ timings, reused }) => reused !== null || (timings.connect ?? 0) > 0)
  diagnoseConnections(sink, others.length, portsForIds, measured)
}
