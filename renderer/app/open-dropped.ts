/** What dropped files are for: captures are opened, a key log goes with them or with what is open. */
import type { DesktopApi } from '../../shared/contract/desktop-api'
import { isKeyLog, KEY_LOG_HEAD } from '../../shared/key-log'
import type { Workspace } from './workspace'

interface Sorted {
  readonly captures: readonly string[]
  readonly keyLogs: readonly string[]
}

async function holdsKeys(file: File): Promise<boolean> {
  try {
    return isKeyLog(await file.slice(0, KEY_LOG_HEAD).text())
  } catch {
    // A folder, or a file that cannot be read: opening it says so.
    return false
  }
}

async function sort(files: readonly File[], desktop: Pick<DesktopApi, 'pathForFile'>): Promise<Sorted> {
  const captures: string[] = []
  const keyLogs: string[] = []
  for (const file of files) {
    const path = desktop.pathForFile(file)
    if (path !== '') ((await holdsKeys(file)) ? keyLogs : captures).push(path)
  }
  return { captures, keyLogs }
}

/** Tells captures and key logs apart by their content, then opens. */
export async function openDropped(
  files: readonly File[],
  newWindow: boolean,
  desktop: Pick<DesktopApi, 'pathForFile' | 'openInNewWindow'>,
  workspace: Workspace,
): Promise<void> {
  const { captures, keyLogs } = await sort(files, desktop)
  const [keylog] = keyLogs
  if (keyLogs.length > 1) {
    return workspace.refuse({
      title: 'Several key logs',
      message: 'Only one key log can be used at a time.',
      advice: 'Put their lines into one file, in any order, and drop that.',
    })
  }
  if (captures.length === 0) return keylog === undefined ? undefined : workspace.useKeyLog(keylog)
  if (newWindow && workspace.stage.kind !== 'empty') return desktop.openInNewWindow(captures, keylog)
  return workspace.open(captures, keylog)
}
