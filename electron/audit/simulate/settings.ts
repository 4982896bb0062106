/** What a policy means for one pool. */
import type { Policy } from '../../../shared/model/simulation'
import type { Demand, PoolDemand } from './demand'
import type { Setups } from './setups'
import { setupsOf } from './setups'

const SECOND = 1e9

export interface PoolSettings {
  /** Idle nanoseconds after which a connection is closed, whoever does it. */
  idle: number
  /** Requests a connection carries. */
  limit: number
  /** Connections in use at once. */
  size: number
  /** Requests a connection carries at once; 1 is HTTP/1.1. */
  capacity: number
  /** A request waits for a connection that is being set up rather than opening another: the client knows that it will be HTTP/2. */
  joinsSetup: boolean
}

/** A policy over a demand. One object is filled in for pool after pool. */
export interface Settings {
  readonly setups: Setups
  of(pool: PoolDemand): PoolSettings
}

/** RFC 9113 §6.5.2 recommends no less. */
const ASSUMED_STREAMS = 100

const orNone = (value: number | null): number => value ?? Infinity

export function settingsOf(policy: Policy, demand: Demand): Settings {
  const { idleTimeoutSeconds, timeoutOf, requestLimit, poolSize, protocol } = policy
  const changed = idleTimeoutSeconds === 'as-captured' ? null : orNone(idleTimeoutSeconds) * SECOND
  const server = changed !== null && timeoutOf !== 'client' ? changed : null
  const client = changed !== null && timeoutOf !== 'server' ? changed : null
  const settings: PoolSettings = { idle: 0, limit: 0, size: orNone(poolSize), capacity: 1, joinsSetup: protocol === 'h2' }
  return {
    setups: setupsOf(demand, policy.tlsResumption),
    of(pool) {
      settings.idle = Math.min(server ?? pool.serverTimeout, client ?? pool.clientTimeout)
      settings.limit = requestLimit === 'as-captured' ? pool.requestLimit : orNone(requestLimit)
      if (protocol === 'http/1.1' || (protocol === 'as-captured' && !pool.multiplexed)) settings.capacity = 1
      else settings.capacity = pool.multiplexed ? pool.streams : ASSUMED_STREAMS
      return settings
    },
  }
}
