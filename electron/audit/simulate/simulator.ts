/** Answers what another setting would have done. */
import type { Cause } from '../../../shared/model/audit'
import type { CapturedSettings, Outcome, Policy, Untouched, WhatIf } from '../../../shared/model/simulation'
import { AS_CAPTURED } from '../../../shared/model/simulation'
import type { Store } from '../../store/store'
import { calibrate } from './calibrate'
import type { Swept } from './curve'
import { sweep } from './curve'
import type { Demand, Span } from './demand'
import { notesOf, refusalOf, tooMany } from './notes'
import { prepareDemand, TooManyRequests } from './prepare'
import { Replay } from './replay'
import { Revealed } from './reveal'
import { settingsOf } from './settings'
import { Tally } from './tally'

/** Causes that one of the settings acts upon. */
const TOUCHED: ReadonlySet<Cause> = new Set<Cause>(['server-idle-timeout', 'client-idle-timeout', 'lost-race', 'request-limit'])

/** A scope made ready: everything about it that no policy changes. */
interface Prepared {
  readonly origin: string | null
  readonly demand: Demand
  readonly replay: Replay
  readonly calibration: WhatIf['calibration']
  readonly asCaptured: Outcome
  readonly settings: CapturedSettings
  readonly untouched: readonly Untouched[]
  /** The curve last asked for, by everything but the time-out. */
  swept: { readonly key: string; readonly result: Swept } | null
}

class Cancelled extends Error {
  readonly code = 'cancelled'
  constructor() {
    super('The simulation was cancelled.')
    this.name = 'Cancelled'
  }
}

/** Scopes kept ready. */
const KEPT = 2

export class Simulator {
  readonly #store: Store
  readonly #span: Span
  #revealed: Promise<Revealed> | null = null
  readonly #prepared: Prepared[] = []
  readonly #preparing = new Map<string | null, Promise<Prepared>>()
  #stopped = false

  constructor(store: Store, span: Span) {
    this.#store = store
    this.#span = span
  }

  /**
   * @param origin null for all
   * @throws Error with code 'cancelled'
   */
  async whatIf(origin: string | null, policy: Policy, signal?: AbortSignal): Promise<WhatIf> {
    const pause = async (): Promise<void> => {
      // Lets calls that came in meanwhile be heard: among them the one that cancels this.
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (signal?.aborted === true || this.#stopped) throw new Cancelled()
    }
    let prepared: Prepared
    try {
      prepared = await this.#ready(origin)
      await pause()
    } catch (error) {
      if (error instanceof TooManyRequests) return tooMany(origin, policy, error.requests, this.#span)
      throw error
    }
    const { demand, calibration, asCaptured, settings, untouched } = prepared
    const refusal = refusalOf(calibration)
    return {
      origin,
      policy,
      requests: demand.requests,
      pools: demand.pools.length,
      captureSeconds: (demand.to - demand.from) / 1e9,
      settings,
      calibration,
      prediction:
        refusal === null
          ? { asCaptured, outcome: outcomeOf(prepared, policy), ...(await sweptOf(prepared, policy, pause)) }
          : null,
      refusal,
      untouched,
      notes: notesOf(demand, policy),
    }
  }

  /** Ends what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.allSettled(this.#preparing.values())
  }

  /** Who asks while a scope is being made ready waits for it; who gives up waiting does not end it for others. */
  async #ready(origin: string | null): Promise<Prepared> {
    const known = this.#prepared.find((p) => p.origin === origin)
    if (known !== undefined) return known
    const underWay = this.#preparing.get(origin)
    if (underWay !== undefined) return underWay
    const preparing = this.#prepare(origin).finally(() => this.#preparing.delete(origin))
    this.#preparing.set(origin, preparing)
    return preparing
  }

  async #prepare(origin: string | null): Promise<Prepared> {
    const checkpoint = (): void => {
      if (this.#stopped) throw new Cancelled()
    }
    checkpoint()
    const revealed = await this.#reveal(checkpoint)
    const demand = await prepareDemand(this.#store, this.#span, revealed, origin, checkpoint)
    const replay = new Replay(demand)
    const calibration = calibrate(demand, replay)
    const prepared: Prepared = {
      origin,
      demand,
      replay,
      calibration,
      asCaptured: outcomeOf({ demand, replay }, AS_CAPTURED),
      settings: capturedSettings(demand),
      untouched: await this.#untouched(origin),
      swept: null,
    }
    this.#prepared.unshift(prepared)
    this.#prepared.length = Math.min(this.#prepared.length, KEPT)
    return prepared
  }

  async #reveal(checkpoint: () => void): Promise<Revealed> {
    this.#revealed ??= Revealed.from(this.#store, checkpoint)
    try {
      return await this.#revealed
    } catch (error) {
      this.#revealed = null
      throw error
    }
  }

  async #untouched(origin: string | null): Promise<readonly Untouched[]> {
    const rows = await this.#store.rows(
      `SELECT cause, count(*)::DOUBLE AS n FROM verdicts WHERE verdict = 'avoidable' ${origin === null ? '' : 'AND origin = $1'}
       GROUP BY cause ORDER BY n DESC, cause`,
      origin === null ? [] : [origin],
    )
    return rows
      .map((row) => ({ cause: row.cause as Cause, connections: row.n as number }))
      .filter(({ cause }) => !TOUCHED.has(cause))
  }
}

function outcomeOf({ demand, replay }: Pick<Prepared, 'demand' | 'replay'>, policy: Policy): Outcome {
  const tally = replay.run(settingsOf(policy, demand), new Tally(demand.to, true))
  const length = demand.to - demand.from
  return {
    connections: tally.connections,
    setupRoundTrips: tally.setupRoundTrips,
    setupSeconds: tally.setup / 1e9,
    peakOpen: tally.peakOpen,
    meanOpen: length > 0 ? tally.open / length : 0,
    idleConnectionSeconds: tally.idle / 1e9,
    waits: tally.waits,
    waitSeconds: tally.wait / 1e9,
  }
}

/** Dragging the time-out does not change the curve. */
async function sweptOf(prepared: Prepared, policy: Policy, pause: () => Promise<void>): Promise<Swept> {
  const { timeoutOf, requestLimit, poolSize, protocol } = policy
  const key = JSON.stringify([timeoutOf, requestLimit, poolSize, protocol])
  if (prepared.swept?.key === key) return prepared.swept.result
  const result = await sweep(prepared.demand, prepared.replay, { ...policy, tlsResumption: 'as-captured' }, pause)
  prepared.swept = { key, result }
  return result
}

function capturedSettings(demand: Demand): CapturedSettings {
  const only = (of: 'serverTimeout' | 'clientTimeout' | 'requestLimit'): { value: number | null; differ: boolean } => {
    const values = new Set(demand.pools.map((pool) => pool[of]))
    const [value = Infinity] = values
    return { value: values.size === 1 && Number.isFinite(value) ? value : null, differ: values.size > 1 }
  }
  const server = only('serverTimeout')
  const client = only('clientTimeout')
  const limit = only('requestLimit')
  return {
    serverIdleTimeoutSeconds: server.value === null ? null : server.value / 1e9,
    clientIdleTimeoutSeconds: client.value === null ? null : client.value / 1e9,
    requestLimit: limit.value,
    differ: server.differ || client.differ || limit.differ,
  }
}
