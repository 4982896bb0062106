/** The files a command was given, checked before any work is done. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { Problem, reasonOf } from './problem'

interface Given {
  readonly files: readonly string[]
  readonly keylog: string | null
}

/** @throws Problem for the first that is missing or not readable, a key log that is a folder, or a terminal to read from */
export async function checkInputs({ files, keylog }: Given, stdin: { readonly isTTY?: boolean }): Promise<void> {
  if (files.includes('-') && stdin.isTTY === true)
    throw new Problem('Standard input is a terminal: pipe a capture into it, or name a file.')
  for (const path of files) if (path !== '-') await check(path)
  if (keylog !== null && (await check(keylog)) === 'folder') throw new Problem(`${keylog} is a folder: give a file.`)
}

async function check(path: string): Promise<'file' | 'folder'> {
  try {
    const found = await stat(path)
    await access(path, constants.R_OK)
    return found.isDirectory() ? 'folder' : 'file'
  } catch (thrown) {
    throw new Problem(`${path} cannot be read: ${reasonOf(thrown)}.`)
  }
}
