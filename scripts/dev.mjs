/** `npm run dev`: electron-vite's development server with the Electron that this machine has. */
import { ensureLibraries, hasDisplay, resolveElectron } from './runtime/index.mjs'
import { inProject, root } from './lib/project.mjs'
import { runForeground } from './lib/run.mjs'
import { Sentence, runMain } from './lib/say.mjs'

await runMain(async () => {
  if (!hasDisplay()) throw new Sentence('Development needs a display: set DISPLAY, or run it under xvfb-run.')
  const electron = await resolveElectron()
  ensureLibraries(electron.path, { display: false })
  const flags = electron.args(root).slice(0, -1)
  const cli = inProject('node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const env = { ...electron.env, ELECTRON_EXEC_PATH: electron.path, ...(flags.includes('--no-sandbox') && { NO_SANDBOX: '1' }) }
  return runForeground(process.execPath, [cli, 'dev', '--watch'], { cwd: root, env })
})
