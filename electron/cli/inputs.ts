/** The files a command was given, checked before any work is done. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import type { Environment } from './environment'
import { Problem, reasonOf } from './problem'

/** @throws Problem for the first that is missing, a folder, or not readable */
export async function checkInputs(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      const found = await stat(path)
      if (found.isDirectory()) throw new Problem(`${path} is a folder: give a file.`)
      await access(path, constants.R_OK)
    } catch (thrown) {
      if (thrown instanceof Problem) throw thrown
      throw new Problem(`${path} cannot be read: ${reasonOf(thrown)}.`)
    }
  }
}

/** A key log is taken and checked, and what it does not yet do is said. */
export async function checkKeylog(keylog: string | null, { stderr }: Environment): Promise<void> {
  if (keylog === null) return
  await checkInputs([keylog])
  stderr.write('Note: TLS is not decrypted yet; encrypted connections show what can be seen without keys.\n')
}
