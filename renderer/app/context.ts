/** What every view may use, handed down once by the root. */
import { inject, type App, type InjectionKey } from 'vue'
import type { DesktopApi } from '../../shared/contract/desktop-api'
import type { EngineClient } from '../backend/engine-client'
import type { Navigation } from './navigation'
import type { Theme } from './theme'
import type { Workspace } from './workspace'

export interface Context {
  readonly desktop: DesktopApi
  readonly engine: EngineClient
  readonly workspace: Workspace
  readonly navigation: Navigation
  readonly theme: Theme
}

const key: InjectionKey<Context> = Symbol('roundtrip')

export const provideContext = (app: App, context: Context): void => void app.provide(key, context)

export function useContext(): Context {
  const context = inject(key)
  if (context === undefined) throw new Error('No context was provided.')
  return context
}
