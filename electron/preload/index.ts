/**
 * The one bridge between a window's page and the desktop. It runs sandboxed and isolated: the page gets these functions
 * and nothing of Electron.
 */
/// <reference lib="dom" />
import * as electron from 'electron'
import type { DesktopApi } from '../../shared/contract/desktop-api'
import {
  callChannel,
  ENGINE_PORT_CHANNEL,
  ENGINE_PORT_MESSAGE,
  noticeChannel,
  type CallAnswer,
  type CallParams,
  type CallResult,
  type DesktopCall,
  type DesktopNotice,
  type DesktopNotices,
} from '../../shared/contract/desktop-channels'
import { version } from '../../package.json'
import { pathForFile } from './path-for-file'

const { contextBridge, ipcRenderer } = electron

const call =
  <C extends DesktopCall>(name: C) =>
  async (...params: CallParams<C>): Promise<CallResult<C>> => {
    const answer = (await ipcRenderer.invoke(callChannel(name), ...params)) as CallAnswer<C>
    if (answer.ok) return answer.value
    throw new Error(answer.message)
  }

function onNotice<N extends DesktopNotice>(name: N, listener: (carried: DesktopNotices[N]) => void): () => void {
  // The event is not passed on: it would hand ipcRenderer to the page.
  const relay = (_event: unknown, carried: DesktopNotices[N]): void => listener(carried)
  ipcRenderer.on(noticeChannel(name), relay)
  return () => void ipcRenderer.removeListener(noticeChannel(name), relay)
}

ipcRenderer.on(ENGINE_PORT_CHANNEL, ({ ports }) => {
  window.postMessage(ENGINE_PORT_MESSAGE, location.origin, [...ports])
})

const api: DesktopApi = {
  platform: process.platform,
  version: { app: version, electron: process.versions.electron, chromium: process.versions.chrome },
  requestEnginePort: () => ipcRenderer.send(ENGINE_PORT_CHANNEL),
  pathForFile: (file) => pathForFile(file, electron),
  chooseFiles: call('chooseFiles'),
  chooseKeyLog: call('chooseKeyLog'),
  samplePath: call('samplePath'),
  recentFiles: call('recentFiles'),
  noteOpened: call('noteOpened'),
  openInNewWindow: call('openInNewWindow'),
  exportPdf: call('exportPdf'),
  showInFolder: call('showInFolder'),
  copyText: call('copyText'),
  theme: call('theme'),
  setTheme: call('setTheme'),
  initialPaths: call('initialPaths'),
  initialKeyLog: call('initialKeyLog'),
  onOpenPaths: (listener) => onNotice('openPaths', listener),
  onMenu: (listener) => onNotice('menu', listener),
  onThemeChanged: (listener) => onNotice('themeChanged', listener),
  onEngineRestarted: (listener) => onNotice('engineRestarted', listener),
}

contextBridge.exposeInMainWorld('roundtrip', api)
