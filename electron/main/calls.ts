import { BrowserWindow, ipcMain, type WebContents } from 'electron'
import {
  callChannel,
  DESKTOP_CALLS,
  ENGINE_PORT_CHANNEL,
  noticeChannel,
  type CallAnswer,
  type CallParams,
  type CallResult,
  type DesktopCall,
  type DesktopNotice,
  type DesktopNotices,
} from '../../shared/contract/desktop-channels'
import { readCallParams } from './call-params'
import { sentenceOf } from './sentence'

/** What main does for a call: given the window whose page asked. */
export type CallHandlers = {
  readonly [C in DesktopCall]: (window: BrowserWindow, ...params: CallParams<C>) => CallResult<C> | Promise<CallResult<C>>
}

interface Frame {
  readonly url: string
  readonly parent: unknown
}
interface CallEvent {
  readonly sender: WebContents
  readonly senderFrame: Frame | null
}

/** The window that asked, if its own top page did. */
function askingWindow({ sender, senderFrame }: CallEvent, isOwnPage: (url: string) => boolean): BrowserWindow | null {
  const ownPage = senderFrame?.parent === null && isOwnPage(senderFrame.url)
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Electron's typings name one class twice
  return ownPage ? BrowserWindow.fromWebContents(sender) : null
}

/** Answers every call of the contract, for our own pages only and with parameters that were looked at. */
export function handleCalls(handlers: CallHandlers, isOwnPage: (url: string) => boolean): void {
  function handle<C extends DesktopCall>(call: C): void {
    ipcMain.handle(callChannel(call), async (event, ...params: unknown[]): Promise<CallAnswer<C>> => {
      const window = askingWindow(event, isOwnPage)
      if (window === null) return { ok: false, message: 'Refused.' }
      try {
        return { ok: true, value: await handlers[call](window, ...readCallParams[call](params)) }
      } catch (thrown) {
        return { ok: false, message: sentenceOf(thrown) }
      }
    })
  }
  DESKTOP_CALLS.forEach((call) => handle(call))
}

/** A page asks for its engine port. */
export function onEnginePortRequest(run: (window: BrowserWindow) => void, isOwnPage: (url: string) => boolean): void {
  ipcMain.on(ENGINE_PORT_CHANNEL, (event) => {
    const window = askingWindow(event, isOwnPage)
    if (window !== null) run(window)
  })
}

/** Tells a window something, if it is still there. */
export function notify<N extends DesktopNotice>(window: BrowserWindow, notice: N, carried: DesktopNotices[N]): void {
  if (!window.isDestroyed()) window.webContents.send(noticeChannel(notice), carried)
}
