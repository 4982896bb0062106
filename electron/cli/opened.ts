/** Opens the files with a progress line, and closes them whatever happens. */
import type { Closable, Environment, Open } from './environment'
import { progressLine } from './progress'

export async function opened<S extends Closable, T>(
  open: Open<S>,
  command: { readonly files: readonly string[]; readonly progress: boolean },
  { stderr, signal }: Environment,
  use: (session: S) => Promise<T>,
): Promise<T> {
  const line = progressLine(stderr, command.progress)
  let session: S
  try {
    session = await open(command.files, { signal, onProgress: (progress) => line.show(progress) })
  } finally {
    line.clear()
  }
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}
