/** The architecture rules catch what they are there to catch: each file below breaks one. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inProject } from './lib/project.mjs'
import { run } from './lib/run.mjs'

const thing = 'export const thing = 1\n'
const tree = {
  'shared/plain.ts': thing,
  'shared/reads.ts': "export { readFileSync } from 'node:fs'\n",
  'shared/looks-back.ts': "export { thing } from '../electron/engine/engine'\n",
  'electron/engine/engine.ts': thing,
  'electron/engine/files.ts': "export { readFileSync } from 'node:fs'\n",
  'electron/engine/inflate.ts': "export { inflateSync } from 'node:zlib'\n",
  'electron/engine/stores.ts': "export { thing } from '../store/store'\n",
  'electron/engine/engine.test.ts': "import 'node:fs'\nimport './engine'\n",
  'electron/store/store.ts': thing,
  'electron/store/decodes.ts': "export { thing } from '../engine/engine'\n",
  'electron/audit/audit.ts': "export { readFileSync } from 'node:fs'\n",
  'electron/report/report.ts': "export { thing } from '../store/store'\n",
  'electron/session/session.ts': "export { thing } from '../store/store'\nexport { thing as other } from '../engine/engine'\n",
  'electron/host/host.ts': "export { thing } from '../session/session'\n",
  'electron/host/calls-home.ts': "export { request } from 'node:https'\n",
  'electron/main/main.ts': "export { thing } from '../engine/engine'\n",
  'electron/preload/preload.ts': "export { thing } from '../../shared/plain'\n",
  'renderer/ui/button.ts': "export { thing } from '../features/feature'\n",
  'renderer/features/feature.ts': thing,
  'renderer/features/reaches.ts': "export { thing } from '../../electron/store/store'\n",
  'renderer/report/page.ts': "export { thing } from '../backend/client'\n",
  'renderer/backend/client.ts': thing,
  'renderer/app/a.ts': "import { b } from './b'\nexport const a = b\n",
  'renderer/app/b.ts': "import { a } from './a'\nexport const b = a\n",
}

let found = []
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'roundtrip-architecture-'))
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) copyFileSync(inProject(file), join(folder, file))
  const cruise = inProject('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs')
  const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'shared', 'electron', 'renderer']
  const { stdout } = run(process.execPath, [cruise, ...args], { cwd: folder })
  found = JSON.parse(stdout).summary.violations.map(({ rule, from }) => `${from}: ${rule.name}`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every breach is found, and nothing else', () => {
  expect([...new Set(found)].sort()).toEqual(
    [
      'shared/reads.ts: shared-is-no-node',
      'shared/looks-back.ts: shared-imports-nothing',
      'electron/engine/files.ts: engine-is-no-node',
      'electron/engine/stores.ts: engine-is-pure',
      'electron/store/decodes.ts: facts-only-from-the-engine',
      'electron/audit/audit.ts: audit-is-no-node',
      'electron/report/report.ts: report-imports',
      'electron/host/calls-home.ts: nothing-talks-to-a-network',
      'electron/main/main.ts: main-imports',
      'electron/preload/preload.ts: preload-imports',
      'renderer/ui/button.ts: ui-and-charts-know-no-feature',
      'renderer/features/reaches.ts: renderer-imports',
      'renderer/report/page.ts: report-view-has-no-backend',
      'renderer/app/a.ts: no-circular',
    ].sort(),
  )
})
