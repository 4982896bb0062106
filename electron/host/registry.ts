import type { AuditId } from '../../shared/contract/engine-api'
import { EngineError } from './errors'
import type { Session } from './session'

/** Every open audit of the engine process, by its name: main asks for reports of audits that windows opened. */
export interface Registry {
  add(audit: AuditId, session: Session): void
  /** Throws `no-such-audit`. */
  get(audit: AuditId): Session
  /** The session that was removed, if it was there. */
  remove(audit: AuditId): Session | undefined
}

export function createRegistry(): Registry {
  const sessions = new Map<AuditId, Session>()
  return {
    add: (audit, session) => void sessions.set(audit, session),
    get(audit) {
      const session = sessions.get(audit)
      if (!session) throw new EngineError('no-such-audit', 'This audit is no longer open.')
      return session
    },
    remove(audit) {
      const session = sessions.get(audit)
      sessions.delete(audit)
      return session
    },
  }
}
