/** Opens the files with a progress line, and closes them whatever happens. */
import type { Closable, Environment, Open } from './environment'
import { progressLine } from './progress'

export async function opened<S extends Closable, T>(
  open: Open<S>,
  command: { readonly files: readonly string[]; readonly keylog: string | null; readonly progress: boolean },
  { stdin, stderr, signal }: Environment,
  use: (session: S) => Promise<T>,
): Promise<T> {
  const line = progressLine(stderr, command.progress)
  let session: S
  try {
    const { files, keylog } = command
    session = await open(files, { signal, keylog, stdin, onProgress: (progress) => line.show(progress) })
  } finally {
    line.clear()
  }
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}
