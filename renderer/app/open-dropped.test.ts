import { beforeEach, describe, expect, it, vi } from 'vitest'
import { openDropped } from './open-dropped'
import type { Workspace } from './workspace'

const KEYS = `# secrets\nCLIENT_RANDOM ${'5a'.repeat(32)} ${'c3'.repeat(48)}\n`
const file = (name: string, content: string): File => new File([content], name)
const capture = file('shop.pcap', '\xd4\xc3\xb2\xa1\0\0')
const keys = file('shop.txt', KEYS)

const stage = { kind: 'open' }
const workspace = { stage, open: vi.fn(), useKeyLog: vi.fn(), refuse: vi.fn() }
const desktop = { pathForFile: ({ name }: File) => `/here/${name}`, openInNewWindow: vi.fn() }
const drop = (files: readonly File[], newWindow = false): Promise<void> =>
  openDropped(files, newWindow, desktop, workspace as unknown as Workspace)

beforeEach(() => {
  vi.clearAllMocks()
  stage.kind = 'open'
})

describe('dropped files', () => {
  it('a key log is told by its content and goes with the capture beside it', async () => {
    await drop([keys, capture])
    expect(workspace.open).toHaveBeenCalledWith(['/here/shop.pcap'], '/here/shop.txt')
  })

  it('captures alone are opened without one', async () => {
    await drop([capture, file('later.pcap', 'CLIENT_RANDOM of sorts')])
    expect(workspace.open).toHaveBeenCalledWith(['/here/shop.pcap', '/here/later.pcap'], undefined)
  })

  it('a key log alone is used with what is open, also where a new window was meant', async () => {
    await drop([keys], true)
    expect(workspace.useKeyLog).toHaveBeenCalledWith('/here/shop.txt')
    expect(desktop.openInNewWindow).not.toHaveBeenCalled()
  })

  it('both go to the new window', async () => {
    await drop([capture, keys], true)
    expect(desktop.openInNewWindow).toHaveBeenCalledWith(['/here/shop.pcap'], '/here/shop.txt')
    expect(workspace.open).not.toHaveBeenCalled()
  })

  it('two key logs are refused with a sentence', async () => {
    await drop([capture, keys, file('other.log', KEYS)])
    expect(workspace.open).not.toHaveBeenCalled()
    expect(workspace.refuse).toHaveBeenCalledWith(expect.objectContaining({ title: 'Several key logs' }))
  })

  it('what has no path, or cannot be read, is no key log', async () => {
    const folder = Object.assign(file('folder', ''), {
      slice: () => ({ text: () => Promise.reject(new Error('NotFoundError')) }),
    })
    await openDropped([folder], false, desktop, workspace as unknown as Workspace)
    expect(workspace.open).toHaveBeenCalledWith(['/here/folder'], undefined)
    vi.clearAllMocks()
    await openDropped([keys], false, { ...desktop, pathForFile: () => '' }, workspace as unknown as Workspace)
    expect(workspace.open).not.toHaveBeenCalled()
    expect(workspace.useKeyLog).not.toHaveBeenCalled()
  })
})
