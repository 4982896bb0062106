import { describe, expect, it } from 'vitest'
import { readArguments } from './arguments'

const cwd = '/home/ada/captures'

describe('the command line', () => {
  it('opens the files named after the application folder', () => {
    const argv = ['/opt/electron/electron', '--no-sandbox', '/src/roundtrip', 'shop.pcap', '/var/b.har', '--disable-gpu']
    expect(readArguments(argv, { packaged: false, cwd })).toEqual({
      mode: 'window',
      files: ['/home/ada/captures/shop.pcap', '/var/b.har'],
    })
  })

  it('has no folder to skip when packaged', () => {
    expect(readArguments(['/opt/Roundtrip/roundtrip', 'shop.pcap'], { packaged: true, cwd })).toEqual({
      mode: 'window',
      files: ['/home/ada/captures/shop.pcap'],
    })
  })

  it('takes everything after -- as a file', () => {
    expect(readArguments(['electron', '.', '--', '--odd name.pcap'], { packaged: false, cwd })).toEqual({
      mode: 'window',
      files: ['/home/ada/captures/--odd name.pcap'],
    })
  })

  it('opens an empty window without files', () => {
    expect(readArguments(['electron', '.'], { packaged: false, cwd })).toEqual({ mode: 'window', files: [] })
    expect(readArguments(['electron'], { packaged: false, cwd })).toEqual({ mode: 'window', files: [] })
  })

  it('prints when told what and where to', () => {
    expect(
      readArguments(['electron', '.', '--print-html=in.html', '--print-pdf=/tmp/out=1.pdf'], { packaged: false, cwd }),
    ).toEqual({
      mode: 'print',
      html: '/home/ada/captures/in.html',
      pdf: '/tmp/out=1.pdf',
    })
  })

  it('does not print with half of it', () => {
    expect(readArguments(['electron', '.', '--print-html=in.html'], { packaged: false, cwd }).mode).toBe('window')
    expect(readArguments(['electron', '.', '--print-html=', '--print-pdf='], { packaged: false, cwd }).mode).toBe('window')
    expect(readArguments(['electron', '.', '--', '--print-html=a', '--print-pdf=b'], { packaged: false, cwd }).mode).toBe(
      'window',
    )
  })
})
