import { notify } from './calls'
import type { Windows } from './windows'

/** Files given to a running application: into a window that shows none, otherwise into a new one. */
export function openIn(windows: Windows, paths: readonly string[]): void {
  const vacant = windows.vacant()
  if (paths.length > 0 && vacant === null) return void windows.open(paths)
  const window = vacant?.window ?? windows.current() ?? windows.open([])
  if (paths.length > 0) {
    windows.show(window, paths)
    // A page that is still loading asks for its files itself.
    if (vacant?.listening === true) notify(window, 'openPaths', paths)
  }
  if (window.isMinimized()) window.restore()
  window.focus()
}
