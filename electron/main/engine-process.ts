import type { AuditId, ReportFormat } from '../../shared/contract/engine-api'
import type { FromHost, ToHost } from '../../shared/contract/host-messages'
import { backoff, deathsAfter } from './backoff'

/** The part of Electron's UtilityProcess used here; `Port` is MessagePortMain. */
export interface EngineChild<Port> {
  postMessage(message: ToHost, transfer?: Port[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  kill(): unknown
}

/** A window, as the engine process sees it. */
export interface EngineClient<Port> {
  /** Hands the port to the window's page. */
  receive(port: Port): void
  /** The engine died; ports received before are dead, another will come if there is another engine. */
  lost(reason: string): void
}

export interface EngineOptions<Port> {
  fork(): EngineChild<Port>
  channel(): { readonly port1: Port; readonly port2: Port }
  /** Milliseconds, counted from anywhere. */
  now(): number
  later(run: () => void, ms: number): void
}

export interface EngineProcess<Port> {
  /** Gives the window a new port, now or as soon as there is an engine. */
  connect(client: EngineClient<Port>): void
  disconnect(client: EngineClient<Port>): void
  /** Writes the report of an open audit to a file; rejects with one sentence. */
  report(audit: AuditId, format: ReportFormat, path: string): Promise<void>
  /** Resolves when the process has ended. */
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 3000
const RESTARTED = 'The engine stopped unexpectedly and was started again.'
const GAVE_UP = 'The engine keeps stopping, so it was not started again.'

function isFromHost(message: unknown): message is FromHost {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false
  if (message.kind === 'ready') return true
  if (!('id' in message) || typeof message.id !== 'number') return false
  return message.kind === 'reported' || (message.kind === 'failed' && 'message' in message && typeof message.message === 'string')
}

/**
 * Keeps one engine process: starts it for the first window, again after a crash (ever more slowly, and not for ever),
 * and tells the windows. A capture that kills the engine costs the audits, never the windows.
 */
export function engineProcess<Port>(options: EngineOptions<Port>): EngineProcess<Port> {
  const clients = new Set<EngineClient<Port>>()
  const reports = new Map<number, { readonly done: () => void; readonly failed: (reason: Error) => void }>()
  let child: EngineChild<Port> | null = null
  let startedAt = 0
  let deaths = 0
  let nextReport = 1
  let waiting = false
  let stopping: (() => void) | null = null

  function hand(engine: EngineChild<Port>, client: EngineClient<Port>): void {
    const { port1, port2 } = options.channel()
    engine.postMessage({ kind: 'connect' }, [port1])
    client.receive(port2)
  }

  function start(): EngineChild<Port> {
    const engine = options.fork()
    child = engine
    startedAt = options.now()
    engine.on('message', (message) => {
      if (!isFromHost(message) || message.kind === 'ready') return
      const report = reports.get(message.id)
      reports.delete(message.id)
      if (message.kind === 'reported') report?.done()
      else report?.failed(new Error(message.message))
    })
    engine.on('exit', () => ended(engine))
    return engine
  }

  function ended(engine: EngineChild<Port>): void {
    if (child !== engine) return
    child = null
    for (const { failed } of reports.values()) failed(new Error(RESTARTED))
    reports.clear()
    if (stopping) return stopping()
    deaths = deathsAfter(deaths, options.now() - startedAt)
    const delay = backoff(deaths)
    for (const client of clients) client.lost(delay === null ? GAVE_UP : RESTARTED)
    if (delay === null) return
    waiting = true
    options.later(() => {
      waiting = false
      if (stopping || child) return
      const next = start()
      for (const client of clients) hand(next, client)
    }, delay)
  }

  return {
    connect(client) {
      clients.add(client)
      if (child) hand(child, client)
      else if (!waiting) hand(start(), client)
    },
    disconnect: (client) => void clients.delete(client),
    report(audit, format, path) {
      const engine = child
      if (!engine) return Promise.reject(new Error(RESTARTED))
      const id = nextReport++
      return new Promise((done, failed) => {
        reports.set(id, { done, failed })
        engine.postMessage({ kind: 'report', id, audit, format, path })
      })
    },
    stop() {
      const engine = child
      return new Promise((resolve) => {
        stopping = resolve
        if (!engine) return resolve()
        engine.postMessage({ kind: 'stop' })
        options.later(() => {
          engine.kill()
          resolve()
        }, STOP_WITHIN_MS)
      })
    },
  }
}
