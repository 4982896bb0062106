import type { ReportFormat } from '../../shared/contract/engine-api'
import type { ToHost } from '../../shared/contract/host-messages'
import { readToHost } from './commands'
import { toFailure } from './errors'
import type { EnginePort, ParentPort } from './port'
import { createRegistry } from './registry'
import { serve, type Server } from './rpc'
import type { OpenAudit, Session } from './session'
import { windowAudits } from './window-audits'
import { writeText } from './write-text'

export type ReportWriters = Readonly<Record<ReportFormat, (session: Session, about: About) => AsyncIterable<string>>>

/** What a report says about itself. */
interface About {
  /** Milliseconds since 1970. */
  readonly generatedAt: number
  readonly version: string
}

export interface HostOptions {
  readonly parent: ParentPort
  readonly openAudit: OpenAudit
  readonly writers: ReportWriters
  /** The application's version. */
  readonly version: string
  /** Where failures go in full: the process's own log, never a window. */
  readonly log: (thrown: unknown) => void
  readonly exit: () => void
}

/** Serves the windows whose ports main sends, and main's own requests for reports. */
export function startHost({ parent, openAudit, writers, version, log, exit }: HostOptions): void {
  const registry = createRegistry()
  const servers = new Set<Server>()
  /** Windows that are gone and whose audits are being closed. */
  const closing = new Set<Promise<void>>()

  function connect(port: EnginePort): void {
    const audits = windowAudits({ openAudit, registry })
    const server = serve(port, audits.methods, {
      onInternalError: log,
      onClose() {
        servers.delete(server)
        const closed = audits.closeAll().finally(() => closing.delete(closed))
        closing.add(closed)
      },
    })
    servers.add(server)
  }

  async function report({ id, audit, format, path }: Extract<ToHost, { kind: 'report' }>): Promise<void> {
    try {
      await writeText(writers[format](registry.get(audit), { generatedAt: Date.now(), version }), path)
      parent.postMessage({ kind: 'reported', id, path })
    } catch (thrown) {
      const failure = toFailure(thrown)
      if (failure.code === 'internal') log(thrown)
      parent.postMessage({ kind: 'failed', id, message: failure.message })
    }
  }

  async function stop(): Promise<void> {
    for (const server of [...servers]) server.close()
    await Promise.allSettled(closing)
    exit()
  }

  parent.on('message', ({ data, ports }) => {
    const message = readToHost(data)
    if (message === null) return
    switch (message.kind) {
      case 'connect':
        return ports.forEach(connect)
      case 'report':
        return void report(message)
      case 'stop':
        return void stop()
    }
  })
  parent.postMessage({ kind: 'ready' })
}
