/** How {@link DesktopApi} travels between preload and main: each channel's name and what it carries, in one place for both ends. */
import type { DesktopApi, MenuCommand, ThemeChoice } from './desktop-api'

export const DESKTOP_CALLS = [
  'chooseFiles',
  'chooseKeyLog',
  'samplePath',
  'recentFiles',
  'noteOpened',
  'openInNewWindow',
  'exportPdf',
  'showInFolder',
  'copyText',
  'theme',
  'setTheme',
  'initialPaths',
  'initialKeyLog',
] as const satisfies readonly (keyof DesktopApi)[]

/** A method of the desktop API that main answers. */
export type DesktopCall = (typeof DESKTOP_CALLS)[number]
export type CallParams<C extends DesktopCall> = Parameters<DesktopApi[C]>
export type CallResult<C extends DesktopCall> = Awaited<ReturnType<DesktopApi[C]>>

/** What main answers: an error travels as its sentence alone. */
export type CallAnswer<C extends DesktopCall> =
  { readonly ok: true; readonly value: CallResult<C> } | { readonly ok: false; readonly message: string }

/** What main tells a window unasked. */
export interface DesktopNotices {
  readonly openPaths: readonly string[]
  readonly menu: MenuCommand
  readonly themeChanged: ThemeChoice
  readonly engineRestarted: string
}
export type DesktopNotice = keyof DesktopNotices

export const callChannel = (call: DesktopCall): string => `call:${call}`
export const noticeChannel = (notice: DesktopNotice): string => `notice:${notice}`
/** The page asks for its engine port; main answers on the same channel, with the port. */
export const ENGINE_PORT_CHANNEL = 'engine-port'
/** The `data` of the message event that hands the port to the page. */
export const ENGINE_PORT_MESSAGE = 'roundtrip:engine-port'
