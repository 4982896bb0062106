import type { Evidence } from '../../shared/model/audit'
import type { Store } from '../store/store'
import { atOtherAddress } from './other-address'

/** For a connection that was the first of its pool: one of another pool that could have served. */
export interface Elsewhere {
  readonly cause: 'different-address'
  readonly evidence: Evidence
  /** When the other connection had become free: the demand itself where it had room beside requests in flight. */
  readonly freeSince: number
}

/** Connections, by their number, that another pool's connection could have spared. */
export const servedElsewhere = (store: Store): Promise<ReadonlyMap<number, Elsewhere>> => atOtherAddress(store)
