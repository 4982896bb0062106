/** Files that are known and not read: what they are, and what to do with them. */

interface Foreign {
  readonly name: string
  /** What it begins with: text as Latin-1, at `at`. */
  readonly magic: string
  readonly at?: number
  /** How it becomes readable; left out where editcap converts it. */
  readonly instead?: string
  /** What editcap needs besides the output's format. */
  readonly options?: string
}

/**
 * Captures by their magic numbers, as Wireshark's wiretap and file(1) know them; what editcap converts has been tried with
 * Wireshark 4.0. Formats that can only be guessed at (Endace ERF, CommView, Peek classic, ETL) are not among them.
 */
const CAPTURES: readonly Foreign[] = [
  { name: 'a Solaris snoop capture', magic: 'snoop\0\0\0' },
  { name: 'a Microsoft Network Monitor 1 capture', magic: 'RTSS' },
  { name: 'a Microsoft Network Monitor 2 capture', magic: 'GMBU' },
  { name: 'a Sniffer (DOS) capture', magic: 'TRSNIFF data    \x1a' },
  { name: 'a NetXRay or Sniffer (Windows) capture', magic: 'XCP\0' },
  { name: 'a NetXRay 1 capture', magic: 'VL\0\0' },
  { name: 'a Novell LANalyzer capture', magic: 'Trace Display Trace File', at: 6 },
  { name: 'a Network Instruments Observer capture', magic: 'ObserverPktBufferVersion=' },
  { name: 'a Visual Networks capture', magic: '\x05VNF' },
  { name: 'an InfoVista 5View capture', magic: '\xaa\xaa\xaa\xaa' },
  { name: 'an AIX iptrace capture', magic: 'iptrace 1.0', options: '-T ether' },
  { name: 'an AIX iptrace capture', magic: 'iptrace 2.0', options: '-T ether' },
  { name: 'an HP-UX nettl trace', magic: 'TR\0d\0', options: '-T ether' },
  { name: 'a RADCOM analyzer capture', magic: '\x42\xd2\0\x34\x12\x66\x22\x88' },
  { name: 'a Savvius Peek capture', magic: '\x7fver' },
  { name: 'a Colasoft Capsa capture', magic: 'cpse' },
  { name: 'a K12 text file', magic: '+---------+---------------+----------+', options: '-T ether' },
  ...[
    { name: 'a Tektronix K12 capture', magic: '\0\0\x02\0\x12\x05\0\x10' },
    { name: 'a Catapult DCT2000 trace', magic: 'Session Transcript' },
  ].map((telephony) => ({
    ...telephony,
    instead: 'Its packets lie in telephone networks’ own links, which no converter turns into pcap.',
  })),
  {
    name: 'a Bluetooth log (btsnoop)',
    magic: 'btsnoop\0',
    instead: 'It holds no TCP connections: record the network traffic with tcpdump or PCAPdroid.',
  },
]

const OTHERS: readonly Foreign[] = [
  ...['CLIENT_RANDOM ', 'CLIENT_HANDSHAKE_TRAFFIC_SECRET ', 'SERVER_HANDSHAKE_TRAFFIC_SECRET ', '# SSL/TLS secrets log'].map(
    (magic) => ({ name: 'a log of TLS secrets', magic, instead: 'Give it as the key log of a capture (--keylog).' }),
  ),
  {
    name: 'a Windows event log',
    magic: 'ElfFile\0',
    instead: 'Packets recorded with netsh or pktmon are in an .etl file: convert that with "pktmon etl2pcap".',
  },
  ...(
    [
      ['a ZIP archive', 'PK\x03\x04'],
      ['a tar archive', 'ustar', 257],
      ['an xz archive', '\xfd7zXZ\0'],
      ['a bzip2 archive', 'BZh'],
      ['a 7-Zip archive', '7z\xbc\xaf\x27\x1c'],
      ['a RAR archive', 'Rar!\x1a\x07'],
      ['an lzip archive', 'LZIP'],
      ['a compress archive', '\x1f\x9d'],
      ['a Windows cabinet', 'MSCF\0\0\0\0'],
    ] as const
  ).map(([name, magic, at = 0]) => ({ name, magic, at, instead: 'Unpack it first.' })),
  { name: 'a PDF', magic: '%PDF', instead: 'Choose the capture it was made from.' },
]

/**
 * One sentence or two for a file that is none of ours.
 *
 * @param head its first bytes, as many as there are of 262
 */
export function refusal(name: string, head: Uint8Array): string {
  if (head.length === 0) return `${name} is empty.`
  const foreign = [...CAPTURES, ...OTHERS].find(({ magic, at = 0 }) => holds(head, at, magic))
  if (foreign === undefined) return `${name} is not a pcap, pcapng or HAR file.`
  if (foreign.instead !== undefined) return `${name} is ${foreign.name}, which is not read. ${foreign.instead}`
  return `${name} is ${foreign.name}, which is not read: convert it with "${editcap(name, foreign.options)}".`
}

function holds(head: Uint8Array, at: number, magic: string): boolean {
  if (head.length < at + magic.length) return false
  for (let i = 0; i < magic.length; i++) if (head[at + i] !== magic.charCodeAt(i)) return false
  return true
}

/** The command to copy. A name that a shell would take apart is not put into it. */
function editcap(name: string, options = ''): string {
  const plain = /^[\w+][\w.+-]{0,199}$/.test(name)
  const [input, output] = plain ? [name, name.replace(/\.[^.]*$/, '')] : ['INPUT', 'OUTPUT']
  return `editcap -F pcapng ${options === '' ? '' : `${options} `}${input} ${output}.pcapng`
}
