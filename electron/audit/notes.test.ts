import { expect, it } from 'vitest'
import { audited } from './testing/audited'
import { traffic } from './testing/traffic'

const CONNECT = { overrides: { method: 'CONNECT', authority: 'origin.test:443', target: 'origin.test:443' } }

const notesWith = async (inside: number): Promise<readonly string[]> => {
  const t = traffic()
  const c = t.connection({ at: 0, overrides: { application: 'tunnel' } }).exchange({ at: 0.03, ...CONNECT })
  for (let i = 0; i < inside; i++) c.exchange({ at: 0.1 + i / 10, host: 'origin.test', overrides: { scheme: 'https' } })
  const { summary } = await audited(t)
  return summary.notes.filter((note) => note.includes('CONNECT'))
}

it('says what a tunnel does to the reuse ratio, read or not', async () => {
  expect(await notesWith(0)).toEqual([expect.stringMatching(/^1 connection opens a tunnel .* cannot be read/)])
  expect(await notesWith(3)).toEqual([expect.stringContaining('in 1 tunnel the first request inside had to wait')])
})

it('says nothing where there is no tunnel', async () => {
  const t = traffic()
  t.connection({ at: 0 }).exchange({ at: 0.03 })
  expect((await audited(t)).summary.notes.join()).not.toContain('CONNECT')
})
