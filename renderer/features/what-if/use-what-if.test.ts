import { effectScope, nextTick, type EffectScope } from 'vue'
import { afterEach, describe, expect, it } from 'vitest'
import { whatIfOf } from '../../../shared/testing/what-if'
import type { WhatIfQuery } from '../../../shared/contract/engine-api'
import type { WhatIf } from '../../../shared/model/simulation'
import { EngineError, type EngineClient } from '../../backend/engine-client'
import { useWhatIf, type WhatIfState } from './use-what-if'

interface Asked {
  readonly query: WhatIfQuery
  readonly signal: AbortSignal
  readonly answer: (value: WhatIf) => void
}

const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

function start(): { readonly asked: Asked[]; readonly state: WhatIfState; readonly clock: { ms: number } } {
  const asked: Asked[] = []
  const clock = { ms: 0 }
  const call = (_method: string, query: WhatIfQuery, { signal }: { signal: AbortSignal }): Promise<WhatIf> =>
    new Promise((resolve, reject) => {
      asked.push({ query, signal, answer: resolve })
      signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.')))
    })
  const engine = { call, onEvent: () => () => undefined } as unknown as EngineClient
  const scope = effectScope()
  scopes.push(scope)
  const state = scope.run(() => useWhatIf(engine, 'a', () => clock.ms))!
  return { asked, state, clock }
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await nextTick()
}

describe('dragging', () => {
  it('asks one thing at a time, and next the newest', async () => {
    const { asked, state } = start()
    for (const seconds of [10, 20, 30]) {
      state.change({ idleTimeoutSeconds: seconds })
      await settled()
    }
    expect(asked).toHaveLength(1)
    asked[0]!.answer(whatIfOf(asked[0]!.query))
    await settled()
    expect(asked.map(({ query }) => query.policy.idleTimeoutSeconds)).toEqual(['as-captured', 30])
    expect(state.stale.value).toBe(true)
    asked[1]!.answer(whatIfOf(asked[1]!.query))
    await settled()
    expect(state.stale.value).toBe(false)
    expect(state.answer.value?.policy.idleTimeoutSeconds).toBe(30)
  })

  it('gives up a call that takes long, and one for another origin', async () => {
    const { asked, state, clock } = start()
    clock.ms = 500
    state.change({ idleTimeoutSeconds: 10 })
    await settled()
    expect(asked[0]!.signal.aborted).toBe(true)
    expect(asked).toHaveLength(2)
    state.question.value = { ...state.question.value, origin: 'http://x' }
    await settled()
    expect(asked[1]!.signal.aborted).toBe(true)
    expect(asked.at(-1)?.query.origin).toBe('http://x')
    expect(state.failure.value).toBeNull()
  })
})
