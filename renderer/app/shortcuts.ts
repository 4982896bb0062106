/** Keys and menu commands: both end in the same few actions. */
import type { MenuCommand } from '../../shared/contract/desktop-api'
import { PAGES } from './navigation'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/**
 * The command of a key press: Ctrl/Cmd+O, Ctrl/Cmd+F, and 1 to 5 for the pages unless someone is typing. Null for any other.
 */
export function commandOf(event: KeyboardEvent): MenuCommand | null {
  if (event.altKey || event.defaultPrevented) return null
  if (event.ctrlKey || event.metaKey) {
    if (event.shiftKey) return null
    const key = event.key.toLowerCase()
    return key === 'o' ? 'open' : key === 'f' ? 'find' : null
  }
  if (typing(event.target)) return null
  return PAGES[Number(event.key) - 1] ?? null
}

/** Runs the command of each key press in the window. Returns the function that stops it. */
export function listenForShortcuts(run: (command: MenuCommand) => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const command = commandOf(event)
    if (command === null) return
    // Also keeps the menu's accelerator from running it a second time.
    event.preventDefault()
    run(command)
  }
  window.addEventListener('keydown', onKey)
  return () => window.removeEventListener('keydown', onKey)
}
