import { describe, expect, it } from 'vitest'
import type { DesktopApi } from '../../shared/contract/desktop-api'
import type { EngineEvent, EngineMethod } from '../../shared/contract/engine-api'
import { EngineError, type EngineClient } from '../backend/engine-client'
import { createWorkspace, type Workspace } from './workspace'

interface Call {
  readonly method: EngineMethod
  readonly params: unknown
  readonly signal: AbortSignal | undefined
  resolve(value: unknown): void
  reject(error: Error): void
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

/** A workspace over an engine whose answers the test gives by hand. */
function transcript(): {
  workspace: Workspace
  readonly opens: () => Call[]
  readonly closed: () => unknown[]
  readonly tell: (event: EngineEvent) => void
  readonly choose: (keylog: string | null) => void
  noted: (readonly string[])[]
} {
  const calls: Call[] = []
  const noted: (readonly string[])[] = []
  let chosen: string | null = null
  let listener: (event: EngineEvent) => void = () => undefined
  const engine = {
    call: (method: EngineMethod, params: unknown, options?: { signal?: AbortSignal }) =>
      new Promise((resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject(new EngineError('cancelled', 'Cancelled.')))
        calls.push({ method, params, signal: options?.signal, resolve, reject })
      }),
    onEvent: (given: (event: EngineEvent) => void) => {
      listener = given
      return () => undefined
    },
  } as unknown as EngineClient
  const desktop = {
    noteOpened: (paths: readonly string[]) => {
      noted.push(paths)
      return Promise.resolve()
    },
    samplePath: () => Promise.resolve('/samples/sample.pcapng'),
    chooseFiles: () => Promise.resolve([]),
    chooseKeyLog: () => Promise.resolve(chosen),
  } as unknown as DesktopApi
  return {
    workspace: createWorkspace(engine, desktop, () => undefined),
    opens: () => calls.filter(({ method }) => method === 'open'),
    closed: () => calls.filter(({ method }) => method === 'close').map(({ params }) => params),
    tell: (event) => listener(event),
    choose: (keylog) => void (chosen = keylog),
    noted,
  }
}

const progress = (audit: string, packets: number): EngineEvent => ({
  event: 'progress',
  progress: { audit, phase: 'reading', bytesRead: 1, bytesTotal: 2, packets, connections: 0, exchanges: 0, reusedExchanges: 0 },
})

async function opened(paths: readonly string[], audit: string): Promise<ReturnType<typeof transcript>> {
  const all = transcript()
  void all.workspace.open(paths)
  all.opens()[0]?.resolve({ audit, captures: [] })
  await settle()
  return all
}

describe('opening', () => {
  it('reads, shows progress of its own audit only, then the audit', async () => {
    const { workspace, opens, tell, noted } = transcript()
    void workspace.open(['/a/shop.pcap'])
    expect(workspace.stage).toMatchObject({ kind: 'reading', files: ['shop.pcap'] })
    tell({ event: 'started', audit: '1', files: ['shop.pcap'] })
    tell(progress('1', 10))
    tell(progress('0', 99))
    expect(workspace.stage).toMatchObject({ progress: { packets: 10 } })
    opens()[0]?.resolve({ audit: '1', captures: [] })
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '1', paths: ['/a/shop.pcap'] } })
    expect(noted).toEqual([['/a/shop.pcap']])
  })

  it('nothing, as after a cancelled dialog, changes nothing', async () => {
    const { workspace, opens } = transcript()
    await workspace.choose()
    expect(workspace.stage.kind).toBe('empty')
    expect(opens()).toEqual([])
  })

  it('another file replaces the audit once it is read, and closes the old one', async () => {
    const { workspace, opens, closed } = await opened(['/a'], '1')
    void workspace.open(['/b'])
    expect(closed()).toEqual([])
    opens()[1]?.resolve({ audit: '2', captures: [] })
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '2' } })
    expect(closed()).toEqual([{ audit: '1' }])
  })

  it('the same window twice: the later one wins and the earlier one is cancelled', async () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/a'])
    void workspace.open(['/b'])
    expect(opens()[0]?.signal?.aborted).toBe(true)
    opens()[1]?.resolve({ audit: '2', captures: [] })
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '2' } })
    expect(workspace.failure).toBeNull()
  })
})

