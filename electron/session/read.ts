import type { Phase } from '../../shared/contract/engine-api'
import type { Totals } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { TimeBase } from '../../shared/units'
import { bytes, timeBase } from '../../shared/units'
import { readCapture } from '../engine/pipeline'
import type { ReadOptions, ReadProgress } from '../engine/source'
import { throwIfCancelled } from '../engine/source'
import type { RunningCounts } from '../store/sink'
import type { Store } from '../store/store'
import type { OpenedFile } from './files'
import { openFile } from './files'
import type { OpenHooks } from './index'

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100

export interface Reading {
  readonly captures: readonly CaptureFact[]
  report(phase: Phase): void
  /** Throws once the reading was cancelled. */
  checkpoint(): void
}

/**
 * Reads the files one after the other: connections and packets are numbered on, instants count from the first file's first
 * packet.
 */
export async function readCaptures(store: Store, paths: readonly string[], hooks: OpenHooks): Promise<Reading> {
  const progress = new ProgressReport(hooks)
  const captures: CaptureFact[] = []
  const files: OpenedFile[] = []
  try {
    // All are opened first, so that a wrong name is told before a long reading.
    for (const path of paths) files.push(await openFile(path))
    progress.bytesTotal = files.reduce((sum, file) => sum + file.size, 0)
    for (const [index, file] of files.entries()) {
      const sink = store.sink(index)
      progress.begin(file, sink.counts)
      captures.push(await readCapture(file, sink, options(hooks, progress, captures)))
      progress.end(captures.at(-1)!)
    }
  } finally {
    for (const file of files) await file.close()
  }
  await store.flush()
  await store.addCaptures(captures)
  progress.report('judging')
  return { captures, report: (phase) => progress.report(phase), checkpoint: () => throwIfCancelled(hooks.signal) }
}

function options(hooks: OpenHooks, progress: ProgressReport, before: readonly CaptureFact[]): ReadOptions {
  return {
    signal: hooks.signal,
    onProgress: (p) => progress.update(p),
    timeBase: before[0]?.timeBase,
    firstConnectionId: progress.connectionsBefore,
    packetsBefore: before.reduce((sum, c) => sum + c.packets, 0),
    // The sink keeps up by itself; this lets cancellation and the window's questions in.
    drain: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

/** Adds up what the files' readings say, and tells it at a bearable rate. */
class ProgressReport {
  bytesTotal = 0
  connectionsBefore = 0
  readonly #hooks: OpenHooks
  #before = { bytes: 0, packets: 0, connections: 0, withExchanges: 0, exchanges: 0, reused: 0 }
  #file: OpenedFile | null = null
  #counts: RunningCounts = { connections: 0, connectionsWithExchanges: 0, exchanges: 0, reusedExchanges: 0 }
  #now: ReadProgress = { bytesRead: 0, packets: 0, timeBase: null }
  #reportedAt = 0

  constructor(hooks: OpenHooks) {
    this.#hooks = hooks
  }

  begin(file: OpenedFile, counts: RunningCounts): void {
    this.#file = file
    this.#counts = counts
    this.#now = { bytesRead: 0, packets: 0, timeBase: null }
  }

  update(p: ReadProgress): void {
    // The engine numbers packets over all files.
    this.#now = { ...p, packets: Math.max(0, p.packets - this.#before.packets) }
    const now = Date.now()
    if (now - this.#reportedAt < REPORT_EVERY) return
    this.#reportedAt = now
    this.report('reading')
    this.#partial(p.timeBase)
  }

  end(capture: CaptureFact): void {
    const b = this.#before
    const c = this.#counts
    this.#before = {
      bytes: b.bytes + (this.#file?.size ?? 0),
      packets: b.packets + capture.packets,
      connections: b.connections + c.connections,
      withExchanges: b.withExchanges + c.connectionsWithExchanges,
      exchanges: b.exchanges + c.exchanges,
      reused: b.reused + c.reusedExchanges,
    }
    this.connectionsBefore = this.#before.connections
    this.#file = null
    this.#counts = { connections: 0, connectionsWithExchanges: 0, exchanges: 0, reusedExchanges: 0 }
    this.#now = { bytesRead: 0, packets: 0, timeBase: null }
  }

  report(phase: Phase): void {
    const b = this.#before
    this.#hooks.onProgress?.({
      phase,
      bytesRead: b.bytes + this.#now.bytesRead,
      bytesTotal: this.bytesTotal,
      packets: b.packets + this.#now.packets,
      connections: b.connections + this.#counts.connections,
      exchanges: b.exchanges + this.#counts.exchanges,
      reusedExchanges: b.reused + this.#counts.reusedExchanges,
    })
  }

  #partial(base: TimeBase | null): void {
    if (this.#hooks.onPartial === undefined || this.#file === null) return
    const b = this.#before
    const exchanges = b.exchanges + this.#counts.exchanges
    const reusedExchanges = b.reused + this.#counts.reusedExchanges
    const connections = b.connections + this.#counts.connections
    const totals: Totals = {
      connections,
      connectionsWithExchanges: b.withExchanges + this.#counts.connectionsWithExchanges,
      exchanges,
      reusedExchanges,
      reuseRatio: exchanges === 0 ? null : reusedExchanges / exchanges,
      needed: 0,
      neededWithHttp2: 0,
      avoidable: 0,
      notJudged: connections,
      wastedRoundTrips: 0,
      wastedSeconds: 0,
      setupRoundTrips: 0,
      setupSeconds: 0,
      slowStartRoundTripsEstimate: 0,
    }
    this.#hooks.onPartial(totals, partialCapture(this.#file, this.#now.packets, base))
  }
}

/** What can be said of a file before its end; the format is corrected when it was read. */
const partialCapture = (file: OpenedFile, packets: number, base: TimeBase | null): CaptureFact => ({
  file: file.name,
  format: 'pcap',
  compression: null,
  packets,
  linkTypes: [],
  timeBase: base ?? timeBase(0),
  firstAt: null,
  lastAt: null,
  truncated: false,
  size: bytes(file.size),
})
