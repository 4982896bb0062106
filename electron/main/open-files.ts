import type { App } from 'electron'

export interface GivenFiles {
  /** What the first window opens with. */
  first(): readonly string[]
  /** Told of files that come later: from a second instance, or from the desktop (macOS). */
  onMore(listener: (paths: readonly string[]) => void): void
}

const MAX_FILES = 1000

function readFiles(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('files' in data) || !Array.isArray(data.files)) return []
  return data.files.filter((file: unknown): file is string => typeof file === 'string').slice(0, MAX_FILES)
}

/**
 * Makes this the only instance, or null if another runs: that one has been given our files.
 *
 * @param files absolute paths from our command line
 */
export function takeFiles(app: App, files: readonly string[]): GivenFiles | null {
  if (!app.requestSingleInstanceLock({ files })) return null
  let early: readonly string[] = files
  let listener: ((paths: readonly string[]) => void) | null = null
  const more = (paths: readonly string[]): void => {
    if (listener && app.isReady()) listener(paths)
    else early = [...early, ...paths]
  }
  app.on('second-instance', (_event, _argv, _cwd, data) => more(readFiles(data)))
  app.on('open-file', (event, path) => {
    event.preventDefault()
    more([path])
  })
  return {
    first: () => early.slice(0, MAX_FILES),
    onMore: (given) => (listener = given),
  }
}
