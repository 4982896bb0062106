/** What this window has open: nothing, a file being read, or an audit. */
import { shallowReactive } from 'vue'
import type { DesktopApi } from '../../shared/contract/desktop-api'
import type { AuditId, EngineEvent, Progress } from '../../shared/contract/engine-api'
import type { AuditSummary, Totals } from '../../shared/model/audit'
import { isCancelled, type EngineClient } from '../backend/engine-client'
import { failureOf, type Failure } from './failure'

export interface OpenAudit {
  readonly id: AuditId
  readonly paths: readonly string[]
  /** The TLS key log that was chosen for it: a path. What it holds stays in the engine, and there in memory only. */
  readonly keylog: string | null
  readonly summary: AuditSummary
}

export interface Reading {
  readonly kind: 'reading'
  readonly paths: readonly string[]
  readonly keylog: string | null
  readonly audit: AuditId | null
  readonly files: readonly string[]
  readonly progress: Progress | null
  readonly partial: Totals | null
  /** performance.now() at the start. */
  readonly startedAt: number
}

export type Stage = { readonly kind: 'empty' } | Reading | { readonly kind: 'open'; readonly audit: OpenAudit }

export interface Workspace {
  readonly stage: Stage
  /** Why the last file could not be opened. */
  readonly failure: Failure | null
  /** Reads the files; what is open stays until that has succeeded. */
  readonly open: (paths: readonly string[], keylog?: string | null) => Promise<void>
  /** Reads what is open, or being read, again with this key log. */
  readonly useKeyLog: (path: string) => Promise<void>
  /** Lets a key log be chosen, then {@link useKeyLog}. */
  readonly addKeyLog: () => Promise<void>
  /** Says why something is not done; what is open stays. */
  readonly refuse: (failure: Failure) => void
  readonly openSample: () => Promise<void>
  readonly choose: () => Promise<void>
  readonly cancel: () => void
  readonly closeAudit: () => void
  readonly dismissFailure: () => void
  /** The engine died, and with it what was open. */
  readonly engineLost: (reason: string) => void
  /** Another engine has taken its place: what was open is read again. */
  readonly engineBack: () => void
}

const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path

export function createWorkspace(engine: EngineClient, desktop: DesktopApi, onOpened: () => void): Workspace {
  let controller: AbortController | null = null
  /** Open while another file is read in its place. */
  let behind: OpenAudit | null = null
  let lost: Pick<OpenAudit, 'paths' | 'keylog'> | null = null
  const state = shallowReactive<{ stage: Stage; failure: Failure | null }>({ stage: { kind: 'empty' }, failure: null })

  const release = (audit: OpenAudit | null): void => {
    if (audit !== null) engine.call('close', { audit: audit.id }).catch(() => undefined)
  }

  const update = (change: Partial<Reading>): void => {
    if (state.stage.kind === 'reading') state.stage = { ...state.stage, ...change }
  }

  engine.onEvent((event: EngineEvent) => {
    if (state.stage.kind !== 'reading') return
    if (event.event === 'started') update({ audit: event.audit, files: event.files })
    else if (event.event === 'progress' && event.progress.audit === state.stage.audit) update({ progress: event.progress })
    else if (event.event === 'partial' && event.audit === state.stage.audit) update({ partial: event.totals })
  })

  async function open(paths: readonly string[], keylog: string | null = null): Promise<void> {
    if (paths.length === 0) return
    controller?.abort()
    const mine = (controller = new AbortController())
    if (state.stage.kind === 'open') behind = state.stage.audit
    state.failure = null
    state.stage = {
      kind: 'reading',
      paths,
      keylog,
      audit: null,
      files: paths.map(fileName),
      progress: null,
      partial: null,
      startedAt: performance.now(),
    }
    try {
      const { audit, ...summary } = await engine.call(
        'open',
        { paths, ...(keylog !== null && { keylog }) },
        { signal: mine.signal },
      )
      if (controller !== mine) return release({ id: audit, paths, keylog, summary })
      release(behind)
      behind = null
      state.stage = { kind: 'open', audit: { id: audit, paths, keylog, summary } }
      onOpened()
      await desktop.noteOpened(paths)
    } catch (error) {
      if (controller !== mine) return
      state.stage = behind === null ? { kind: 'empty' } : { kind: 'open', audit: behind }
      behind = null
      if (!isCancelled(error)) state.failure = failureOf(error)
    }
  }

  async function useKeyLog(path: string): Promise<void> {
    const paths = state.stage.kind === 'open' ? state.stage.audit.paths : state.stage.kind === 'reading' ? state.stage.paths : []
    if (paths.length > 0) return open(paths, path)
    const message = `${fileName(path)} holds TLS keys, but no packets.`
    state.failure = { title: 'A key log alone', message, advice: 'Drop it together with its capture, or once that is open.' }
  }

  return {
    get stage() {
      return state.stage
    },
    get failure() {
      return state.failure
    },
    open,
    useKeyLog,
    async addKeyLog() {
      const chosen = await desktop.chooseKeyLog()
      if (chosen !== null) await useKeyLog(chosen)
    },
    refuse(failure) {
      state.failure = failure
    },
    async openSample() {
      await open([await desktop.samplePath()])
    },
    async choose() {
      await open(await desktop.chooseFiles())
    },
    cancel() {
      controller?.abort()
    },
    closeAudit() {
      controller?.abort()
      if (state.stage.kind === 'open') {
        release(state.stage.audit)
        state.stage = { kind: 'empty' }
      }
    },
    dismissFailure() {
      state.failure = null
    },
    engineLost(reason) {
      behind = null
      // A file that was being read may be what killed the engine: it is not read again unasked.
      if (state.stage.kind !== 'open') return
      lost = state.stage.audit
      state.stage = { kind: 'empty' }
      state.failure = failureOf(new Error(reason))
    },
    engineBack() {
      if (state.stage.kind === 'empty' && lost !== null) void open(lost.paths, lost.keylog)
      lost = null
    },
  }
}
