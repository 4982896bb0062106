import type { EngineApi, EngineEvent, EngineMethod, ErrorCode } from '../../shared/contract/engine-api'
import { badRequest, cancelled, toFailure } from './errors'
import { readToEngine } from './params'
import type { EnginePort } from './port'

export interface CallContext {
  /** Aborted when the window cancels the call or goes away. */
  readonly signal: AbortSignal
  /** Tells the window something; silent once its port is closed. */
  readonly emit: (event: EngineEvent) => void
}

export type Params<M extends EngineMethod> = Parameters<EngineApi[M]>[0]
export type Result<M extends EngineMethod> = ReturnType<EngineApi[M]>

/** A method: how to read its parameters (throws `bad-request`), and what it does with them. */
export interface Method<M extends EngineMethod> {
  readonly read: (params: unknown) => Params<M>
  readonly run: (params: Params<M>, context: CallContext) => Promise<Result<M>>
}
export type Methods = { readonly [M in EngineMethod]: Method<M> }

export interface Server {
  /** Cancels every call and closes the port. */
  readonly close: () => void
}

export interface ServerOptions {
  /** Told once, when the port is closed by either side. */
  onClose?(): void
  /** Told of failures the window learns only a sentence about. */
  onInternalError?(thrown: unknown): void
}

/** More than a window ever has in flight; a broken one cannot queue up work without end. */
export const MAX_CALLS_IN_FLIGHT = 64

/**
 * Serves the engine's methods on a window's port. Each call is answered exactly once, with a result or an error. A
 * cancelled call is answered at once with `cancelled`, whatever its method still does with the aborted signal.
 */
export function serve(port: EnginePort, methods: Methods, options: ServerOptions = {}): Server {
  const inFlight = new Map<number, { readonly abort: () => void }>()
  let open = true

  const emit = (event: EngineEvent): void => {
    if (open) port.postMessage({ kind: 'event', event })
  }

  const fail = (id: number, code: ErrorCode, message: string): void => {
    if (open) port.postMessage({ kind: 'error', id, code, message })
  }

  const failWith = (id: number, thrown: unknown): void => {
    const failure = toFailure(thrown)
    if (failure.code === 'internal') options.onInternalError?.(thrown)
    fail(id, failure.code, failure.message)
  }

  async function run<M extends EngineMethod>(method: Method<M>, raw: unknown, context: CallContext): Promise<Result<M>> {
    return method.run(method.read(raw), context)
  }

  function call(id: number, methodName: EngineMethod, params: unknown): void {
    if (inFlight.has(id)) return fail(id, 'bad-request', 'A call with this number is already running.')
    if (inFlight.size >= MAX_CALLS_IN_FLIGHT) return fail(id, 'bad-request', 'Too many calls are running at once.')

    const controller = new AbortController()
    let answered = false
    const answer = (reply: () => void): void => {
      if (answered) return
      answered = true
      inFlight.delete(id)
      reply()
    }
    inFlight.set(id, {
      abort: () => {
        controller.abort()
        answer(() => failWith(id, cancelled()))
      },
    })
    run(methods[methodName], params, { signal: controller.signal, emit }).then(
      (value) =>
        answer(() => {
          if (open) port.postMessage({ kind: 'result', id, value })
        }),
      (thrown: unknown) => answer(() => failWith(id, thrown)),
    )
  }

  function close(): void {
    if (!open) return
    open = false
    for (const running of [...inFlight.values()]) running.abort()
    port.close()
    options.onClose?.()
  }

  port.on('message', ({ data }) => {
    const message = readToEngine(data)
    switch (message.kind) {
      case 'call':
        return call(message.id, message.method, message.params)
      case 'cancel':
        return inFlight.get(message.id)?.abort()
      case 'unknown-method':
        return failWith(message.id, badRequest('The engine knows no such method.'))
      case 'ignored':
        return
    }
  })
  port.on('close', close)
  port.start()
  return { close }
}
