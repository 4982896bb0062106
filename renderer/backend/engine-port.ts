/** Where the engine's port comes from: main hands it to the preload, the preload to the page. */
import type { DesktopApi } from '../../shared/contract/desktop-api'
import { PortEngineClient, type EnginePort } from './port-engine-client'

const PORT_MESSAGE = 'roundtrip:engine-port'

export interface EngineWatcher {
  /** The engine died: its audits are gone, calls under way have failed. */
  lost(reason: string): void
  /** Another engine has taken its place. */
  back(): void
}

/** A client that is attached as soon as the port arrives, and again after each restart of the engine. */
export function connectEngine(
  page: Window,
  desktop: Pick<DesktopApi, 'requestEnginePort' | 'onEngineRestarted'>,
): { readonly client: PortEngineClient; readonly watch: (watcher: EngineWatcher) => void } {
  const client = new PortEngineClient(() => desktop.requestEnginePort())
  const watchers: EngineWatcher[] = []
  let lost = false
  page.addEventListener('message', (message: MessageEvent<unknown>) => {
    // The preload posts from this very window; a message from anywhere else is not the desktop's.
    if (message.source !== page || message.data !== PORT_MESSAGE) return
    const port = message.ports[0]
    if (port === undefined) return
    client.attach(port as EnginePort)
    if (lost) for (const watcher of watchers) watcher.back()
    lost = false
  })
  desktop.onEngineRestarted((reason) => {
    lost = true
    client.detach(reason)
    for (const watcher of watchers) watcher.lost(reason)
  })
  client.wantPort()
  return { client, watch: (watcher) => void watchers.push(watcher) }
}
