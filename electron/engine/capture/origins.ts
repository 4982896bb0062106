import type { ConnectionFact, Diagnostic, ExchangeFact, FactSink } from '../../../shared/model/facts'

/** Remembers which of several files each open connection began in, and tells the sink when it is given. */
export class Origins implements FactSink {
  /** Of connections that began in another file than the first and are not given yet. */
  private readonly captureOf = new Map<number, number>()

  /** The file whose packet is being decoded. */
  capture = 0

  constructor(
    private readonly sink: FactSink,
    private nextId: number,
  ) {}

  /** The packet just decoded was the first of all connections numbered since the last call, up to this number. */
  began(nextId: number): void {
    for (; this.nextId < nextId; this.nextId++) if (this.capture > 0) this.captureOf.set(this.nextId, this.capture)
  }

  connection(fact: ConnectionFact): void {
    const capture = fact.id >= this.nextId ? this.capture : (this.captureOf.get(fact.id) ?? 0)
    if (capture > 0) this.captureOf.delete(fact.id)
    this.sink.connection(fact, capture)
  }

  exchange(fact: ExchangeFact): void {
    this.sink.exchange(fact)
  }

  diagnostic(fact: Diagnostic): void {
    this.sink.diagnostic(fact)
  }
}
