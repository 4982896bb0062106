/** IP fragments put together (RFC 791 §3.2, RFC 8200 §4.5), within bounds: few datagrams, each at most 64 KiB. */
import type { Diagnostics } from '../capture/diagnostics'
import { latin1 } from '../bytes/text'
import type { Frame } from '../link/frame'

const MOST_DATAGRAMS = 256
const LONGEST = 65_535
/** Fragments begin at multiples of so many octets, and all but the last are multiples long. */
const UNIT = 8
/** A datagram whose rest has not come by then never completes (RFC 8200: 60 s; RFC 1122: 60–120 s). */
const TIMEOUT = 60e9
/** Room for the IP header, kept in front so that addresses stay where the frame points. */
const HEADER = 40

interface Datagram {
  readonly data: Uint8Array
  /** 1 for each unit received. */
  readonly units: Uint8Array
  readonly began: number
  /** Units received from the start on, without a hole. */
  whole: number
  /** Length of the whole, once the last fragment told it; −1 before. */
  end: number
}

export class Fragments {
  private readonly datagrams = new Map<string, Datagram>()

  constructor(private readonly diagnostics: Diagnostics) {}

  /**
   * Takes the fragment at f.pos. When it completes its datagram the frame is moved onto the whole of it.
   *
   * @param header where the IP header starts
   * @returns whether the frame now holds a whole datagram
   */
  add(f: Frame, header: number, id: number, offset: number, more: boolean): boolean {
    // What lies behind the last whole unit of a fragment that is not the last cannot be placed.
    const length = more ? (f.end - f.pos) & ~(UNIT - 1) : f.end - f.pos
    if (f.end < f.wireEnd || length <= 0 || offset + length > LONGEST) {
      this.diagnostics.note('warning', 'damaged-fragment', 'An IP fragment is cut or too long to belong to a datagram.', f.number)
      return false
    }
    const key = `${id} ${f.next} ${f.path} ${latin1(f.buf, f.source, f.source + f.addressLength * 2)}`
    let datagram = this.datagrams.get(key)
    if (datagram !== undefined && f.at - datagram.began > TIMEOUT) {
      this.datagrams.delete(key)
      datagram = undefined
    }
    if (datagram === undefined) {
      this.makeRoom(f)
      datagram = {
        data: new Uint8Array(HEADER + LONGEST),
        units: new Uint8Array(Math.ceil(LONGEST / UNIT)),
        began: f.at,
        whole: 0,
        end: -1,
      }
      this.datagrams.set(key, datagram)
    }
    if (!more && datagram.end < 0) datagram.end = offset + length
    fill(datagram, f, offset, length)
    if (datagram.end < 0 || datagram.whole * UNIT < datagram.end) return false
    this.datagrams.delete(key)
    // Only the fixed header is kept: where a route named another destination, it is the header's again.
    f.destination = f.source + f.addressLength
    const headerLength = Math.min(HEADER, f.pos - header)
    datagram.data.set(f.buf.subarray(header, header + headerLength), HEADER - headerLength)
    const shift = HEADER - headerLength - header
    f.source += shift
    f.destination += shift
    f.buf = datagram.data
    f.pos = HEADER
    f.end = f.wireEnd = HEADER + datagram.end
    return true
  }

  private makeRoom(f: Frame): void {
    if (this.datagrams.size < MOST_DATAGRAMS) return
    const oldest = this.datagrams.keys().next().value
    if (oldest !== undefined) this.datagrams.delete(oldest)
    this.diagnostics.note(
      'warning',
      'fragment-lost',
      'A fragmented IP datagram was given up: its other fragments are not in the capture.',
      f.number,
    )
  }
}

/** The first data wins where fragments overlap, as with TCP segments. */
function fill(datagram: Datagram, f: Frame, offset: number, length: number): void {
  const { data, units } = datagram
  for (let at = 0; at < length; at += UNIT) {
    const unit = (offset + at) / UNIT
    if (units[unit] === 1) continue
    units[unit] = 1
    const from = f.pos + at
    data.set(f.buf.subarray(from, Math.min(from + UNIT, f.pos + length)), HEADER + offset + at)
  }
  while (units[datagram.whole] === 1) datagram.whole++
}
