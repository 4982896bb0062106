import { describe, expect, it } from 'vitest'
import type { ToHost } from '../../shared/contract/host-messages'
import { MAX_DEATHS, WELL_AFTER_MS } from './backoff'
import { engineProcess, type EngineChild, type EngineClient } from './engine-process'

interface Child extends EngineChild<string> {
  readonly told: { readonly message: ToHost; readonly ports: readonly string[] }[]
  say(message: unknown): void
  die(): void
  killed: boolean
}

function child(): Child {
  const listeners: Record<string, (given: never) => void> = {}
  return {
    told: [],
    killed: false,
    postMessage(message, ports = []) {
      this.told.push({ message, ports })
    },
    on: (event: string, listener: (given: never) => void) => (listeners[event] = listener),
    say: (message) => listeners.message?.(message as never),
    die: () => listeners.exit?.(139 as never),
    kill() {
      this.killed = true
    },
  }
}

function start(): {
  children: Child[]
  timers: { run: () => void; ms: number }[]
  clock: { ms: number }
  engine: ReturnType<typeof engineProcess<string>>
  client: EngineClient<string> & { log: string[] }
} {
  const children: Child[] = []
  const timers: { run: () => void; ms: number }[] = []
  const clock = { ms: 0 }
  let channels = 0
  const engine = engineProcess<string>({
    fork: () => {
      const forked = child()
      children.push(forked)
      return forked
    },
    channel: () => {
      channels += 1
      return { port1: `host ${channels}`, port2: `page ${channels}` }
    },
    now: () => clock.ms,
    later: (run, ms) => timers.push({ run, ms }),
  })
  const log: string[] = []
  return {
    children,
    timers,
    clock,
    engine,
    client: { log, receive: (port) => log.push(port), lost: (reason) => log.push(reason) },
  }
}

describe('the engine process', () => {
  it('starts for the first window and serves the second', () => {
    const { engine, children, client } = start()
    expect(children).toHaveLength(0)
    engine.connect(client)
    engine.connect({ ...client })
    expect(children).toHaveLength(1)
    expect(children[0]?.told).toEqual([
      { message: { kind: 'connect' }, ports: ['host 1'] },
      { message: { kind: 'connect' }, ports: ['host 2'] },
    ])
    expect(client.log).toEqual(['page 1', 'page 2'])
  })

  it('starts again after a crash: tells the window first, then hands it a new port', () => {
    const { engine, children, timers, client } = start()
    engine.connect(client)
    children[0]?.die()
    expect(client.log).toEqual(['page 1', 'The engine stopped unexpectedly and was started again.'])
    timers.shift()?.run()
    expect(children).toHaveLength(2)
    expect(client.log.at(-1)).toBe('page 2')
  })

  it('hands a window that asks during the pause one port, not two', () => {
    const { engine, children, timers, client } = start()
    engine.connect(client)
    children[0]?.die()
    engine.connect(client)
    timers.shift()?.run()
    expect(children).toHaveLength(2)
    expect(client.log.filter((entry) => entry.startsWith('page'))).toEqual(['page 1', 'page 2'])
  })

  it('waits longer each time, gives up, and tries afresh when a window asks', () => {
    const { engine, children, timers, client } = start()
    engine.connect(client)
    const waits: number[] = []
    for (let death = 1; death < MAX_DEATHS; death++) {
      children.at(-1)?.die()
      const timer = timers.shift()
      waits.push(timer?.ms ?? -1)
      timer?.run()
    }
    children.at(-1)?.die()
    expect(waits).toEqual([250, 500, 1000, 2000])
    expect(timers).toHaveLength(0)
    expect(client.log.at(-1)).toBe('The engine keeps stopping, so it was not started again.')
    engine.connect(client)
    expect(children).toHaveLength(MAX_DEATHS + 1)
  })

  it('forgets old deaths of an engine that was well', () => {
    const { engine, children, timers, clock, client } = start()
    engine.connect(client)
    for (let death = 0; death < 20; death++) {
      clock.ms += WELL_AFTER_MS
      children.at(-1)?.die()
      expect(timers[0]?.ms).toBe(250)
      timers.shift()?.run()
    }
  })

  it('leaves windows that are gone alone', () => {
    const { engine, children, timers, client } = start()
    engine.connect(client)
    engine.disconnect(client)
    children[0]?.die()
    timers.shift()?.run()
    expect(client.log).toEqual(['page 1'])
  })

  it('asks for reports and tells their ends apart', async () => {
    const { engine, children, client } = start()
    engine.connect(client)
    const first = engine.report('a', 'html', '/tmp/1.html')
    const second = engine.report('b', 'csv', '/tmp/2.csv')
    for (const junk of [null, 'reported', { kind: 'reported' }, { kind: 'reported', id: 77, path: '' }]) children[0]?.say(junk)
    children[0]?.say({ kind: 'failed', id: 2, message: 'The disk is full.' })
    children[0]?.say({ kind: 'reported', id: 1, path: '/tmp/1.html' })
    await expect(first).resolves.toBeUndefined()
    await expect(second).rejects.toThrow('The disk is full.')
  })

  it('fails the reports of an engine that died', async () => {
    const { engine, children, client } = start()
    engine.connect(client)
    const report = engine.report('a', 'html', '/tmp/1.html')
    children[0]?.die()
    await expect(report).rejects.toThrow('stopped unexpectedly')
    await expect(engine.report('a', 'html', '/tmp/1.html')).rejects.toThrow('stopped unexpectedly')
  })

  it('stops when told, and by force when the engine does not', async () => {
    const { engine, children, timers, client } = start()
    engine.connect(client)
    const stopped = engine.stop()
    expect(children[0]?.told.at(-1)?.message).toEqual({ kind: 'stop' })
    children[0]?.die()
    await stopped
    expect(client.log).toEqual(['page 1'])

    const stuck = start()
    stuck.engine.connect(stuck.client)
    const forced = stuck.engine.stop()
    stuck.timers[0]?.run()
    await forced
    expect(stuck.children[0]?.killed).toBe(true)
    expect(timers).toHaveLength(1)
  })
})
