/** The engine over a MessagePort (shared/contract/engine-api.ts). Calls made before the port has come wait for it. */
import type { EngineEvent, EngineMethod, FromEngine, ToEngine } from '../../shared/contract/engine-api'
import { EngineError, type CallOptions, type EngineClient, type Params, type Result } from './engine-client'

/** What is used of a MessagePort. */
export interface EnginePort {
  postMessage(message: ToEngine): void
  onmessage: ((message: { readonly data: unknown }) => void) | null
  close(): void
}

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: EngineError) => void
  readonly release: () => void
}

export class PortEngineClient implements EngineClient {
  private port: EnginePort | null = null
  private portWanted = false
  private nextId = 1
  private readonly pending = new Map<number, Pending>()
  private readonly waiting: ToEngine[] = []
  private readonly listeners = new Set<(event: EngineEvent) => void>()

  /** `requestPort` asks for a port; it is called once for each port that is needed, when the first call needs it. */
  constructor(private readonly requestPort: () => void = () => undefined) {}

  /** Takes a port into use. What was under way on an earlier one fails: that engine is gone, and its answers with it. */
  attach(port: EnginePort): void {
    if (this.port !== null) this.detach('The analysis engine was restarted.')
    this.port = port
    this.portWanted = false
    port.onmessage = ({ data }) => this.receive(data as FromEngine)
    for (const message of this.waiting.splice(0)) port.postMessage(message)
  }

  /** Gives the port up and fails what is under way, for this reason. */
  detach(reason: string): void {
    if (this.port !== null) {
      this.port.onmessage = null
      this.port.close()
      this.port = null
    }
    this.portWanted = false
    this.waiting.length = 0
    for (const id of [...this.pending.keys()]) this.take(id)?.reject(new EngineError('internal', reason))
  }

  call<M extends EngineMethod>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    const { signal } = options
    if (signal?.aborted) return Promise.reject(new EngineError('cancelled', 'Cancelled.'))
    const id = this.nextId++
    return new Promise<Result<M>>((resolve, reject) => {
      const abort = (): void => {
        this.take(id)?.reject(new EngineError('cancelled', 'Cancelled.'))
        this.send({ kind: 'cancel', id })
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.pending.set(id, {
        resolve: (value) => resolve(value as Result<M>),
        reject,
        release: () => signal?.removeEventListener('abort', abort),
      })
      this.send({ kind: 'call', id, method, params })
    })
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private send(message: ToEngine): void {
    if (this.port !== null) {
      this.port.postMessage(message)
      return
    }
    if (message.kind === 'cancel') {
      const unsent = this.waiting.findIndex((call) => call.kind === 'call' && call.id === message.id)
      if (unsent >= 0) this.waiting.splice(unsent, 1)
    } else {
      this.waiting.push(message)
      this.wantPort()
    }
  }

  /** Asks for a port unless there is one or one has been asked for. */
  wantPort(): void {
    if (this.port !== null || this.portWanted) return
    this.portWanted = true
    this.requestPort()
  }

  private receive(message: FromEngine): void {
    switch (message.kind) {
      case 'result':
        this.take(message.id)?.resolve(message.value)
        return
      case 'error':
        this.take(message.id)?.reject(new EngineError(message.code, message.message))
        return
      case 'event':
        for (const listener of [...this.listeners]) listener(message.event)
    }
  }

  private take(id: number): Pending | undefined {
    const call = this.pending.get(id)
    this.pending.delete(id)
    call?.release()
    return call
  }
}
