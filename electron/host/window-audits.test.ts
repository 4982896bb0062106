import { describe, expect, it } from 'vitest'
import type { Progress } from '../../shared/contract/engine-api'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { createRegistry } from './registry'
import { serve } from './rpc'
import { portPair, settle, type TestWindow } from './testing/port-pair'
import { capture, manualOpener, session, totals } from './testing/session'
import { MAX_AUDITS, windowAudits } from './window-audits'

function start(): ReturnType<typeof manualOpener> & {
  window: TestWindow
  registry: ReturnType<typeof createRegistry>
  clock: { ms: number }
} {
  const opener = manualOpener()
  const registry = createRegistry()
  const clock = { ms: 0 }
  const { port, window } = portPair()
  const audits = windowAudits({ openAudit: opener.openAudit, registry, now: () => clock.ms })
  serve(port, audits.methods, { onClose: () => void audits.closeAll() })
  return { ...opener, window, registry, clock }
}

const progress = (bytesRead: number, phase: Progress['phase'] = 'reading'): Omit<Progress, 'audit'> => ({
  phase,
  bytesRead,
  bytesTotal: 100,
  packets: bytesRead,
  connections: 0,
  exchanges: 0,
  reusedExchanges: 0,
})

async function openOne({ window, finish }: ReturnType<typeof start>, id = 1, opened = session()): Promise<string> {
  window.call(id, 'open', { paths: ['/captures/shop.pcap'] })
  await settle()
  finish(opened)
  const answer = await window.answer(id)
  if (answer.kind !== 'result') throw new Error(answer.message)
  return (answer.value as { audit: string }).audit
}

describe("a window's audits", () => {
  it('opens, pages and closes one', async () => {
    const host = start()
    const opened = session()
    const audit = await openOne(host, 1, opened)
    expect(host.window.events()[0]).toEqual({ event: 'started', audit, files: ['shop.pcap'] })
    host.window.call(2, 'summary', { audit })
    expect(await host.window.answer(2)).toMatchObject({ kind: 'result', value: { totals: { reusedExchanges: 6 } } })
    host.window.call(9, 'whatIf', { audit, origin: null, policy: AS_CAPTURED })
    expect(await host.window.answer(9)).toMatchObject({ kind: 'result', value: { origin: null, prediction: null } })
    host.window.call(3, 'close', { audit })
    await host.window.answer(3)
    expect(opened.closed).toBe(true)
    host.window.call(4, 'summary', { audit })
    expect(await host.window.answer(4)).toMatchObject({ kind: 'error', code: 'no-such-audit' })
    host.window.close()
  })

  it('reads with the key log that was given', async () => {
    const host = start()
    host.window.call(1, 'open', { paths: ['a.pcap'], keylog: '/k.log' })
    host.window.call(2, 'open', { paths: ['b.pcap'] })
    await settle()
    expect(host.hooks.map(({ keylog }) => keylog)).toEqual(['/k.log', null])
    host.window.close()
  })

  it('holds progress to ten a second and partial totals to four, and lets a new phase through', async () => {
    const host = start()
    host.window.call(1, 'open', { paths: ['a.pcap'] })
    await settle()
    const [hooks] = host.hooks
    for (; host.clock.ms < 1000; host.clock.ms += 5) {
      hooks?.onProgress?.(progress(host.clock.ms))
      hooks?.onPartial?.(totals, capture)
    }
    hooks?.onProgress?.(progress(1000, 'judging'))
    host.finish(session())
    await host.window.answer(1)
    const events = host.window.events()
    const seen = events.flatMap((event) => (event.event === 'progress' ? [event.progress] : []))
    expect(seen).toHaveLength(11)
    expect(seen.at(-1)).toMatchObject({ phase: 'judging', bytesRead: 1000 })
    expect(events.filter(({ event }) => event === 'partial')).toHaveLength(5)
    host.window.close()
  })

  it('cancels a reading, and closes a session that came too late', async () => {
    const host = start()
    host.window.call(1, 'open', { paths: ['a.pcap'] })
    await settle()
    host.window.cancel(1)
    expect(await host.window.answer(1)).toMatchObject({ code: 'cancelled' })
    expect(host.hooks[0]?.signal?.aborted).toBe(true)
    const late = session()
    host.finish(late)
    await settle()
    expect(late.closed).toBe(true)
    host.window.close()
  })

  it('closes everything when the window goes away, also what was still being read', async () => {
    const host = start()
    const opened = session()
    const audit = await openOne(host, 1, opened)
    host.window.call(2, 'open', { paths: ['b.pcap'] })
    await settle()
    host.window.close()
    await settle()
    expect(opened.closed).toBe(true)
    expect(() => host.registry.get(audit)).toThrow('no longer open')
    const late = session()
    host.finish(late)
    await settle()
    expect(late.closed).toBe(true)
  })

  it("does not show a window another window's audit", async () => {
    const host = start()
    host.registry.add('theirs', session())
    host.window.call(1, 'summary', { audit: 'theirs' })
    expect(await host.window.answer(1)).toMatchObject({ code: 'no-such-audit' })
    host.window.close()
  })

  it(`holds at most ${MAX_AUDITS}, counting those being read`, async () => {
    const host = start()
    for (let id = 1; id <= MAX_AUDITS; id++) host.window.call(id, 'open', { paths: ['a.pcap'] })
    host.window.call(99, 'open', { paths: ['a.pcap'] })
    expect(await host.window.answer(99)).toMatchObject({ code: 'bad-request' })
    host.fail(new Error('x'))
    await host.window.answer(1)
    host.window.call(100, 'open', { paths: ['a.pcap'] })
    await settle()
    expect(host.hooks).toHaveLength(MAX_AUDITS + 1)
    host.window.close()
  })
})
