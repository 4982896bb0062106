/** Known files that are not read: each by the bytes its own writers begin it with. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { octets, zeros } from '../testing/octets'
import { pcap } from '../testing/pcap-file'
import { readBytes } from '../testing/read'
import { Wire } from '../testing/wire'
import { refusal } from './foreign'

const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0))

const EDITCAP = '/usr/bin/editcap'
/** What editcap calls a format, and what the refusal does. editcap's Observer files are not among those it can read back. */
const WRITTEN = {
  snoop: 'Solaris snoop',
  netmon1: 'Network Monitor 1',
  netmon2: 'Network Monitor 2',
  ngsniffer: 'Sniffer (DOS)',
  ngwsniffer_1_1: 'Sniffer (Windows)',
  ngwsniffer_2_0: 'Sniffer (Windows)',
  lanalyzer: 'LANalyzer',
  visual: 'Visual Networks',
  '5views': '5View',
  nettl: 'nettl',
  k12text: 'K12 text',
} as const

describe('captures of other programs', () => {
  const wire = new Wire()
  const talk = wire.talk().opens()
  talk.client.says(get('/'))
  talk.server.says(ok())
  talk.closes()

  if (!existsSync(EDITCAP)) process.stderr.write('Wireshark’s editcap is not installed: the files it writes are not tried.\n')
  it.skipIf(!existsSync(EDITCAP)).each(Object.entries(WRITTEN))(
    '%s is refused with the command that converts it',
    async (format, name) => {
      const folder = mkdtempSync(join(tmpdir(), 'foreign-'))
      try {
        const run = (...args: string[]): Buffer =>
          execFileSync(EDITCAP, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
        writeFileSync(join(folder, 'test.pcap'), pcap(wire.packets))
        run('-F', format, 'test.pcap', 'theirs.cap')
        const error: unknown = await readBytes(readFileSync(join(folder, 'theirs.cap'))).catch((e: unknown) => e)
        expect(error).toMatchObject({ code: 'unknown-format' })
        const message = refusal('theirs.cap', readFileSync(join(folder, 'theirs.cap')).subarray(0, 262))
        expect(message).toContain(name)
        const command = /"editcap (.*)"\.$/.exec(message)?.[1]?.split(' ') ?? []
        expect(command.slice(-2)).toEqual(['theirs.cap', 'theirs.pcapng'])
        run(...command)
        expect((await readBytes(readFileSync(join(folder, 'theirs.pcapng')))).connections).toHaveLength(1)
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  it.each([
    ['ObserverPktBufferVersion=15.00', 'Observer'],
    ['iptrace 2.0', 'AIX iptrace'],
    ['\x7fver\x00\x01', 'Peek'],
    ['cpse\0\0', 'Capsa'],
    ['\x42\xd2\0\x34\x12\x66\x22\x88', 'RADCOM'],
  ])('%j is refused with the command, too', (magic, name) => {
    const message = refusal('a.cap', latin(magic))
    expect(message).toContain(name)
    expect(message).toMatch(/editcap -F pcapng (-T ether )?a\.cap a\.pcapng"\.$/)
  })
})

describe('other files', () => {
  it.each([
    ['PK\x03\x04', 'a ZIP archive, which is not read. Unpack it first.'],
    ['\xfd7zXZ\0', 'an xz archive'],
    ['BZh91AY', 'a bzip2 archive'],
    ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
    ['ElfFile\0', 'pktmon etl2pcap'],
    ['CLIENT_RANDOM 00', '--keylog'],
    ['btsnoop\0\0\0\0\x01', 'Bluetooth'],
    ['%PDF-1.7', 'a PDF'],
  ])('%j: %s', (magic, says) => {
    expect(refusal('x', latin(magic))).toContain(says)
  })

  it('a tar archive, by its magic behind the first name', () => {
    expect(refusal('x.tar', octets('x.pcap', zeros(251), 'ustar'))).toContain('tar archive')
    expect(refusal('x.tar', octets('x.pcap', zeros(251), 'usta'))).toBe('x.tar is not a pcap, pcapng or HAR file.')
  })

  it('names that a shell would take apart are left out of the command', () => {
    for (const name of ['a b.cap', '$(reboot).cap', '-F.cap', "a'.cap", 'a;b', '../x', 'é.cap']) {
      expect(refusal(name, latin('RTSS'))).toContain('"editcap -F pcapng INPUT OUTPUT.pcapng"')
    }
  })
})
