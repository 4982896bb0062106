/** IP fragments put together (RFC 791 §3.2, RFC 8200 §4.5), within bounds: few datagrams, each at most 64 KiB. */
import type { Diagnostics } from '../capture/diagnostics'
import { latin1 } from '../bytes/text'
import type { Frame } from '../link/frame'

const MOST_DATAGRAMS = 256
const LONGEST = 65_535
const MOST_PIECES = 1024
/** A datagram whose rest has not come by then never completes (RFC 8200: 60 s; RFC 1122: 60–120 s). */
const TIMEOUT = 60e9
/** Room for the IP header, kept in front so that addresses stay where the frame points. */
const HEADER = 40

interface Datagram {
  readonly data: Uint8Array
  /** Ranges received, in order of arrival: pairs of start and end. */
  readonly pieces: number[]
  readonly began: number
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
    const length = f.end - f.pos
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
      datagram = { data: new Uint8Array(HEADER + LONGEST), pieces: [], began: f.at, end: -1 }
      this.datagrams.set(key, datagram)
    }
    if (!more) datagram.end = offset + length
    if (datagram.pieces.length >= 2 * MOST_PIECES) return false
    this.fill(datagram, f, offset, length)
    datagram.pieces.push(offset, offset + length)
    if (!isWhole(datagram)) return false
    this.datagrams.delete(key)
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

  /** The first data wins where fragments overlap, as with TCP segments. */
  private fill(datagram: Datagram, f: Frame, offset: number, length: number): void {
    const { data, pieces } = datagram
    let overlaps = false
    for (let i = 0; i < pieces.length && !overlaps; i += 2) overlaps = offset < pieces[i + 1]! && offset + length > pieces[i]!
    if (!overlaps) {
      data.set(f.buf.subarray(f.pos, f.pos + length), HEADER + offset)
      return
    }
    for (let i = 0; i < length; i++) {
      const at = offset + i
      let taken = false
      for (let p = 0; p < pieces.length && !taken; p += 2) taken = at >= pieces[p]! && at < pieces[p + 1]!
      if (!taken) data[HEADER + at] = f.buf[f.pos + i]!
    }
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

function isWhole({ pieces, end }: Datagram): boolean {
  if (end < 0) return false
  let covered = 0
  for (let grown = true; grown && covered < end;) {
    grown = false
    for (let i = 0; i < pieces.length; i += 2) {
      if (pieces[i]! <= covered && pieces[i + 1]! > covered) {
        covered = pieces[i + 1]!
        grown = true
      }
    }
  }
  return covered >= end
}
