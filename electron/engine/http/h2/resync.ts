/** Finding frames again in the middle of a stream. */
import { u24be, u32be } from '../../bytes/read'
import { HEADER_OCTETS, isPlausible } from './frame'

/** Stream numbers beyond this are for connections of many hours. Where octets are mostly zeros, headers read askew have them. */
const COMMON_STREAM = 1 << 24

/** So many headers one behind the other are no accident; to follow them further costs time that hostile bytes could ask for. */
const ENOUGH_FRAMES = 8

/**
 * Where in b[start, end) a frame begins; −1 if nowhere. A header counts when the frames that follow it say so too: when another
 * begins where it ends, or it ends where these bytes do. One that goes on beyond them counts only at their very start, where
 * senders put frames.
 */
export function findFrame(b: Uint8Array, start: number, end: number, largest: number): number {
  for (let p = start; p + HEADER_OCTETS <= end; p++) {
    if (isPlausible(b, p, largest) && isChain(b, p, end, largest, p === start)) return p
  }
  return -1
}

function isChain(b: Uint8Array, first: number, end: number, largest: number, atStart: boolean): boolean {
  let frames = 0
  let common = true
  let p = first
  while (p + HEADER_OCTETS <= end) {
    if (!isPlausible(b, p, largest)) return false
    if (u32be(b, p + 5) > COMMON_STREAM) common = false
    p += HEADER_OCTETS + u24be(b, p)
    if (++frames === ENOUGH_FRAMES) return true
  }
  return p === end || (frames > 1 && common) || atStart
}

/** Do these bytes, the first seen of a stream, look like whole HTTP/2 frames from their start? For captures that begin late. */
export function likeFrames(b: Uint8Array, start: number, end: number, largest: number): boolean {
  return end - start >= HEADER_OCTETS && isPlausible(b, start, largest) && isChain(b, start, end, largest, false)
}