describe('a key log', () => {
  it('that is chosen reads what is open again, and is noted nowhere', async () => {
    const { workspace, opens, closed, choose, noted } = await opened(['/a.pcap', '/b.pcap'], '1')
    await workspace.addKeyLog()
    expect(opens()).toHaveLength(1)
    choose('/keys.log')
    void workspace.addKeyLog()
    await settle()
    expect(opens()[1]?.params).toEqual({ paths: ['/a.pcap', '/b.pcap'], keylog: '/keys.log' })
    opens()[1]?.resolve({ audit: '2', captures: [] })
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '2', keylog: '/keys.log' } })
    expect(closed()).toEqual([{ audit: '1' }])
    expect(JSON.stringify(noted)).not.toContain('keys.log')
  })

  it('is not used for the next file', async () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/a'], '/keys.log')
    opens()[0]?.resolve({ audit: '1', captures: [] })
    await settle()
    void workspace.open(['/b'])
    expect(opens()[1]?.params).toEqual({ paths: ['/b'] })
  })

  it('dropped while a file is read begins again with it', () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/a'])
    void workspace.useKeyLog('/keys.log')
    expect(opens()[0]?.signal?.aborted).toBe(true)
    expect(opens()[1]?.params).toEqual({ paths: ['/a'], keylog: '/keys.log' })
  })

  it('that cannot be read leaves the audit that was open', async () => {
    const { workspace, opens } = await opened(['/a'], '1')
    void workspace.useKeyLog('/gone.log')
    opens()[1]?.reject(new EngineError('no-such-file', 'There is no file /gone.log.'))
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '1', keylog: null } })
    expect(workspace.failure?.message).toBe('There is no file /gone.log.')
  })

  it('alone opens nothing, and says what to do', async () => {
    const { workspace, opens } = transcript()
    await workspace.useKeyLog('/here/keys.log')
    expect(opens()).toEqual([])
    expect(workspace.failure?.message).toBe('keys.log holds TLS keys, but no packets.')
  })
})

describe('what goes wrong', () => {
  it('is said in a sentence, with what to do', async () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/notes.txt'])
    opens()[0]?.reject(new EngineError('unknown-format', 'notes.txt is no capture.'))
    await settle()
    expect(workspace.stage.kind).toBe('empty')
    expect(workspace.failure?.message).toBe('notes.txt is no capture.')
    expect(workspace.failure?.advice).toMatch(/pcap/)
  })

  it('leaves the audit that was open', async () => {
    const { workspace, opens } = await opened(['/a'], '1')
    void workspace.open(['/missing'])
    opens()[1]?.reject(new EngineError('no-such-file', 'There is no file /missing.'))
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '1' } })
    expect(workspace.failure?.title).toBe('File not found')
  })

  it('does not include cancelling', async () => {
    const { workspace } = await opened(['/a'], '1')
    void workspace.open(['/b'])
    workspace.cancel()
    await settle()
    expect(workspace.stage).toMatchObject({ kind: 'open', audit: { id: '1' } })
    expect(workspace.failure).toBeNull()
  })
})

describe('when the engine dies', () => {
  it('what was open is read again by the next engine', async () => {
    const { workspace, opens } = await opened(['/a'], '1')
    workspace.engineLost('The engine stopped.')
    expect(workspace.failure?.message).toBe('The engine stopped.')
    workspace.engineBack()
    expect(opens()[1]?.params).toEqual({ paths: ['/a'] })
  })

  it('with the key log it was read with', async () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/a'], '/keys.log')
    opens()[0]?.resolve({ audit: '1', captures: [] })
    await settle()
    workspace.engineLost('The engine stopped.')
    workspace.engineBack()
    expect(opens()[1]?.params).toEqual({ paths: ['/a'], keylog: '/keys.log' })
  })

  it('what was being read is not', async () => {
    const { workspace, opens } = transcript()
    void workspace.open(['/deadly'])
    opens()[0]?.reject(new EngineError('internal', 'The engine stopped.'))
    workspace.engineLost('The engine stopped.')
    workspace.engineBack()
    await settle()
    expect(opens()).toHaveLength(1)
    expect(workspace.stage.kind).toBe('empty')
  })
})
