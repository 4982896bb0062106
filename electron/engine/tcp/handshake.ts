import { nanos } from '../../../shared/units'
import type { Handshake } from '../../../shared/model/facts'

/** The three segments that open a connection (RFC 9293 §3.5), as they were seen. */
export class HandshakeRecord {
  /** Sequence number of the SYN; −1 until one was seen. */
  synSequence = -1
  private synLength = 0
  private synCount = 0
  private synPacket = 0
  private synAt = NaN
  /** The last SYN before the SYN/ACK. */
  private lastSynAt = NaN
  synAckSequence = -1
  private synAckAcknowledges = -1
  private synAckCount = 0
  private synAckPacket = 0
  private synAckAt = NaN
  private ackPacket = 0
  private ackAt = NaN
  private fastOpen = false
  /** The server sent a SYN that acknowledged nothing; the client sent a SYN/ACK. */
  private crossed = false
  private clientAnswered = false

  get hasSyn(): boolean {
    return this.synCount > 0
  }

  get hasSynAck(): boolean {
    return this.synAckPacket > 0
  }

  /** One SYN, and no answer yet. */
  get awaitsSynAck(): boolean {
    return this.synCount === 1 && this.synAckPacket === 0
  }

  get complete(): boolean {
    return this.synCount > 0 && this.synAckPacket > 0 && this.ackPacket > 0
  }

  syn(sequence: number, payload: number, packet: number, at: number): void {
    if (this.synCount++ === 0) {
      this.synSequence = sequence
      this.synLength = payload
      this.synPacket = packet
      this.synAt = at
    }
    if (this.synAckPacket === 0 || this.synCount === 1) this.lastSynAt = at
  }

  /** The first one that answers the SYN counts; one that acknowledges something else is an older incarnation's or forged. */
  synAck(sequence: number, acknowledges: number, packet: number, at: number): void {
    this.synAckCount++
    if (this.synAckPacket > 0) return
    if (this.synCount > 0) {
      if (!this.acknowledges(acknowledges)) return
      // Data in the SYN was taken (RFC 7413 §3.1).
      this.fastOpen = (acknowledges - this.synSequence) >>> 0 > 1
    }
    this.synAckSequence = sequence
    this.synAckAcknowledges = acknowledges
    this.synAckPacket = packet
    this.synAckAt = at
  }

  /** A SYN without ACK by the other end than the client. */
  serverSyn(): void {
    this.crossed = true
  }

  /** A SYN/ACK by the client: it answers the server's SYN. */
  clientSynAck(): void {
    this.clientAnswered = true
  }

  /** Only the client's SYN has been seen, not long ago: a SYN of the other end belongs to the same handshake (RFC 9293 §3.5). */
  mayBeCrossed(at: number, within: number): boolean {
    return this.synCount > 0 && this.synAckPacket === 0 && at - this.lastSynAt < within
  }

  /** null where it was not seen whole. */
  get opening(): 'three-way' | 'simultaneous' | 'split' | null {
    if (this.crossed) return this.synAckPacket > 0 ? 'simultaneous' : this.clientAnswered ? 'split' : null
    return this.complete ? 'three-way' : null
  }

  /** Does a segment of the server that acknowledges this answer the client's SYN? */
  acknowledges(acknowledgment: number): boolean {
    const covered = (acknowledgment - this.synSequence) >>> 0
    return covered >= 1 && covered <= 1 + this.synLength
  }

  /** Does this SYN belong to the SYN/ACK that came before it in the file? */
  answers(synSequence: number, payload: number): boolean {
    if (this.synAckPacket === 0) return false
    const covered = (this.synAckAcknowledges - synSequence) >>> 0
    return covered >= 1 && covered <= 1 + payload
  }

  /** Any segment of the client that acknowledges the SYN/ACK. */
  ack(acknowledges: number, packet: number, at: number): void {
    if (this.ackPacket > 0 || this.synAckPacket === 0) return
    if (((acknowledges - this.synAckSequence - 1) | 0) < 0) return
    this.ackPacket = packet
    this.ackAt = at
  }

  get awaitsAck(): boolean {
    return this.synAckPacket > 0 && this.ackPacket === 0
  }

  /** From the capture's place to the client and back: SYN/ACK to the ACK of it. 0 where one was sent again, so that it is not known. */
  get clientLeg(): number {
    return this.complete && this.synAckCount === 1
      ? Math.max(0, Math.min(this.ackAt - this.synAckAt, this.ackAt - this.lastSynAt))
      : 0
  }

  fact(): Handshake {
    return {
      complete: this.complete,
      syn: this.synCount > 0 ? { count: this.synCount, packet: this.synPacket, at: nanos(this.synAt) } : null,
      synAck: this.synAckPacket > 0 ? { count: this.synAckCount, packet: this.synAckPacket, at: nanos(this.synAckAt) } : null,
      ack: this.ackPacket > 0 ? { packet: this.ackPacket, at: nanos(this.ackAt) } : null,
      rtt: this.complete ? nanos(this.ackAt - this.lastSynAt) : null,
      fastOpen: this.fastOpen,
    }
  }
}
