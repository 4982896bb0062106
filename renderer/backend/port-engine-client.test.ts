import { describe, expect, it } from 'vitest'
import type { EngineEvent, FromEngine, ToEngine } from '../../shared/contract/engine-api'
import { EngineError, isCancelled } from './engine-client'
import { PortEngineClient, type EnginePort } from './port-engine-client'

class FakePort implements EnginePort {
  readonly sent: ToEngine[] = []
  closed = false
  onmessage: EnginePort['onmessage'] = null
  postMessage(message: ToEngine): void {
    this.sent.push(message)
  }
  close(): void {
    this.closed = true
  }
  answer(message: FromEngine): void {
    this.onmessage?.({ data: message })
  }
}

function attached(): { client: PortEngineClient; port: FakePort } {
  const client = new PortEngineClient()
  const port = new FakePort()
  client.attach(port)
  return { client, port }
}

const page = { audit: 'a', connection: 3, offset: 0, limit: 10 }

describe('calls', () => {
  it('match answers to calls by id, in any order', async () => {
    const { client, port } = attached()
    const first = client.call('close', { audit: 'a' })
    const second = client.call('exchanges', page)
    expect(port.sent).toEqual([
      { kind: 'call', id: 1, method: 'close', params: { audit: 'a' } },
      { kind: 'call', id: 2, method: 'exchanges', params: page },
    ])
    port.answer({ kind: 'result', id: 2, value: { total: 7, offset: 0, rows: [] } })
    port.answer({ kind: 'result', id: 1, value: null })
    expect(await first).toBeNull()
    expect((await second).total).toBe(7)
  })

  it('reject with the engine’s code and sentence', async () => {
    const { client, port } = attached()
    const call = client.call('open', { paths: ['/x'] })
    port.answer({ kind: 'error', id: 1, code: 'no-such-file', message: 'There is no file /x.' })
    await expect(call).rejects.toMatchObject({ code: 'no-such-file', message: 'There is no file /x.' })
  })

  it('wait for a port that has not come yet', async () => {
    const client = new PortEngineClient()
    const call = client.call('close', { audit: 'a' })
    const port = new FakePort()
    client.attach(port)
    expect(port.sent).toHaveLength(1)
    port.answer({ kind: 'result', id: 1, value: null })
    expect(await call).toBeNull()
  })

  it('ignore answers nobody waits for', () => {
    const { port } = attached()
    expect(() => port.answer({ kind: 'result', id: 99, value: null })).not.toThrow()
  })
})

describe('cancelling', () => {
  it('rejects at once, tells the engine, and ignores the late answer', async () => {
    const { client, port } = attached()
    const abort = new AbortController()
    const call = client.call('exchanges', page, { signal: abort.signal })
    abort.abort()
    const error: unknown = await call.catch((reason: unknown) => reason)
    expect(isCancelled(error)).toBe(true)
    expect(port.sent[1]).toEqual({ kind: 'cancel', id: 1 })
    port.answer({ kind: 'result', id: 1, value: { total: 1, offset: 0, rows: [] } })
  })

  it('does not cancel what has been answered', async () => {
    const { client, port } = attached()
    const abort = new AbortController()
    const call = client.call('close', { audit: 'a' }, { signal: abort.signal })
    port.answer({ kind: 'result', id: 1, value: null })
    await call
    abort.abort()
    expect(port.sent).toHaveLength(1)
  })

  it('never sends what was cancelled before the port came', async () => {
    const client = new PortEngineClient()
    const abort = new AbortController()
    const call = client.call('close', { audit: 'a' }, { signal: abort.signal })
    abort.abort()
    await expect(call).rejects.toBeInstanceOf(EngineError)
    const port = new FakePort()
    client.attach(port)
    expect(port.sent).toEqual([])
  })
})

it('fails what is under way when the engine is replaced, and goes on over the new port', async () => {
  const { client, port } = attached()
  const lost = client.call('close', { audit: 'a' })
  const next = new FakePort()
  client.attach(next)
  await expect(lost).rejects.toMatchObject({ code: 'internal' })
  expect(port.closed).toBe(true)
  const call = client.call('close', { audit: 'b' })
  next.answer({ kind: 'result', id: 2, value: null })
  expect(await call).toBeNull()
})

it('hands events to every listener until it unsubscribes', () => {
  const { client, port } = attached()
  const seen: EngineEvent[] = []
  const stop = client.onEvent((event) => seen.push(event))
  const started: EngineEvent = { event: 'started', audit: 'a', files: ['x.pcap'] }
  port.answer({ kind: 'event', event: started })
  stop()
  port.answer({ kind: 'event', event: started })
  expect(seen).toEqual([started])
})

it('asks for a port once for each that is needed', () => {
  let asked = 0
  const client = new PortEngineClient(() => asked++)
  client.wantPort()
  client.call('close', { audit: 'a' }).catch(() => undefined)
  expect(asked).toBe(1)
  client.attach(new FakePort())
  client.call('close', { audit: 'a' }).catch(() => undefined)
  expect(asked).toBe(1)
  client.detach('gone')
  client.call('close', { audit: 'a' }).catch(() => undefined)
  expect(asked).toBe(2)
})
