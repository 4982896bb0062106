import { describe, expect, it } from 'vitest'
import { Store } from '../../store/store'
import { audit } from '../audit'
import { TOLD_CAPTURE } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { placesOf } from './places'

/** Clients of origins of their own, each as many programs as given, on two connections each. */
async function agentsOf(programs: Readonly<Record<string, readonly (string | null)[]>>) {
  const t = traffic()
  let at = 0
  for (const [host, agents] of Object.entries(programs))
    for (const agent of [...agents, ...agents]) {
      t.connection({ at: ++at })
        .exchange({ at: at + 0.02, host, agent })
        .clientCloses(at + 0.05)
    }
  const store = await Store.open()
  try {
    t.into(store.sink(0))
    await store.flush()
    await audit(store, [TOLD_CAPTURE])
    const origins = Object.keys(programs).map((host) => `http://${host}`)
    const places = await placesOf(store, origins)
    return origins.map((origin) => places.get(origin)?.userAgents)
  } finally {
    await store.close()
  }
}

const names = (count: number, prefix: string): string[] => Array.from({ length: count }, (_, i) => `agent${prefix}/${i}`)

describe('the programs of an origin', () => {
  it('are named up to eight, however their names hash', async () => {
    const hosts = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [`h${i}.example`, names(8, String(i))] as const)
    const read = await agentsOf(Object.fromEntries(hosts))
    expect(read.map((agents) => [...(agents ?? [])].sort())).toEqual(hosts.map(([, agents]) => agents))
  })

  it('are not where they are more, or one does not say what it is', async () => {
    expect(await agentsOf({ 'a.example': names(9, 'a'), 'b.example': ['curl/8', null], 'c.example': [null] })).toEqual([
      null,
      null,
      null,
    ])
  })
})
