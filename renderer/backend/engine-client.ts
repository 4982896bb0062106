/** The engine as the window sees it: typed calls that can be cancelled, and events. */
import type { EngineApi, EngineEvent, EngineMethod, ErrorCode } from '../../shared/contract/engine-api'

export type Params<M extends EngineMethod> = Parameters<EngineApi[M]>[0]
export type Result<M extends EngineMethod> = ReturnType<EngineApi[M]>

export interface CallOptions {
  /** Aborting it cancels the call in the engine; the promise rejects with code 'cancelled'. */
  readonly signal?: AbortSignal
}

export interface EngineClient {
  /** Rejects with {@link EngineError}. */
  call<M extends EngineMethod>(method: M, params: Params<M>, options?: CallOptions): Promise<Result<M>>
  /** Returns the function that unsubscribes. */
  onEvent(listener: (event: EngineEvent) => void): () => void
}

/** A call's failure. `message` is one sentence for a person. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message)
  }
}

export const isCancelled = (error: unknown): boolean => error instanceof EngineError && error.code === 'cancelled'
