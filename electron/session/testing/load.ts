/** A client with a pool, as plain as can be: it takes the idle connection used last, drops those the server has closed, and counts what it opens. */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const BEGINNING = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: load/1\r\n'
const END = '\r\n'
/** A request is sent in two parts, this far apart: exchanges take their time, as over a network, whatever the machine is busy with. */
const TAKES_MS = 40
const ANSWERED = 'hello\n'

export class PoolingClient {
  readonly #port: number
  readonly #from: string
  readonly #idle: Socket[] = []
  readonly #all = new Set<Socket>()
  /** Connections opened. */
  opened = 0

  constructor(port: number, from: string) {
    this.#port = port
    this.#from = from
  }

  async request(): Promise<void> {
    // Retried once: the server may have closed while the request was on its way.
    if (!(await this.#ask(this.#idle.pop() ?? (await this.#open())))) await this.#ask(await this.#open())
  }

  close(): void {
    for (const socket of this.#all) socket.destroy()
  }

  async #open(): Promise<Socket> {
    this.opened++
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress: this.#from, noDelay: true })
    this.#all.add(socket)
    const gone = (): void => {
      const i = this.#idle.indexOf(socket)
      if (i >= 0) this.#idle.splice(i, 1)
      this.#all.delete(socket)
      socket.destroy()
    }
    socket.on('end', gone).on('close', gone).on('error', gone)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return socket
  }

  /** @returns false where the connection ended without an answer */
  #ask(socket: Socket): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (answered: boolean) => (): void => {
        socket.off('data', onData).off('close', onClose)
        if (answered && !socket.destroyed) this.#idle.push(socket)
        resolve(answered)
      }
      let received = ''
      const answered = done(true)
      const onData = (data: Buffer): void => {
        received += data.toString('latin1')
        if (received.endsWith(ANSWERED)) answered()
      }
      const onClose = done(false)
      socket.on('data', onData).on('close', onClose)
      socket.write(BEGINNING)
      setTimeout(() => socket.write(END), TAKES_MS)
    })
  }
}

/** When each client asks, in seconds: idle times log-uniform between two bounds, now and then two requests at once. */
export function schedule(next: () => number, seconds: number, from: number, to: number): readonly number[] {
  const at: number[] = []
  for (let now = next(); now < seconds; now += from * (to / from) ** next()) {
    at.push(now)
    if (next() < 0.15) at.push(now + 0.005)
  }
  return at
}

/** Plays the same schedule with one client a port. */
export async function play(clients: readonly PoolingClient[], at: readonly number[]): Promise<void> {
  const begun = performance.now()
  const asked: Promise<unknown>[] = []
  for (const instant of at) {
    const wait = instant * 1000 - (performance.now() - begun)
    if (wait > 0) await pause(wait)
    for (const client of clients) asked.push(client.request())
  }
  await Promise.all(asked)
}
