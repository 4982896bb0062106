/** Captures of the lab (the shared conformance corpus) and the truth written beside them, for tests. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditSummary, ConnectionVerdict } from '../../../shared/model/audit'
import type { ConnectionFact } from '../../../shared/model/facts'
import { readCapture } from '../../engine/pipeline'
import { bytesSource } from '../../engine/testing/collect'
import { KeyLog } from '../../engine/tls/keylog'
import { verdictOf } from '../../store/rows'
import { Store } from '../../store/store'
import { audit } from '../audit'

export const captures = join(process.env.ROUNDTRIP_SHARED ?? join(__dirname, '../../../../shared'), 'lab/captures')

const present = existsSync(captures)
if (!present && !process.env.CI)
  process.stderr.write(`Skipped: the shared conformance corpus is not at ${captures} (set ROUNDTRIP_SHARED).\n`)

/** Tests of the lab are skipped where it is not there; in CI they fail. */
export const noLab = !present && !process.env.CI

export const labTruth = (scenario: string): unknown =>
  JSON.parse(readFileSync(join(captures, `${scenario}.truth.json`), 'utf8')) as unknown

export const keysOf = (scenario: string): KeyLog => new KeyLog().add(readFileSync(join(captures, `${scenario}.keylog`)))

export interface LabAudit {
  readonly summary: AuditSummary
  readonly verdicts: readonly ConnectionVerdict[]
  readonly facts: readonly ConnectionFact[]
}

const audits = new Map<string, Promise<LabAudit>>()

/** Reads and judges one capture through a real store: once, however many tests ask. */
export function auditOf(file: string, keylog?: KeyLog): Promise<LabAudit> {
  const key = `${keylog === undefined ? 'without' : 'with'} keys ${file}`
  const audited = audits.get(key) ?? read(file, keylog)
  audits.set(key, audited)
  return audited
}

async function read(file: string, keylog?: KeyLog): Promise<LabAudit> {
  const source = bytesSource(file, readFileSync(join(captures, file)))
  const store = await Store.open()
  try {
    const capture = await readCapture(source, store.sink(0), { keylog })
    await store.flush()
    await store.addCaptures([capture])
    const summary = await audit(store, [capture])
    const verdicts: ConnectionVerdict[] = []
    for await (const row of store.stream('SELECT * FROM verdicts ORDER BY connection')) verdicts.push(verdictOf(row))
    const facts: ConnectionFact[] = []
    for await (const { connection } of store.facts()) facts.push(connection)
    return { summary, verdicts, facts }
  } finally {
    await store.close()
  }
}
