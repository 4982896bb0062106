/** Server push (RFC 9114 §4.6): a promise on a request's stream, and a stream that answers it. Either may come first. */
import type { Half } from '../../http/h2/stream'
import { u8 } from '../../bytes/read'
import type { Arrival, StreamReader } from '../../tcp/stream-reader'
import { Cursor } from '../cursor'

/** Promises whose push has not begun, and pushes whose promise has not come. Clients allow a few (MAX_PUSH_ID). */
const MOST_WAITING = 1024

export class Pushes {
  private readonly promises = new Map<number, Half>()
  private readonly begunWithout = new Map<number, { readonly request: Half; readonly then: () => void }>()

  promised(pushId: number, request: Half): void {
    const begun = this.begunWithout.get(pushId)
    this.begunWithout.delete(pushId)
    if (begun !== undefined) {
      Object.assign(begun.request, request)
      begun.then()
    }
    // The same push may be promised on several streams: they say the same.
    else if (this.promises.size < MOST_WAITING) this.promises.set(pushId, request)
  }

  /**
   * @param request of the exchange: what the promise says is put there
   * @param then called when the promise comes after all
   * @returns whether the promise is still to come
   */
  begun(pushId: number, request: Half, then: () => void): boolean {
    const promised = this.promises.get(pushId)
    this.promises.delete(pushId)
    if (promised !== undefined) Object.assign(request, promised)
    else if (this.begunWithout.size < MOST_WAITING) {
      this.begunWithout.set(pushId, { request, then })
      return true
    }
    return false
  }
}

/** A push stream behind its type: the number of the push, then a response (RFC 9114 §4.6). */
export class PushStream implements StreamReader {
  private readonly head: number[] = []
  private reader: StreamReader | null = null
  private lost = false

  constructor(private readonly onBegin: (pushId: number, arrival: Arrival) => StreamReader) {}

  data(buf: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void {
    let p = start
    while (this.reader === null && !this.lost && p < end) {
      this.head.push(u8(buf, p++))
      const c = new Cursor(Uint8Array.from(this.head), 0, this.head.length)
      const pushId = c.varint()
      if (!c.failed) this.reader = this.onBegin(pushId, arrival)
    }
    if (p < end) this.reader?.data(buf, p, end, offset + p - start, arrival)
  }

  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void {
    if (this.reader === null) this.lost = true
    else this.reader.missing(length, offset, lost, arrival)
  }

  end(arrival: Arrival): void {
    this.reader?.end(arrival)
  }
}
