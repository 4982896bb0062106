import { describe, expect, it } from 'vitest'
import { EngineError } from './errors'
import { readAudit, readConnection, readConnections, readExchanges, readOpen } from './params'
import { MAX_CALLS_IN_FLIGHT, serve, type Methods } from './rpc'
import { readWhatIf } from './what-if-params'
import { portPair, settle } from './testing/port-pair'
import { session, summary } from './testing/session'

const never = new Promise<never>(() => undefined)

function methods(overrides: Partial<Methods> = {}): Methods {
  const one = session()
  return {
    open: { read: readOpen, run: () => Promise.resolve({ ...summary, audit: 'a' }) },
    summary: { read: readAudit, run: () => Promise.resolve(summary) },
    connections: { read: readConnections, run: (query) => one.connections(query) },
    connection: { read: readConnection, run: ({ id }) => one.connection(id) },
    exchanges: { read: readExchanges, run: ({ connection, ...page }) => one.exchanges(connection, page) },
    whatIf: { read: readWhatIf, run: (query) => one.whatIf(query) },
    close: { read: readAudit, run: () => Promise.resolve(null) },
    ...overrides,
  }
}

describe('a window calls the engine', () => {
  it('answers a call with its result', async () => {
    const { port, window } = portPair()
    serve(port, methods())
    window.call(7, 'exchanges', { audit: 'a', connection: 2, offset: 40, limit: 20 })
    expect(await window.answer(7)).toEqual({ kind: 'result', id: 7, value: { total: 9, offset: 40, rows: [] } })
    window.close()
  })

  it('answers an error with its code and one sentence', async () => {
    const { port, window } = portPair()
    const run = () => Promise.reject(new EngineError('no-such-audit', 'This audit is no longer open.'))
    serve(port, methods({ summary: { read: readAudit, run } }))
    window.call(1, 'summary', { audit: 'gone' })
    expect(await window.answer(1)).toEqual({
      kind: 'error',
      id: 1,
      code: 'no-such-audit',
      message: 'This audit is no longer open.',
    })
    window.close()
  })

  it('keeps stacks to itself and hands the whole error to its own log', async () => {
    const { port, window } = portPair()
    const logged: unknown[] = []
    serve(port, methods(), { onInternalError: (thrown) => logged.push(thrown) })
    window.call(1, 'connection', { audit: 'a', id: 0 })
    expect(await window.answer(1)).toEqual({
      kind: 'error',
      id: 1,
      code: 'internal',
      message: 'The engine failed: SELECT * FROM connections',
    })
    expect(logged).toHaveLength(1)
    window.close()
  })

  it('passes events on before the result', async () => {
    const { port, window } = portPair()
    const open: Methods['open'] = {
      read: readOpen,
      run: ({ paths }, { emit }) => {
        emit({ event: 'started', audit: 'a', files: paths })
        return Promise.resolve({ ...summary, audit: 'a' })
      },
    }
    serve(port, methods({ open }))
    window.call(1, 'open', { paths: ['/tmp/shop.pcap'] })
    await window.answer(1)
    expect(window.received.map(({ kind }) => kind)).toEqual(['event', 'result'])
    expect(window.events()).toEqual([{ event: 'started', audit: 'a', files: ['/tmp/shop.pcap'] }])
    window.close()
  })

  it('cancels: aborts the signal, answers once, drops the late result', async () => {
    const { port, window } = portPair()
    let signal: AbortSignal | undefined
    let finish: () => void = () => undefined
    const run: Methods['summary']['run'] = (_params, context) => {
      signal = context.signal
      return new Promise((resolve) => (finish = () => resolve(summary)))
    }
    serve(port, methods({ summary: { read: readAudit, run } }))
    window.call(3, 'summary', { audit: 'a' })
    window.cancel(3)
    expect(await window.answer(3)).toMatchObject({ kind: 'error', code: 'cancelled' })
    expect(signal?.aborted).toBe(true)
    finish()
    await settle()
    expect(window.received).toHaveLength(1)
    window.close()
  })

  it('aborts what is running when the window goes away', async () => {
    const { port, window } = portPair()
    let signal: AbortSignal | undefined
    let closed = 0
    const run: Methods['summary']['run'] = (_params, context) => {
      signal = context.signal
      return never
    }
    serve(port, methods({ summary: { read: readAudit, run } }), { onClose: () => (closed += 1) })
    window.call(1, 'summary', { audit: 'a' })
    await settle()
    window.close()
    await settle()
    expect(signal?.aborted).toBe(true)
    expect(closed).toBe(1)
  })
})

describe('a hostile window', () => {
  it.each(['constructor', '__proto__', 'toString', 'drop', '', 'openx'])('knows no method "%s"', async (method) => {
    const { port, window } = portPair()
    serve(port, methods())
    window.call(1, method, {})
    expect(await window.answer(1)).toMatchObject({ kind: 'error', code: 'bad-request' })
    window.close()
  })

  it('ignores messages that are no calls and serves on', async () => {
    const { port, window } = portPair()
    serve(port, methods())
    for (const junk of [
      null,
      1,
      'call',
      [],
      {},
      { kind: 'call' },
      { kind: 'cancel', id: 99 },
      { kind: 'x', id: 1 },
      { kind: 'call', id: -1 },
    ])
      window.send(junk)
    window.call(5, 'close', { audit: 'a' })
    expect(await window.answer(5)).toEqual({ kind: 'result', id: 5, value: null })
    expect(window.received).toHaveLength(1)
    window.close()
  })

  it('refuses a second call with a number in use, and more calls than a window ever has', async () => {
    const { port, window } = portPair()
    serve(port, methods({ summary: { read: readAudit, run: () => never } }))
    for (let id = 0; id < MAX_CALLS_IN_FLIGHT; id++) window.call(id, 'summary', { audit: 'a' })
    window.call(1000, 'summary', { audit: 'a' })
    expect(await window.answer(1000)).toMatchObject({ code: 'bad-request', message: 'Too many calls are running at once.' })
    window.call(0, 'summary', { audit: 'a' })
    expect(await window.answer(0)).toMatchObject({ code: 'bad-request' })
    window.close()
  })
})
