/** Facts gathered in memory: for tests, and for captures known to be small. */
import type { CaptureFact, ConnectionFact, Diagnostic, ExchangeFact, FactSink } from '../../../shared/model/facts'
import type { ByteSource } from '../source'

export interface CollectedConnection {
  readonly connection: ConnectionFact
  /** In order of their ordinals. */
  readonly exchanges: readonly ExchangeFact[]
}

/** Keeps whatever it is given. Throws where the order that {@link FactSink} promises is broken. */
export class CollectingSink implements FactSink {
  readonly diagnostics: Diagnostic[] = []
  private readonly ended = new Map<number, ConnectionFact>()
  private readonly exchangesOf = new Map<number, ExchangeFact[]>()

  connection(fact: ConnectionFact): void {
    if (this.ended.has(fact.id)) throw new Error(`connection ${fact.id} was given twice`)
    const given = this.exchangesOf.get(fact.id)?.length ?? 0
    if (given !== fact.exchangeCount)
      throw new Error(`connection ${fact.id} says ${fact.exchangeCount} exchanges, ${given} were given`)
    this.ended.set(fact.id, fact)
  }

  exchange(fact: ExchangeFact): void {
    if (this.ended.has(fact.connection)) throw new Error(`an exchange of connection ${fact.connection} came after the connection`)
    const list = this.exchangesOf.get(fact.connection)
    if (list === undefined) this.exchangesOf.set(fact.connection, [fact])
    else list.push(fact)
  }

  diagnostic(fact: Diagnostic): void {
    this.diagnostics.push(fact)
  }

  /** By first packet, then by start, then by id. */
  connections(): readonly CollectedConnection[] {
    return [...this.ended.values()]
      .sort((a, b) => a.first.packet - b.first.packet || a.first.at - b.first.at || a.id - b.id)
      .map((connection) => ({
        connection,
        exchanges: [...(this.exchangesOf.get(connection.id) ?? [])].sort((a, b) => a.ordinal - b.ordinal),
      }))
  }
}

/** All that one reading gave, in the shape that the facts writers take. */
export interface Collected {
  readonly summary: { readonly captures: readonly CaptureFact[]; readonly diagnostics: readonly Diagnostic[] }
  readonly connections: readonly CollectedConnection[]
  facts(): AsyncIterable<CollectedConnection>
}

/** Runs a reader with a collecting sink. */
export async function collect(read: (sink: FactSink) => Promise<CaptureFact>): Promise<Collected> {
  const sink = new CollectingSink()
  const capture = await read(sink)
  const connections = sink.connections()
  return {
    summary: { captures: [capture], diagnostics: sink.diagnostics },
    connections,
    facts: () => eachLater(connections),
  }
}

/** The same, as a reader that takes them from somewhere slower would see them. */
async function* eachLater<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item)
}

/** Bytes as a source; `step` bounds what one read gives, to try every way in which input can be cut. */
export function bytesSource(name: string, content: Uint8Array, step = Number.MAX_SAFE_INTEGER): ByteSource {
  let position = 0
  return {
    name,
    size: content.length,
    read(into, offset, length) {
      const part = content.subarray(position, position + Math.min(length, step))
      into.set(part, offset)
      position += part.length
      return Promise.resolve(part.length)
    },
  }
}
