/** The cost ledger: what setting up connections took, by part, and what holding them takes. */
import type { Ledger } from '../../../shared/model/ledger'
import type { Store } from '../../store/store'
import { writeCosts } from './costs'
import { entriesOf } from './entries'
import { loadOf } from './load'

/** Reads `subjects`, the verdicts and the exchanges; writes `costs`. */
export async function ledgerOf(store: Store): Promise<Ledger> {
  await writeCosts(store)
  return { ...(await entriesOf(store)), ...(await loadOf(store)) }
}
