/** Runs the corpus's own comparer, a Python script, over facts as the command line prints them. */
import { execFile } from 'node:child_process'
import { open, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { factsJson } from '../../report/json/facts'
import { readCapture } from '../pipeline'
import type { ByteSource } from '../source'
import { bytesSource, collect, type Collected } from '../testing/collect'
import { oracleTool } from './corpus'
import type { Agreement } from './record'

export interface Comparison extends Agreement {
  /** Kind of check → agreed, checked. */
  readonly kinds: Readonly<Record<string, readonly [number, number]>>
  readonly disagreements: readonly string[]
}

/** Reads a file from the disk in whatever pieces the engine asks for. */
export async function withFile<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return await use({
      name: basename(path),
      size,
      read: async (into, offset, length) => (await file.read(into, offset, length)).bytesRead,
    })
  } finally {
    await file.close()
  }
}

/** The facts of a file, read with the key log beside it where there is one. */
export async function factsOf(path: string): Promise<Collected> {
  const keylog = await readFile(`${path}.keylog`).catch(() => undefined)
  return withFile(path, (source) => collect((sink) => readCapture(source, sink, { keylog })))
}

/** The facts of a file's bytes, without any key log. */
export function factsOfBytes(path: string, file: Uint8Array): Promise<Collected> {
  return collect((sink) => readCapture(bytesSource(basename(path), file), sink))
}

/** Writes the facts as `roundtrip facts` prints them. */
export async function writeFacts(facts: Collected, path: string): Promise<void> {
  let text = ''
  for await (const piece of factsJson(facts)) text += piece
  await writeFile(path, text)
}

/** Rejects if the comparer cannot be run or reads no JSON. */
export function agree(facts: string, oracle: string): Promise<Comparison> {
  return new Promise((resolve, reject) => {
    execFile(
      'python3',
      [oracleTool('agree'), facts, oracle, '--json'],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error !== null) reject(new Error(`agree failed: ${stderr || error.message}`))
        else resolve(JSON.parse(stdout) as Comparison)
      },
    )
  })
}

let running = 0
const waiting: (() => void)[] = []

/** Runs the tasks it is given two at a time: each is a reading here and a Python process beside it. */
export async function twoAtATime<T>(task: () => Promise<T>): Promise<T> {
  while (running >= 2) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await task()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
