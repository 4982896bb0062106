/** The observed connections of a scope, as the demand needs them. */
import type { Store } from '../../store/store'
import type { Subject } from '../subjects'
import { subjectsByPool } from '../subjects'
import { ASSUMED_STREAMS, isContiguous } from '../walk'
import { TLS12_FULL, TLS12_RESUMED, TLS13, TLS13_EARLY, TLS_NONE } from './demand'
import type { Revealed } from './reveal'
import { unclosedOver } from './reveal'

export interface Chain {
  readonly id: number
  readonly demandAt: number
  readonly readyAt: number
  readonly opened: boolean
  readonly contiguous: boolean
  /** Null where it was not seen. */
  readonly setup: number | null
  readonly setupRoundTrips: number
  readonly rtt: number
  readonly serverDelay: number
  readonly tls: number
  readonly endsAfter: number
  /** Its last request met the server's close: the client asked again elsewhere. */
  readonly lost: boolean
  /** No request could be sent on it any more, as far as the client could know. */
  readonly goneAt: number
  /** More connections could not have been avoided without this one. */
  readonly needed: boolean
}

export interface ChainPool {
  readonly pool: number
  readonly server: number
  readonly client: number
  readonly multiplexed: boolean
  readonly streams: number
  readonly serverTimeout: number
  readonly clientTimeout: number
  readonly requestLimit: number
  readonly maxAge: number
  readonly agesAtRequests: boolean
  readonly chains: readonly Chain[]
}

/** The pools with exchanges, in the order of their numbers. @param where an SQL condition on subjects, of the program's own */
export async function* chainPools(
  store: Store,
  revealed: Revealed,
  where: string,
  checkpoint: () => void,
): AsyncGenerator<ChainPool> {
  const about = await facts(store, where)
  let first: Subject | null = null
  let chains: Chain[] = []
  for await (const subjects of subjectsByPool(store, `exchange_count > 0 AND ${where}`)) {
    checkpoint()
    for (const s of subjects) {
      if (first !== null && s.pool !== first.pool) {
        yield poolOf(first, chains, revealed)
        chains = []
        first = null
      }
      first ??= s
      chains.push(chainOf(s, revealed, about.get(s.id)))
    }
  }
  if (first !== null) yield poolOf(first, chains, revealed)
}

function poolOf(s: Subject, chains: readonly Chain[], revealed: Revealed): ChainPool {
  const { age, atRequests } = revealed.maxAge(s)
  return {
    pool: s.pool,
    server: s.server,
    client: s.client,
    multiplexed: s.application === 'h2' || s.application === 'h3',
    streams: Math.max(1, s.maxStreams ?? ASSUMED_STREAMS),
    serverTimeout: revealed.serverTimeout(s),
    clientTimeout: revealed.clientTimeout(s),
    requestLimit: revealed.requestLimit(s),
    maxAge: age,
    agesAtRequests: atRequests,
    chains,
  }
}

function chainOf(s: Subject, revealed: Revealed, about: About | undefined): Chain {
  const endsAfter = revealed.endsAfter(s)
  const lost = revealed.lost(s)
  // One that came of age with a request was told so; one that did while idle was there until then.
  const aged = revealed.aged(s) && s.last?.headers.responseKeepsAlive === false
  const announced = endsAfter === 0 || lost || revealed.reachedLimit(s) || aged
  const seen = Math.min(s.close?.at ?? unclosedOver(s), s.goawayAt ?? Infinity)
  return {
    id: s.id,
    demandAt: s.demandAt,
    readyAt: s.readyAt,
    opened: s.opened,
    contiguous: isContiguous(s),
    setup: s.setup,
    setupRoundTrips: s.setupRoundTrips,
    rtt: s.rtt ?? 0,
    serverDelay: s.serverDelay,
    tls: about?.tls ?? TLS_NONE,
    endsAfter,
    lost,
    // A HAR does not say when connections ended: none can be said to have stood idle.
    goneAt: s.transport === 'har' ? -Infinity : announced ? Math.min(seen, s.idleSince ?? s.lastAt) : seen,
    needed: about?.needed ?? false,
  }
}

interface About {
  readonly needed: boolean
  readonly tls: number
}

const ABOUT: readonly About[] = [true, false].flatMap((needed) =>
  [TLS_NONE, TLS12_FULL, TLS12_RESUMED, TLS13, TLS13_EARLY].map((tls) => ({ needed, tls })),
)

/** What only the store knows of a connection. */
async function facts(store: Store, where: string): Promise<ReadonlyMap<number, About>> {
  const known = new Map<number, About>()
  const sql = `
SELECT id, (CASE WHEN v.verdict = 'needed' THEN 0 ELSE 5 END + CASE
    WHEN tls_kind IS NULL THEN ${TLS_NONE}
    WHEN tls_version = 'TLS 1.3' OR transport = 'quic' THEN CASE WHEN tls_kind = 'early-data' THEN ${TLS13_EARLY} ELSE ${TLS13} END
    WHEN tls_kind = 'resumed' THEN ${TLS12_RESUMED}
    WHEN tls_kind = 'full' THEN ${TLS12_FULL}
    ELSE ${TLS_NONE} END)::INTEGER AS about
FROM subjects JOIN verdicts v ON v.connection = id WHERE exchange_count > 0 AND ${where}`
  for await (const [ids, abouts] of store.columns(sql)) {
    for (let i = 0; i < ids!.length; i++) known.set(ids![i] as number, ABOUT[abouts![i] as number]!)
  }
  return known
}
