/** What the paths of an audit stand for: files, folders of files, standard input. */
import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Diagnostic } from '../../shared/model/facts'
import { isCapture } from '../engine/capture/probe'
import { InputError } from '../engine/source'
import { FileError, openFile } from './files'
import type { OpenedFile } from './files'
import { holdsKeyLog } from './key-logs'
import { standardInput } from './standard-input'

/** The word for standard input, where there is one. */
export const STDIN = '-'
/** Captures read as one. Each stands by with its first packet, and as an open file. */
export const MOST_FILES = 1000
/** Files of a folder that are looked into. */
const MOST_LOOKED_AT = 10_000
/** Skipped files that are named. */
const MOST_NAMED = 5

export interface Inputs {
  readonly files: OpenedFile[]
  /** Where the files lie, for what may lie beside them. */
  readonly paths: readonly string[]
  /** Those of the paths that are key logs: their secrets are for all the captures. */
  readonly keyLogs: readonly string[]
  /** What was left out, and why. */
  readonly notes: readonly Diagnostic[]
}

export interface InputOptions {
  readonly signal?: AbortSignal | undefined
  /** What "-" stands for; where it is left out, "-" is a file of that name. */
  readonly stdin?: Readable | undefined
}

/**
 * Opens everything, so that a wrong name is told before a long reading. A folder stands for the captures in it, told by their
 * content and sorted by name; a file that comes twice, by whatever name, is read once.
 *
 * @throws FileError for a path that cannot be opened, a folder without captures, or too many files; InputError 'key-log' where
 *   there is nothing but key logs
 */
export async function openInputs(given: readonly string[], { signal, stdin }: InputOptions = {}): Promise<Inputs> {
  const notes: Diagnostic[] = []
  const known = new Set<string>()
  const files: OpenedFile[] = []
  const paths: string[] = []
  const keyLogs: string[] = []
  const add = async (path: string): Promise<void> => {
    const file = await openFile(path)
    if (file.identity !== null && known.has(file.identity)) {
      await file.close()
      return void notes.push(note('same-file', `${file.name} was given more than once and is read once.`))
    }
    if (file.identity !== null) known.add(file.identity)
    files.push(file)
    paths.push(path)
    if (files.length > MOST_FILES)
      throw new FileError('unreadable', `These are more than ${MOST_FILES} captures: choose fewer, or join them with mergecap.`)
  }
  try {
    for (const path of given) {
      if (path === STDIN && stdin !== undefined) {
        if (known.has(STDIN)) continue
        known.add(STDIN)
        files.push(await standardInput(stdin, signal))
      } else if ((await statOf(path))?.isDirectory() !== true) {
        if (await holdsKeyLog(path)) keyLogs.push(path)
        else await add(path)
      } else {
        const { captures, note: skipped } = await capturesIn(path, signal)
        for (const capture of captures) await add(capture)
        if (skipped !== null) notes.push(skipped)
      }
    }
  } catch (error) {
    for (const file of files) await file.close()
    throw error
  }
  const [first] = keyLogs
  if (files.length === 0 && first !== undefined) {
    const message = `${basename(first)} is a key log (SSLKEYLOGFILE), which holds no packets: give it together with the capture whose connections it decrypts.`
    throw new InputError('key-log', message)
  }
  return { files, paths, keyLogs, notes }
}

const statOf = (path: string): Promise<Stats | null> => stat(path).catch(() => null)

const note = (code: string, message: string, count = 1): Diagnostic => ({
  severity: 'info',
  code,
  packet: null,
  offset: null,
  message,
  count,
})

/** The captures that lie in a folder, but not in folders of it. */
async function capturesIn(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly captures: readonly string[]; readonly note: Diagnostic | null }> {
  const entries = await readdir(folder).catch(() => {
    throw new FileError('unreadable', `The folder ${folder} cannot be read.`)
  })
  // By code units: the same everywhere, whatever the language.
  entries.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (entries.length > MOST_LOOKED_AT)
    throw new FileError('unreadable', `${folder} holds more than ${MOST_LOOKED_AT} files: choose the captures in it.`)
  const captures: string[] = []
  const skipped: string[] = []
  for (const name of entries) {
    const path = join(folder, name)
    if (signal?.aborted === true) break
    // Pipes and devices could make it wait for ever.
    if ((await statOf(path))?.isFile() !== true) continue
    if (await holdsCapture(path)) captures.push(path)
    else if (!name.endsWith('.keylog')) skipped.push(name)
  }
  if (captures.length === 0 && signal?.aborted !== true)
    throw new FileError('unreadable', `There is no capture or HAR file in the folder ${folder}.`)
  if (skipped.length === 0) return { captures, note: null }
  const named = skipped.slice(0, MOST_NAMED).join(', ')
  const more = skipped.length > MOST_NAMED ? ` and ${skipped.length - MOST_NAMED} more` : ''
  const message = `${basename(folder)} holds files that are no captures, which were skipped: ${named}${more}.`
  return { captures, note: note('skipped-files', message, skipped.length) }
}

async function holdsCapture(path: string): Promise<boolean> {
  let file: OpenedFile | null = null
  try {
    file = await openFile(path)
    return await isCapture(file)
  } catch {
    return false
  } finally {
    await file?.close()
  }
}
