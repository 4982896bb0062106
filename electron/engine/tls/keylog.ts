/**
 * Key logs in the format of SSLKEYLOGFILE (draft-ietf-tls-keylogfile): a label, the client's random and a secret on each line.
 * Kept in memory while a capture is read, never given to the sink.
 */
import { latin1 } from '../bytes/text'

/** Labels that are understood; any other is skipped. */
const LABELS = new Set([
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const)

export type SecretLabel = typeof LABELS extends Set<infer Label> ? Label : never

/** Sessions remembered: a line beyond that is skipped. */
const MOST_SESSIONS = 250_000
/** "SERVER_HANDSHAKE_TRAFFIC_SECRET", 64 hexadecimal digits, 96 or 128 more: nothing longer is a line of a key log. */
const LONGEST_LINE = 512
const LF = 0x0a
const LINE = /^([A-Z_0-9]+) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){16,64})\s*$/

export class KeyLog {
  /** Octets of records that wait until their keys are known, over all connections. */
  waiting = 0
  /** Keys tried by chance for connections of which the capture lacks what names them. */
  tried = 0
  /** Lengths found of QUIC datagrams that were captured in one piece, and how many were tried for that. */
  readonly segments = { sizes: new Set<number>(), tried: { usual: 0, long: 0 } }
  /** A TLS or QUIC connection was seen without its ClientHello, which names its session. */
  nameless = false
  private asked = false
  private hit = false
  /** By the client's random, an octet a character. */
  private readonly sessions = new Map<string, Map<SecretLabel, Uint8Array>>()

  /** The sessions that there is a secret of. */
  get size(): number {
    return this.sessions.size
  }

  /** Takes the lines of a key log; what is no line of one is skipped. */
  add(content: Uint8Array): this {
    let start = 0
    while (start < content.length) {
      let end = content.indexOf(LF, start)
      if (end < 0) end = content.length
      if (end - start <= LONGEST_LINE) this.line(latin1(content, start, end))
      start = end + 1
    }
    return this
  }

  /** The sessions' client randoms, in the order in which the log names them. */
  *randoms(): Generator<Uint8Array> {
    for (const key of this.sessions.keys()) yield new Uint8Array(Buffer.from(key, 'latin1'))
  }

  /** Is there any secret of this session? */
  has(clientRandom: Uint8Array): boolean {
    return this.sessionOf(clientRandom) !== undefined
  }

  /** A session's secret, or null. */
  secret(label: SecretLabel, clientRandom: Uint8Array): Uint8Array | null {
    return this.sessionOf(clientRandom)?.get(label) ?? null
  }

  /** A secret of a session that nothing names, to be tried by chance: null where there is none. */
  guess(label: SecretLabel, clientRandom: Uint8Array): Uint8Array | null {
    return this.sessions.get(latin1(clientRandom, 0, clientRandom.length))?.get(label) ?? null
  }

  /** A secret opened something. */
  opened(): void {
    this.hit = true
  }

  /**
   * 'none' where sessions were asked for and the log, though it has some, had none of these; 'none-named' where that may be because the
   * capture does not name all it holds.
   */
  get match(): 'some' | 'none' | 'none-named' {
    if (this.size === 0 || !this.asked || this.hit) return 'some'
    return this.nameless ? 'none-named' : 'none'
  }

  private sessionOf(clientRandom: Uint8Array): Map<SecretLabel, Uint8Array> | undefined {
    const session = this.sessions.get(latin1(clientRandom, 0, clientRandom.length))
    this.asked = true
    if (session !== undefined) this.hit = true
    return session
  }

  private line(text: string): void {
    const [, label, random, secret] = LINE.exec(text) ?? []
    if (label === undefined || random === undefined || secret === undefined || !isLabel(label)) return
    const octets = Buffer.from(random, 'hex')
    const key = latin1(octets, 0, octets.length)
    let session = this.sessions.get(key)
    if (session === undefined) {
      if (this.sessions.size >= MOST_SESSIONS) return
      session = new Map()
      this.sessions.set(key, session)
    }
    session.set(label, new Uint8Array(Buffer.from(secret, 'hex')))
  }
}

const isLabel = (text: string): text is SecretLabel => (LABELS as ReadonlySet<string>).has(text)
