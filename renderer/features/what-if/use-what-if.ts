/** Questions to the simulator: the settings as they are now, and the latest answer. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { AuditId } from '../../../shared/contract/engine-api'
import { AS_CAPTURED, type Policy, type WhatIf } from '../../../shared/model/simulation'
import { failureOf, type Failure } from '../../app/failure'
import { isCancelled, type EngineClient } from '../../backend/engine-client'

/** A call that takes longer is given up for a newer one; a shorter one is let finish, so that dragging shows something all along. */
const PATIENCE_MS = 150

export interface Question {
  readonly origin: string | null
  readonly policy: Policy
}

export interface WhatIfState {
  readonly question: ShallowRef<Question>
  readonly answer: Readonly<ShallowRef<WhatIf | null>>
  readonly failure: Readonly<ShallowRef<Failure | null>>
  /** The answer belongs to an earlier question. */
  readonly stale: Readonly<Ref<boolean>>
  readonly change: (some: Partial<Policy>) => void
}

/** Asks at once and whenever the question changes. One call is under way at a time; of those that wait only the newest is asked. */
export function useWhatIf(engine: EngineClient, audit: AuditId, now: () => number = () => performance.now()): WhatIfState {
  const question = shallowRef<Question>({ origin: null, policy: AS_CAPTURED })
  const answer = shallowRef<WhatIf | null>(null)
  const failure = shallowRef<Failure | null>(null)
  const stale = ref(true)
  let underWay: { readonly controller: AbortController; readonly origin: string | null; readonly since: number } | null = null
  let wanted = false

  async function ask(): Promise<void> {
    wanted = false
    const asked = question.value
    const mine = { controller: new AbortController(), origin: asked.origin, since: now() }
    underWay = mine
    try {
      const got = await engine.call('whatIf', { audit, ...asked }, { signal: mine.controller.signal })
      answer.value = got
      failure.value = null
      if (asked === question.value) stale.value = false
    } catch (error) {
      if (!isCancelled(error)) failure.value = failureOf(error)
    } finally {
      if (underWay === mine) {
        underWay = null
        askIfWanted()
      }
    }
  }

  function askIfWanted(): void {
    if (wanted) void ask()
  }

  watch(
    question,
    ({ origin }) => {
      stale.value = true
      wanted = true
      if (underWay === null) return void ask()
      if (underWay.origin !== origin || now() - underWay.since > PATIENCE_MS) underWay.controller.abort()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    wanted = false
    underWay?.controller.abort()
  })

  return {
    question,
    answer,
    failure,
    stale,
    change(some) {
      question.value = { ...question.value, policy: { ...question.value.policy, ...some } }
    },
  }
}
