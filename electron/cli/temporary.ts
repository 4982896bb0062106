/** Files that must not outlive the command, however it ends: by an error, by a signal, by a closed pipe. */
import { rmSync } from 'node:fs'

const paths = new Set<string>()
let armed = false

/** Removes the path (a folder with all in it) when the process exits, unless {@link release}d before. */
export function temporary(path: string): string {
  if (!armed) {
    armed = true
    process.on('exit', () => {
      for (const left of paths) rmSync(left, { recursive: true, force: true })
    })
  }
  paths.add(path)
  return path
}

/** Removes it now. */
export function discard(path: string): void {
  rmSync(path, { recursive: true, force: true })
  paths.delete(path)
}

/** It has become something to keep. */
export function release(path: string): void {
  paths.delete(path)
}
