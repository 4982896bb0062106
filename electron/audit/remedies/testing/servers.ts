/** Real servers on loopback, and a capture of what goes to and from them. Everything started here is ended by its process. */
import { spawn, type ChildProcess } from 'node:child_process'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const SYSTEM = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }

/** A folder and variables of a program's own. */
interface Surroundings {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export class Programs {
  readonly #children = new Set<ChildProcess>()

  start(program: string, args: readonly string[], { cwd, env }: Surroundings = {}): ChildProcess & { said: string } {
    const surroundings = { env: { ...SYSTEM, ...env }, ...(cwd === undefined ? {} : { cwd }) }
    const child = Object.assign(spawn(program, args, { ...surroundings, stdio: ['ignore', 'pipe', 'pipe'] }), { said: '' })
    this.#children.add(child)
    const hear = (chunk: Buffer): void => {
      child.said = (child.said + chunk.toString('utf8')).slice(-4000)
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', (error) => (child.said += error.message))
    child.on('exit', () => this.#children.delete(child))
    return child
  }

  async stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 3000)
    await gone
    clearTimeout(late)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.stop(child)))
  }
}

/** Below the range from which systems take the ports of outgoing connections, so that nobody else gets them in between. */
const LOWEST = 12_000
const PORTS = 18_000

/** Ports of loopback that are free now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  for (let i = 0; ports.size < count && i < 20 * count; i++) {
    const port = LOWEST + Math.floor(Math.random() * PORTS)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)))
  })

/** @param seconds a program of Java needs longer to begin */
export async function until(condition: () => boolean | Promise<boolean>, what: () => string, seconds = 5): Promise<void> {
  for (let i = 0; i < seconds * 40; i++) {
    if (await condition()) return
    await sleep(25)
  }
  throw new Error(`waited in vain: ${what()}`)
}

export const listens = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
