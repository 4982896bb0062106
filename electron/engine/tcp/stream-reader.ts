/** How whoever reads one direction's bytes is given them. */

/** What the stream's reader is told of a segment besides its bytes. One object, filled anew each time. */
export interface Arrival {
  packet: number
  at: number
  /** Bytes of the other direction that the segment's sender had received by then; −1 where unknown. */
  acknowledged: number
}

export interface StreamReader {
  /** The next bytes of the stream, beginning at `offset`. They are only valid during the call. */
  data(buf: Uint8Array, start: number, end: number, offset: number, arrival: Arrival): void
  /** Bytes of the stream that the capture lacks. `lost`: whole segments; otherwise cut by the snapshot length. */
  missing(length: number, offset: number, lost: boolean, arrival: Arrival): void
  /** The stream's end, by FIN. */
  end(arrival: Arrival): void
  /** Octets from here on that will only be counted: others may be given in their stead. Absent where there are none. */
  readonly onlyCounted?: number
}
