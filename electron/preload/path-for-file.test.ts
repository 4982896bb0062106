import { describe, expect, it } from 'vitest'
import { pathForFile } from './path-for-file'

describe('the path of a dropped file', () => {
  it('comes from webUtils where Electron has it', () => {
    const file = { path: 'forged' }
    expect(
      pathForFile(file, { webUtils: { getPathForFile: (given: object) => (given === file ? '/captures/a.pcap' : '') } }),
    ).toBe('/captures/a.pcap')
  })

  it('comes from the file itself before Electron 29', () => {
    expect(pathForFile({ path: '/captures/a.pcap' }, {})).toBe('/captures/a.pcap')
  })

  it('is empty where there is none', () => {
    expect(pathForFile({}, {})).toBe('')
    expect(pathForFile({ path: 3 }, { webUtils: undefined })).toBe('')
  })
})
