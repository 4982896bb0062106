import { setImmediate as turn } from 'node:timers/promises'
import { MessageChannel } from 'node:worker_threads'
import type { EngineEvent, FromEngine, ToEngine } from '../../../shared/contract/engine-api'
import type { EnginePort } from '../port'

/** A window's end of a real port pair (node:worker_threads): what it sent is cloned, as Electron's ports do. */
export interface TestWindow {
  readonly received: FromEngine[]
  send(message: unknown): void
  call(id: number, method: string, params: unknown): void
  cancel(id: number): void
  /** The answer to a call, once it is there. */
  answer(id: number): Promise<Exclude<FromEngine, { kind: 'event' }>>
  events(): EngineEvent[]
  readonly close: () => void
}

export function portPair(): { readonly port: EnginePort; readonly window: TestWindow } {
  const { port1, port2 } = new MessageChannel()
  const port: EnginePort = {
    postMessage: (message) => port1.postMessage(message),
    on(event: 'message' | 'close', listener: (message: { readonly data: unknown }) => void) {
      return event === 'message'
        ? port1.on('message', (data: unknown) => listener({ data }))
        : port1.on('close', () => listener({ data: null }))
    },
    start: () => port1.start(),
    close: () => port1.close(),
  }

  const received: FromEngine[] = []
  port2.on('message', (message: FromEngine) => received.push(message))
  const send = (message: unknown): void => port2.postMessage(message)
  const window: TestWindow = {
    received,
    send,
    call: (id, method, params) => send({ kind: 'call', id, method, params }),
    cancel: (id) => send({ kind: 'cancel', id } satisfies ToEngine),
    async answer(id) {
      for (let turns = 0; turns < 2000; turns++) {
        for (const message of received) if (message.kind !== 'event' && message.id === id) return message
        await turn()
      }
      throw new Error(`call ${id} was never answered`)
    },
    events: () => received.flatMap((message) => (message.kind === 'event' ? [message.event] : [])),
    close: () => port2.close(),
  }
  return { port, window }
}

/** Lets every message that is under way arrive. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn()
}
