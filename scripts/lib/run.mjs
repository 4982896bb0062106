import { spawn, spawnSync } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {{ ok: boolean, stdout: string, stderr: string, status: number | null }}
 */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 << 20, ...options })
  return {
    ok: done.status === 0,
    status: done.status,
    stdout: String(done.stdout ?? ''),
    stderr: String(done.stderr ?? done.error?.message ?? ''),
  }
}

/**
 * Runs a program in the foreground, forwarding the signals that would end us, and resolves with the exit status a shell would give.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { onStart?: (child: import('node:child_process').ChildProcess) => void }} [options]
 * @returns {Promise<number>}
 */
export function runForeground(command, args, { onStart, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    const forward = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, forward)
    const settle = () => signals.forEach((signal) => process.off(signal, forward))
    child.once('error', (error) => (settle(), reject(error)))
    child.once('close', (code, signal) => {
      settle()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
    onStart?.(child)
  })
}
