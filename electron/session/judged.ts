/** What has been read, judged: the larger half of an open audit, loaded while the files are read. */
import { audit, spanOf } from '../audit/audit'
import { Simulator } from '../audit/simulate/simulator'
import type { Store } from '../store/store'
import type { AuditSession } from './index'
import type { Reading } from './read'
import { rowsOf } from './rows'

/** @throws InputError 'cancelled' */
export async function judged(store: Store, read: Reading): Promise<AuditSession> {
  const { captures } = read
  const summary = await audit(store, captures, () => read.checkpoint())
  read.report('done')
  const span = spanOf(captures)
  const simulator = new Simulator(store, span)
  return {
    summary,
    ...rowsOf(store, span.from),
    whatIf: ({ origin, policy }, signal) => simulator.whatIf(origin, policy, signal),
    facts: () => store.facts(),
    save: (path) => store.save(path),
    async close() {
      await simulator.stop()
      await store.close()
    },
  }
}
