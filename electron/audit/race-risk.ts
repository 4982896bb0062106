import type { Race } from '../../shared/model/audit'
import type { Store } from '../store/store'
import { subjectsByPool } from './subjects'
import type { Timers } from './timers'

const MAX_RISKS = 50

/** The longest idle time after which each pool's client used a connection again, and where. */
const LONGEST_IDLE = `
CREATE OR REPLACE TABLE longest_idle AS
SELECT s.pool, arg_max(g.connection, g.gap) AS connection, arg_max(g.request_packet, g.gap) AS packet, max(g.gap) AS gap
FROM idle_gaps g JOIN subjects s ON s.id = g.connection WHERE s.application = 'http/1'
GROUP BY s.pool`

/**
 * Warns before a race happens: a client that used a connection again after an idle time within a round trip of the server's
 * idle time-out, or beyond it. One per pool. Reads `idle_gaps` (inferred/tables.ts).
 */
export async function raceRisks(store: Store, timers: Timers): Promise<readonly Race[]> {
  await store.run(LONGEST_IDLE)
  const gaps = new Map<number, { gap: number; packet: number }>()
  for (const r of await store.rows('SELECT connection, gap, packet FROM longest_idle ORDER BY gap DESC LIMIT 5000')) {
    gaps.set(r.connection as number, { gap: r.gap as number, packet: (r.packet ?? 0) as number })
  }
  const risks: Race[] = []
  for await (const subjects of subjectsByPool(
    store,
    'id IN (SELECT connection FROM longest_idle ORDER BY gap DESC LIMIT 5000)',
  )) {
    for (const s of subjects) {
      const longest = gaps.get(s.id)
      const observed = timers.timeoutOf('server', s)
      const timeout = observed ?? (s.advertisedTimeout === null || s.advertisedTimeout <= 0 ? null : s.advertisedTimeout * 1e9)
      if (longest === undefined || timeout === null || risks.length >= MAX_RISKS) continue
      const margin = Math.max(s.rtt ?? 0, 0.05e9)
      if (longest.gap < timeout - margin) continue
      const text =
        `The client used connection ${s.id} again after ${(longest.gap / 1e9).toFixed(2)} s of idle time; the server ` +
        `${observed === null ? 'announces to close' : 'closes'} idle connections after ${(timeout / 1e9).toFixed(2)} s.`
      risks.push({
        connection: s.id,
        kind: 'risk',
        text,
        packets: longest.packet > 0 ? [longest.packet] : [],
        idleSeconds: longest.gap / 1e9,
        timeoutSeconds: timeout / 1e9,
      })
    }
  }
  await store.run('DROP TABLE longest_idle')
  return risks
}
