import type { FromEngine } from '../../shared/contract/engine-api'
import type { FromHost } from '../../shared/contract/host-messages'

/**
 * The part of Electron's MessagePortMain that the engine process uses, so that the rest of this folder is tested
 * without Electron. What arrives is unknown until a guard has looked at it.
 */
export interface EnginePort {
  postMessage(message: FromEngine): void
  on(event: 'message', listener: (message: { readonly data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

/** The part of `process.parentPort` that the engine process uses. */
export interface ParentPort {
  postMessage(message: FromHost): void
  on(event: 'message', listener: (message: { readonly data: unknown; readonly ports: readonly EnginePort[] }) => void): unknown
}
