/** A HAR document read front to back: each entry is handed on as it ends, and nothing else is kept. */
import { Tokenizer, TokenParser, TokenType } from '@streamparser/json'
import { LongStringCutter } from './long-strings'
import { list, object, scalar, ShapeFilter, type Shape } from './shape'
import { forceUtf8, wholeCharacters } from './utf8'

/** Longer strings are cut: bodies, data URLs. No header line that a server would accept is as long. */
const RAW_STRING_BYTES = 64 * 1024
const KEPT_STRING_CHARACTERS = 8 * 1024
/** Header fields of one message. Servers refuse far fewer (Apache: 100). */
const HEADER_FIELDS = 500

/** U+FEFF in UTF-8, which some exporters begin with (RFC 8259 §8.1 lets readers ignore it). */
const BYTE_ORDER_MARK = 3

const headers = list(object({ name: scalar, value: scalar }), HEADER_FIELDS)

/** HAR 1.2 §§ entries, request, response, timings; and the custom fields that say more about connections. */
const entry = object({
  pageref: scalar,
  startedDateTime: scalar,
  time: scalar,
  connection: scalar,
  serverIPAddress: scalar,
  timings: object({ blocked: scalar, dns: scalar, connect: scalar, ssl: scalar, send: scalar, wait: scalar, receive: scalar }),
  request: object({ method: scalar, url: scalar, httpVersion: scalar, headers, headersSize: scalar, bodySize: scalar }),
  response: object({
    status: scalar,
    httpVersion: scalar,
    headers,
    headersSize: scalar,
    bodySize: scalar,
    _transferSize: scalar,
    _error: scalar,
    _fromDiskCache: scalar,
    _fetchedViaServiceWorker: scalar,
  }),
  _socket: scalar,
  _client_port: scalar,
  _connectionId: scalar,
  _connectionReused: scalar,
  _fromCache: scalar,
  _servedFromCache: scalar,
  _fetchType: scalar,
  _resourceType: scalar,
  _securityDetails: object({ protocol: scalar }),
})
const entries = list(entry, Number.MAX_SAFE_INTEGER)
const log = object({ creator: object({ name: scalar, version: scalar }), entries })
const document: Shape = object({ log })

/** A value as it stands in the file, to be checked before it is believed. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json }

export class HarDocument {
  /** Members of the root object, in order, the first few of them. */
  readonly rootKeys: string[] = []
  /** How the document begins; null before its first token. */
  root: 'object' | 'list' | 'scalar' | null = null
  hasLog = false
  hasEntries = false
  creator: Json = null
  /** The document's last bracket was read. */
  ended = false
  /** Bytes read before a fault in the JSON; null while there is none. */
  brokenAt: number | null = null
  /** Some bytes were no UTF-8 and were replaced. */
  replacedBytes = false

  private readonly cutter = new LongStringCutter(RAW_STRING_BYTES)
  private readonly tokenizer = new Tokenizer()
  /** Bytes given to the tokenizer before the present part, and where in all of them its last token began. */
  private tokenized = 0
  private tokenOffset = 0
  private started = false
  private markLength = 0
  private carried = new Uint8Array(0)

  constructor(onEntry: (entry: Json) => void) {
    const parser = new TokenParser({ paths: ['$.log.creator', '$.log.entries.*'], keepStack: false })
    parser.onValue = ({ key, value }) => {
      if (typeof key === 'number') onEntry(value)
      else this.creator = value
    }
    parser.onEnd = () => {
      this.ended = true
    }
    const filter = new ShapeFilter(
      document,
      KEPT_STRING_CHARACTERS,
      (token) => parser.write(token),
      (key) => {
        if (this.rootKeys.length < 50) this.rootKeys.push(key)
      },
      (shape) => this.entered(shape),
    )
    this.tokenizer.onToken = (token) => {
      this.tokenOffset = token.offset
      this.root ??= token.token === TokenType.LEFT_BRACE ? 'object' : token.token === TokenType.LEFT_BRACKET ? 'list' : 'scalar'
      if (!this.ended) filter.write(token)
    }
  }

  /** Whether more bytes can still tell anything. */
  get done(): boolean {
    return this.ended || this.brokenAt !== null
  }

  write(chunk: Uint8Array): void {
    const bytes = this.carried.length === 0 ? chunk : concatenate(this.carried, chunk)
    const whole = wholeCharacters(bytes)
    this.carried = bytes.slice(whole)
    let text = bytes.subarray(0, whole)
    if (!this.started && text.length > 0) {
      this.started = true
      if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) {
        text = text.subarray(BYTE_ORDER_MARK)
        this.markLength = BYTE_ORDER_MARK
      }
    }
    if (forceUtf8(text)) this.replacedBytes = true
    this.cutter.write(text, (part, offset) => {
      if (this.done) return
      try {
        this.tokenizer.write(part)
        this.tokenized += part.length
      } catch (error) {
        const inPart = positionIn(error) ?? this.tokenOffset - this.tokenized
        this.brokenAt = this.markLength + offset + Math.min(Math.max(inPart, 0), part.length)
      }
    })
  }

  private entered(shape: Shape): void {
    if (shape === log) this.hasLog = true
    if (shape === entries) this.hasEntries = true
  }
}

/** Where in the part the tokenizer stopped: its message is the only place that says so. */
function positionIn(error: unknown): number | null {
  const found = /chunk position "(\d+)"/.exec(error instanceof Error ? error.message : '')
  return found === null ? null : Number(found[1])
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
