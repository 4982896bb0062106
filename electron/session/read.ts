import type { Phase } from '../../shared/contract/engine-api'
import type { Totals } from '../../shared/model/audit'
import type { CaptureFact } from '../../shared/model/facts'
import type { TimeBase } from '../../shared/units'
import { bytes, timeBase } from '../../shared/units'
import type { ReadProgress } from '../engine/source'
import { throwIfCancelled } from '../engine/source'
import type { RunningCounts } from '../store/sink'
import type { Store } from '../store/store'
import type { OpenedFile } from './files'
import { openInputs } from './inputs'
import { expectKeyLog, readKeyLogs } from './key-logs'
import { readerBundle, ReaderThread, WORTH_A_THREAD } from './read-in-thread'
import type { OpenHooks } from './index'

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 100

export interface Reading {
  readonly captures: readonly CaptureFact[]
  report(phase: Phase): void
  /** Throws once the reading was cancelled. */
  checkpoint(): void
}

/** Files that are open, and, where it pays, already being read. */
export interface BegunReading {
  /** Reads the files as one, in time order: connections go on from one into the next, and instants count from the first packet. */
  into(store: Store): Promise<Reading>
  /** Closes the files. Safe to call twice. */
  end(): Promise<void>
}

/**
 * Opens the files. Large ones a thread begins to read at once: the database takes as long to start as a hundred megabytes take to
 * be read.
 *
 * @throws FileError for one that cannot be opened
 */
export async function beginReading(given: readonly string[], hooks: OpenHooks): Promise<BegunReading> {
  if (typeof hooks.keylog === 'string') await expectKeyLog(hooks.keylog)
  const { files, paths, keyLogs, notes } = await openInputs(given, hooks)
  const chosen = [...(hooks.keylog === null || hooks.keylog === undefined ? [] : [hooks.keylog]), ...keyLogs]
  const progress = new ProgressReport(hooks, files)
  const bundle = paths.length === files.length && progress.bytesTotal >= WORTH_A_THREAD ? readerBundle() : null
  const thread = bundle === null ? null : new ReaderThread(bundle, { paths, keyLogs: chosen, notes })
  const end = async (): Promise<void> => {
    await thread?.end()
    for (const file of files.splice(0)) await file.close()
  }
  const read = async (store: Store): Promise<readonly CaptureFact[]> => {
    if (thread !== null)
      return thread.into(store, { signal: hooks.signal, onProgress: (p, counts) => progress.update(p, counts) })
    const sink = store.sink()
    for (const note of notes) sink.diagnostic(note)
    // Where a thread reads, this one needs no engine.
    const { readCaptures } = await import('../engine/pipeline')
    return readCaptures(files, sink, {
      signal: hooks.signal,
      keylog: await readKeyLogs(chosen, paths),
      onProgress: (p) => progress.update(p, sink.counts),
      // The sink keeps up by itself; this lets cancellation and the window's questions in.
      drain: () => new Promise((resolve) => setImmediate(resolve)),
    })
  }
  return {
    async into(store) {
      const captures = await read(store)
      await Promise.all([end(), store.flush()])
      await store.addCaptures(captures)
      progress.report('judging')
      return { captures, report: (phase) => progress.report(phase), checkpoint: () => throwIfCancelled(hooks.signal) }
    },
    end,
  }
}

/** Tells how far the reading is, at a bearable rate. */
class ProgressReport {
  readonly #hooks: OpenHooks
  readonly #first: OpenedFile | undefined
  #counts: RunningCounts = { connections: 0, connectionsWithExchanges: 0, exchanges: 0, reusedExchanges: 0 }
  /** Bytes of all files; 0 where one does not tell. */
  readonly bytesTotal: number
  #now: ReadProgress = { bytesRead: 0, packets: 0, timeBase: null }
  #reportedAt = 0

  constructor(hooks: OpenHooks, files: readonly OpenedFile[]) {
    this.#hooks = hooks
    this.#first = files[0]
    this.bytesTotal = files.every(({ size }) => size > 0) ? files.reduce((sum, { size }) => sum + size, 0) : 0
  }

  update(p: ReadProgress, counts: RunningCounts): void {
    this.#now = p
    this.#counts = counts
    const now = Date.now()
    if (now - this.#reportedAt < REPORT_EVERY) return
    this.#reportedAt = now
    this.report('reading')
    this.#partial(p)
  }

  report(phase: Phase): void {
    const { connections, exchanges, reusedExchanges } = this.#counts
    const { bytesRead, packets } = this.#now
    const bytesTotal = this.bytesTotal
    this.#hooks.onProgress?.({ phase, bytesRead, bytesTotal, packets, connections, exchanges, reusedExchanges })
  }

  #partial({ packets, timeBase }: ReadProgress): void {
    const first = this.#first
    if (this.#hooks.onPartial === undefined || first === undefined) return
    const { connections, connectionsWithExchanges, exchanges, reusedExchanges } = this.#counts
    const totals: Totals = {
      connections,
      connectionsWithExchanges,
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
    this.#hooks.onPartial(totals, partialCapture(first, packets, timeBase))
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
