/** The whole story of reading: a file's bytes are recognised, unpacked, cut into packets, and become facts. */
import type { CaptureFact, ConnectionFact, Diagnostic, ExchangeFact, FactSink } from '../../shared/model/facts'
import { Budget } from './bytes/budget'
import { TextCache } from './bytes/text'
import { ReadWindow } from './bytes/window'
import { Clock } from './capture/clock'
import { Diagnostics } from './capture/diagnostics'
import { CaptureFile } from './capture/file'
import { inTimeOrder } from './capture/merge'
import { Origins } from './capture/origins'
import { openInput } from './capture/opened'
import type { OpenedInput } from './capture/opened'
import type { ReadingContext } from './capture/reader'
import type { Packet } from './capture/packet'
import { readHar } from './har/index'
import type { Shared } from './http/layer'
import { PacketDecoder } from './link/decoder'
import { QuicTracker } from './quic/tracker'
import type { ByteSource, ReadOptions } from './source'
import { TcpTracker } from './tcp/tracker'
import { KeyLog } from './tls/keylog'

/**
 * Reads one capture or HAR file from front to back and gives its facts to the sink as they become known.
 *
 * @returns what the file was. Damage inside it is a diagnostic, never an error: what can be read is read.
 * @throws InputError when nothing of it can be read, or when it was cancelled.
 */
export async function readCapture(source: ByteSource, sink: FactSink, options: ReadOptions = {}): Promise<CaptureFact> {
  const [fact] = await readCaptures([source], sink, options)
  return fact!
}

/**
 * Reads several captures as one, in time order: the files of a ring buffer, or of several interfaces. Connections go on
 * from one file into the next. HAR files among them are read after the captures.
 *
 * @returns what each file was, in the order given.
 * @throws InputError when one of them cannot be read at all, or when it was cancelled.
 */
export async function readCaptures(
  sources: readonly ByteSource[],
  sink: FactSink,
  options: ReadOptions = {},
): Promise<CaptureFact[]> {
  const counted = sources.map((source) => new CountedSource(source))
  const inputs: OpenedInput[] = []
  for (const source of counted) inputs.push(await openInput(source))

  const diagnostics = new Diagnostics(sink)
  const keys = options.keylog instanceof KeyLog ? options.keylog : new KeyLog().add(options.keylog ?? new Uint8Array(0))
  const context: ReadingContext = {
    clock: new Clock(options.timeBase ?? null),
    diagnostics,
    packets: options.packetsBefore ?? 0,
    keys,
  }
  const budget = new Budget(diagnostics)
  const origins = new Origins(sink, options.firstConnectionId ?? 0)
  const tracker = new TcpTracker(origins, diagnostics, options.firstConnectionId ?? 0, keys, budget, options.mostConnections)
  const shared: Shared = { sink: origins, diagnostics, texts: { common: new TextCache() }, keys, budget }
  const quic = new QuicTracker(shared, () => tracker.nextId++)
  const decoder = new PacketDecoder(tracker, quic, diagnostics)
  const progress = (): void =>
    options.onProgress?.({
      bytesRead: counted.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
      packets: context.packets,
      timeBase: context.clock.base,
    })

  const pieces = ReadWindow.pieces()
  const files = inputs.map((input, i) =>
    input.format === 'json' ? null : new CaptureFile(input, i, context, options, progress, pieces),
  )
  const captures = files.filter((file) => file !== null)
  const decode = (packet: Packet): void => {
    packet.number = ++context.packets
    decoder.decode(packet)
  }
  const decodeOfSeveral = (packet: Packet, file: CaptureFile): void => {
    origins.capture = file.index
    decode(packet)
    origins.began(tracker.nextId)
  }
  await inTimeOrder(captures, context.clock, sources.length > 1 ? decodeOfSeveral : decode)
  const facts: (CaptureFact | null)[] = files.map((file) => file?.fact() ?? null)
  tracker.finish()
  quic.finish()
  noteMatch(keys, diagnostics)
  diagnostics.finish()
  let { nextId } = tracker
  for (const [i, { format, source, compression }] of inputs.entries()) {
    if (format !== 'json') continue
    const numbering = new ConnectionCounter(sink, nextId, i)
    const har = await readHar(source, new Uint8Array(0), numbering, {
      ...options,
      timeBase: context.clock.base ?? undefined,
      firstConnectionId: nextId,
    })
    nextId = numbering.nextId
    context.clock.base ??= har.timeBase
    facts[i] = { ...har, compression }
    progress()
  }
  await options.drain?.()
  return facts.filter((fact) => fact !== null)
}

/** A key log that fits nothing is told of, as far as that is certain. */
function noteMatch(keys: KeyLog, diagnostics: Diagnostics): void {
  const { match } = keys
  if (match === 'some') return
  const sessions = keys.size === 1 ? 'one session' : `${keys.size} sessions`
  if (match === 'none')
    diagnostics.note(
      'warning',
      'key-log-of-others',
      `The key log has the secrets of ${sessions}, and of none that this capture holds: it was written at another time, or by another program.`,
      null,
    )
  else
    diagnostics.note(
      'info',
      'key-log-unmatched',
      `The key log has the secrets of ${sessions}, and of none whose ClientHello this capture holds. They may be of connections that began before the capture did, which secrets cannot be found for without it.`,
      null,
    )
}

/** Knows which number the next connection gets. */
class ConnectionCounter implements FactSink {
  constructor(
    private readonly inner: FactSink,
    public nextId: number,
    private readonly capture: number,
  ) {}
  connection(fact: ConnectionFact): void {
    this.nextId++
    this.inner.connection(fact, this.capture)
  }
  exchange(fact: ExchangeFact): void {
    this.inner.exchange(fact)
  }
  diagnostic(fact: Diagnostic): void {
    this.inner.diagnostic(fact)
  }
}

/** Knows how much of a source has been read, before decompression. */
class CountedSource implements ByteSource {
  bytesRead = 0
  constructor(private readonly inner: ByteSource) {}
  get name(): string {
    return this.inner.name
  }
  get size(): number {
    return this.inner.size
  }
  async read(into: Uint8Array, offset: number, length: number): Promise<number> {
    const got = await this.inner.read(into, offset, length)
    this.bytesRead += got
    return got
  }
}
