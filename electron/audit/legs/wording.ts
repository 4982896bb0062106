/** Where a proxy opens the connections, "the client" of a sentence is that proxy. */
import type { Race } from '../../../shared/model/audit'
import type { Store } from '../../store/store'

export const asProxy = (text: string): string => text.replace(/\b([Tt])he client\b/g, '$1he proxy')

const SAY_PROXY = `
UPDATE verdicts SET evidence = json_merge_patch(evidence,
  json_object('text', regexp_replace(json_extract_string(evidence, '$.text'), '\\b([Tt])he client\\b', '\\1he proxy', 'g')))
WHERE evidence LIKE '%he client%' AND connection IN (SELECT id FROM subjects WHERE from_proxy)`

/** Puts the right word into what the verdicts and races say, once it is known who opened what (`subjects.from_proxy`). */
export async function sayProxy(store: Store, races: readonly Race[]): Promise<readonly Race[]> {
  const rows = await store.rows('SELECT bool_or(from_proxy) AS any_proxy FROM subjects')
  if (rows[0]?.any_proxy !== true) return races
  await store.run(SAY_PROXY)
  const ids = [...new Set(races.map(({ connection }) => Math.trunc(connection)))]
  if (ids.length === 0) return races
  const proxied = await store.rows(`SELECT id FROM subjects WHERE from_proxy AND id IN (${ids.join(',')})`)
  const theirs = new Set(proxied.map(({ id }) => id as number))
  return races.map((race) => (theirs.has(race.connection) ? { ...race, text: asProxy(race.text) } : race))
}
