/** Two ends of a line on which everything is written down, in order. */
import { Duplex } from 'node:stream'
import type { End } from '../http/layer'

/** What one end sent at once. The client is end 0. */
export interface Piece {
  readonly end: End
  readonly data: Uint8Array
}

export function line(pieces: Piece[]): [Duplex, Duplex] {
  const make = (end: End, other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        pieces.push({ end, data: new Uint8Array(chunk) })
        other().push(chunk)
        done()
      },
      final(done) {
        other().push(null)
        done()
      },
    })
  const ends: [Duplex, Duplex] = [make(0, () => ends[1]), make(1, () => ends[0])]
  return ends
}
