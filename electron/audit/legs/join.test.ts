import { expect, it } from 'vitest'
import { Store } from '../../store/store'
import { prepareSubjects } from '../subjects-table'
import { TOLD_CAPTURE } from '../testing/audited'
import { traffic } from '../testing/traffic'
import { joinLegs } from './index'

// It runs while the verdicts are being written.
it('legs are joined without a verdict', async () => {
  const t = traffic()
  const front = t.connection({ at: 0, server: '10.0.0.80' })
  for (let i = 0; i < 5; i++) {
    const at = 1 + i
    front.exchange({ at, takes: 0.2, host: 'a.test', overrides: { target: `/${i}` } })
    t.connection({ at: at + 0.01, client: '10.0.0.80', server: '10.0.1.9', port: 8080 })
      .exchange({ at: at + 0.04, takes: 0.1, host: 'a.test', overrides: { target: `/${i}`, forwarded: true } })
      .serverCloses(at + 0.15)
  }
  const store = await Store.open()
  try {
    t.into(store.sink(0))
    await store.flush()
    await store.addCaptures([TOLD_CAPTURE])
    await prepareSubjects(store)
    const { stitching } = await joinLegs(store, [TOLD_CAPTURE])
    expect(stitching?.pairs).toMatchObject([{ requests: 5, forwarded: 5 }])
  } finally {
    await store.close()
  }
})
