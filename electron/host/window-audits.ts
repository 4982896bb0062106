import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import type { AuditId, EngineApi, OpenOptions, Progress } from '../../shared/contract/engine-api'
import { badRequest, cancelled, EngineError } from './errors'
import { readAudit, readConnection, readConnections, readExchanges, readOpen } from './params'
import { readWhatIf } from './what-if-params'
import type { Registry } from './registry'
import type { CallContext, Methods } from './rpc'
import type { OpenAudit, Session } from './session'
import { throttle } from './throttle'

/** Open and opening audits of one window: the one it shows, the one that will replace it, and two to compare. */
export const MAX_AUDITS = 4
const PROGRESS_MS = 100
const PARTIAL_MS = 250

export interface WindowAudits {
  readonly methods: Methods
  /** Closes every audit of the window, those still being read once their cancelled reading has ended. */
  readonly closeAll: () => Promise<void>
}

export interface WindowAuditsOptions {
  readonly openAudit: OpenAudit
  readonly registry: Registry
  readonly now?: () => number
}

/** The engine's methods for one window, which sees its own audits only. */
export function windowAudits({ openAudit, registry, now }: WindowAuditsOptions): WindowAudits {
  const own = new Set<AuditId>()
  const opening = new Set<Promise<Session>>()
  let gone = false

  function find(audit: AuditId): Session {
    if (!own.has(audit)) throw new EngineError('no-such-audit', 'This audit is no longer open.')
    return registry.get(audit)
  }

  async function closeOne(audit: AuditId): Promise<void> {
    if (!own.delete(audit)) return
    await registry.remove(audit)?.close()
  }

  /** Reads with progress to the window, held to its rate. */
  async function read(audit: AuditId, { paths, keylog }: OpenOptions, { signal, emit }: CallContext): Promise<Session> {
    const progress = throttle<Progress>(PROGRESS_MS, (latest) => emit({ event: 'progress', progress: latest }), now)
    const partial = throttle<() => void>(PARTIAL_MS, (send) => send(), now)
    let phase: Progress['phase'] | null = null
    const session = await openAudit(paths, {
      signal,
      keylog: keylog ?? null,
      onProgress(latest) {
        if (signal.aborted) return
        progress.offer({ audit, ...latest }, latest.phase !== phase)
        phase = latest.phase
      },
      onPartial(totals, capture) {
        if (!signal.aborted) partial.offer(() => emit({ event: 'partial', audit, totals, capture }))
      },
    })
    if (signal.aborted || gone) {
      await session.close()
      throw cancelled()
    }
    partial.flush()
    progress.flush()
    return session
  }

  async function open(options: OpenOptions, context: CallContext): Promise<ReturnType<EngineApi['open']>> {
    if (own.size + opening.size >= MAX_AUDITS)
      throw badRequest(`This window already holds ${MAX_AUDITS} audits; close one first.`)
    const audit: AuditId = randomUUID()
    context.emit({ event: 'started', audit, files: options.paths.map((path) => basename(path)) })
    const reading = read(audit, options, context)
    opening.add(reading)
    try {
      const session = await reading
      registry.add(audit, session)
      own.add(audit)
      return { ...session.summary, audit }
    } finally {
      opening.delete(reading)
    }
  }

  const methods: Methods = {
    open: { read: readOpen, run: open },
    summary: { read: readAudit, run: ({ audit }) => Promise.resolve(find(audit).summary) },
    connections: { read: readConnections, run: ({ audit, ...query }) => find(audit).connections(query) },
    connection: { read: readConnection, run: ({ audit, id }) => find(audit).connection(id) },
    exchanges: {
      read: readExchanges,
      run: ({ audit, connection, ...page }) => find(audit).exchanges(connection, page),
    },
    whatIf: { read: readWhatIf, run: ({ audit, ...query }, { signal }) => find(audit).whatIf(query, signal) },
    close: { read: readAudit, run: ({ audit }) => closeOne(audit).then(() => null) },
  }

  return {
    methods,
    async closeAll() {
      gone = true
      await Promise.allSettled([...[...own].map(closeOne), ...opening])
    },
  }
}
