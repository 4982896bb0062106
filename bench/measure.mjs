/** Runs a command to its end and says how long it took and how much memory it held at most (Linux: VmHWM of it and its children). */
import { spawn } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

const highWater = (pid) => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
const childrenOf = (pid) => {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((t) =>
      readFileSync(`/proc/${pid}/task/${t}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

/** @returns {Promise<{seconds: number, peakBytes: number, code: number | null, stdout: string}>} stdout's first 64 KiB */
export function measure(command, args) {
  return new Promise((resolve, reject) => {
    const begun = process.hrtime.bigint()
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    let peakBytes = 0
    let stdout = ''
    const sample = () => {
      for (const pid of [child.pid, ...childrenOf(child.pid)]) peakBytes = Math.max(peakBytes, highWater(pid))
    }
    const timer = setInterval(sample, 20)
    child.stdout.on('data', (chunk) => {
      if (stdout.length < 65_536) stdout += chunk
    })
    child.on('error', (error) => {
      clearInterval(timer)
      reject(error)
    })
    child.on('close', (code) => {
      clearInterval(timer)
      resolve({ seconds: Number(process.hrtime.bigint() - begun) / 1e9, peakBytes, code, stdout })
    })
  })
}
