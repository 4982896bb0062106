/** The command line on plain Node: `bin/roundtrip.mjs` starts it. */
import { version } from '../../package.json'
import { openAudit, openFacts } from '../session'
import { run } from './run'

const STUBBORN_MS = 3000

const interrupted = new AbortController()
for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
] as const) {
  // The launcher ends at once on these while it builds; from here on files want to be closed and removed first.
  process.removeAllListeners(signal)
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(128 + number)
    interrupted.abort()
    setTimeout(() => process.exit(128 + number), STUBBORN_MS).unref()
  })
}

// Should nothing settle any more, Node ends the process: that is no success.
process.exitCode = 2
void run(process.argv.slice(2), {
  openAudit,
  openFacts,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  version,
  now: Date.now,
  home: __dirname,
  signal: interrupted.signal,
}).then((status) => {
  process.exitCode = status
})
