/// <reference types="vite/client" />
import type { DesktopApi } from '../shared/contract/desktop-api'

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly roundtrip: DesktopApi
  }
}
