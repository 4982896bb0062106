/**
 * The length of datagrams that were captured in one piece. Senders hand the kernel several of equal length at once, and a capture on the
 * sending host shows them before they are cut apart (UDP_SEGMENT). A short header has no length: the one that makes the first packet open is
 * that of all. What is never opened is not to cost a trial of every length again and again.
 */
import type { KeyLog } from '../tls/keylog'
import type { Role } from './role'

/** Lengths of packets on an Ethernet; RFC 9000 §14 asks for 1200 at least. */
const SMALLEST = 1200
const LARGEST = 1500
/** Datagrams of one connection that are tried at every length in vain. */
const MOST_MISSES = 8
/** Lengths that are tried over all connections, of either kind: each takes some ten microseconds. */
const MOST_TRIED = 100_000
/** Lengths that other connections had, which are tried first. */
const MOST_KNOWN = 8

/** One packet may be as long as that; it takes more, or one behind others, to be several for certain or nearly so. */
type Kind = 'usual' | 'long'

export class SegmentSizes {
  private readonly size: [number, number] = [0, 0]
  private readonly misses: Record<Kind, number> = { usual: 0, long: 0 }

  constructor(private readonly keys: KeyLog) {}

  /**
   * @param offset octets of other packets in front of this one in the first of these datagrams
   * @param length octets of all of them, `offset` included
   * @param opens does the packet open if its datagram is that long?
   * @returns the length at which it opened; 0 where there is none, or it was tried too often
   */
  find(role: Role, offset: number, length: number, opens: (size: number) => boolean): number {
    const most = Math.min(LARGEST, length - 1)
    const least = Math.max(SMALLEST, offset + 1)
    if (most < least) return 0
    const fits = (size: number): boolean => size >= least && size <= most && opens(size)
    const last = this.size[role]
    if (fits(last)) return last
    const kind = length > LARGEST || offset > 0 ? 'long' : 'usual'
    if (this.misses[kind] >= MOST_MISSES) return 0
    const { segments } = this.keys
    for (const size of segments.sizes) if (size !== last && fits(size)) return (this.size[role] = size)
    if (segments.tried[kind] + most - least < MOST_TRIED)
      for (let size = least; size <= most; size++) {
        segments.tried[kind]++
        if (!opens(size)) continue
        if (segments.sizes.size < MOST_KNOWN) segments.sizes.add(size)
        return (this.size[role] = size)
      }
    this.misses[kind]++
    return 0
  }
}
