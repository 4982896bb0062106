import { expect, it } from 'vitest'
import { Store } from '../store/store'
import { SETUP_SECONDS, subjectsByPool } from './subjects'
import { prepareSubjects } from './subjects-table'
import { tls } from './testing/tls'
import { traffic } from './testing/traffic'

it('the store counts setup as the audit does', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03 })
  t.connection({ at: 1, rtt: 0.1, synWait: 1, port: 443, overrides: { tls: tls() } }).exchange({ at: 3 })
  t.connection({ at: 2, midStream: true }).exchange({ at: 2.1 })
  const store = await Store.open()
  try {
    t.into(store.sink(0))
    await store.flush()
    await prepareSubjects(store)
    const rows = await store.rows(`SELECT s.id, ${SETUP_SECONDS} AS setup FROM subjects s`)
    const counted = new Map(rows.map(({ id, setup }) => [id as number, setup as number | null]))
    let seen = 0
    for await (const subjects of subjectsByPool(store))
      for (const { id, setup } of subjects) {
        seen++
        expect(counted.get(id) ?? null).toBe(setup === null ? null : setup / 1e9)
      }
    expect(seen).toBe(3)
    expect(counted.get(1)).toBeCloseTo(1.12, 9)
  } finally {
    await store.close()
  }
})
