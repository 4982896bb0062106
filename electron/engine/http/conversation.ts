/** What a connection carries: the layers in one another, and what they found. */
import type { Application } from '../../../shared/model/facts'
import type { Arrival } from '../tcp/stream-reader'
import { OUTERMOST } from './layer'
import type { Carriers, End, Layer, LayerHost, Place, Shared, TlsReport, Http2Report } from './layer'
import { Opening } from './opening'

export class Conversation implements LayerHost {
  application: Application = 'unknown'
  /** Who sent requests, or the ClientHello; null until a message told. */
  client: End | null = null
  tls: TlsReport | null = null
  http2: Http2Report | null = null
  exchangeCount = 0
  private readonly outermost: Opening

  constructor(
    readonly connection: number,
    readonly shared: Shared,
    carriers: Carriers,
  ) {
    this.outermost = new Opening(this, carriers, OUTERMOST)
  }

  clientIs(end: End): void {
    this.client = end
    this.outermost.clientIs(end)
  }

  nextOrdinal(): number {
    return this.exchangeCount++
  }

  open(carriers: Carriers, place: Place): Layer {
    return new Opening(this, carriers, place)
  }

  finish(last: Arrival): void {
    this.outermost.finish(last)
  }
}
