/** Starts the built app in whichever Electron there is. */
import { ensureLibraries, hasDisplay, resolveElectron, startXvfb } from '../runtime/index.mjs'
import { root } from './project.mjs'
import { runForeground } from './run.mjs'
import { ensureBuilt } from './build.mjs'

/** What Chromium logs of a machine without a session bus or a graphics card; nothing a person can act on. */
const machineNoise =
  /^\[\d+:\d{4}\/[\d.]+:(ERROR|WARNING):(bus|viz_main_impl|command_buffer_proxy_impl|gpu_\w+|object_proxy)[.]cc/

/**
 * Runs the app to its end.
 * @param {readonly string[]} args the app's own arguments
 * @returns {Promise<number>} its exit status
 */
export async function runApp(args) {
  await ensureBuilt('all')
  const electron = await resolveElectron()
  const display = hasDisplay()
  ensureLibraries(electron.path, { display: !display })
  const screen = display ? null : await startXvfb()
  try {
    const flags = screen === null ? [] : ['--disable-gpu']
    const env = { ...electron.env, ...screen?.env }
    return await runForeground(electron.path, [...flags, ...electron.args(root), ...args], {
      env,
      stdio: ['ignore', 'inherit', 'pipe'],
      onStart,
    })
  } finally {
    screen?.stop()
  }
}

function onStart(child) {
  let rest = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (!machineNoise.test(line)) process.stderr.write(`${line}\n`)
  })
  child.stderr.on('end', () => rest !== '' && !machineNoise.test(rest) && process.stderr.write(rest))
}
