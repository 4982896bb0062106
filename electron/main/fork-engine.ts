import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utilityProcess, type UtilityProcess } from 'electron'

/**
 * Starts the engine process with a folder of its own for temporary files. An audit can fill gigabytes of them and a
 * crashed process deletes nothing, so the folder goes with the process, however that ends.
 *
 * @param host the bundled electron/host/index.ts
 */
export function forkEngine(host: string): UtilityProcess {
  const scratch = mkdtempSync(join(tmpdir(), 'roundtrip-engine-'))
  const env = { ...process.env, TMPDIR: scratch, TEMP: scratch, TMP: scratch }
  const child = utilityProcess.fork(host, [], { serviceName: 'Roundtrip engine', stdio: 'inherit', env })
  child.once('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }))
  return child
}
