import type { App, Session, WebContents } from 'electron'

/** What a session may load and what its pages may become. */
export interface Rules {
  readonly mayRequest: (url: string) => boolean
  readonly mayNavigate: (url: string) => boolean
}

/** No request but those allowed, no permission, no device, no download. */
export function lockSession(session: Session, mayRequest: Rules['mayRequest']): void {
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url) }))
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event) => event.preventDefault())
}

/** No way out of the page: no other page, no second window, no embedded one. */
export function lockContents(contents: WebContents, mayNavigate: Rules['mayNavigate']): void {
  contents.on('will-navigate', (event, url) => {
    if (!mayNavigate(url)) event.preventDefault()
  })
  contents.on('will-redirect', (event, url) => {
    if (!mayNavigate(url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

/** Applies to every page the application ever makes. */
export function lockEveryPage(app: App, mayNavigate: Rules['mayNavigate']): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents, mayNavigate))
}

/** Chromium resolves no name at all: what slips past everything else has no address to go to. */
export function lockNames(app: App): void {
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND')
  app.commandLine.appendSwitch('disable-background-networking')
}
