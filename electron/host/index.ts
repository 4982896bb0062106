/** The engine process: Electron starts it (utilityProcess), main sends it a port for each window. */
import { inspect } from 'node:util'
import { version } from '../../package.json'
import { REPORT_WRITERS } from '../report'
import { openAudit } from '../session'
import { startHost } from './host'
import type { ParentPort } from './port'

/** Electron puts this on `process` in a utilityProcess, and nowhere else. */
const { parentPort } = process as unknown as { readonly parentPort?: ParentPort }

if (parentPort === undefined) {
  process.stderr.write('The engine process is started by the application, not by hand.\n')
  process.exit(2)
}

startHost({
  parent: parentPort,
  openAudit,
  writers: REPORT_WRITERS,
  version,
  log: (thrown) => void process.stderr.write(`${inspect(thrown)}\n`),
  exit: () => process.exit(0),
})
