/** When a connection's handshake went where, as far as its packets' types show. Instants in nanoseconds; −1 until seen. */
import { CLIENT } from './role'
import type { Role } from './role'

export class Timeline {
  /** The client's first Initial. */
  initialAt = -1
  /** The client's last Initial before the server spoke. */
  private askedAt = -1
  private answered = false
  /** The client's first packet after the server's first, less its last Initial before it: a round trip wherever the capture was taken. */
  rtt = -1
  retries = 0
  versionNegotiated = false
  earlyData = false
  /** The server sent Handshake packets: before them the client has no 1-RTT keys. */
  private serverHandshake = false
  private clientHandshakeAt = -1
  private clientProtectedAt = -1

  /** Every packet, before it is looked into further. */
  packet(role: Role, type: 'initial' | '0-rtt' | 'handshake' | 'retry' | 'version-negotiation' | '1-rtt', at: number): void {
    if (role === CLIENT) this.byClient(type, at)
    else this.byServer(type)
  }

  /** The moment the client could send application data in 1-RTT packets, as seen; −1 while it could not. */
  get readyAt(): number {
    if (this.clientProtectedAt < 0) return -1
    // Its Finished went out in the last Handshake packet before.
    return this.clientHandshakeAt >= 0 ? this.clientHandshakeAt : this.clientProtectedAt
  }

  private byClient(type: string, at: number): void {
    if (this.answered && this.rtt < 0 && this.askedAt >= 0) this.rtt = Math.max(0, at - this.askedAt)
    if (type === 'initial') {
      if (this.initialAt < 0) this.initialAt = at
      if (!this.answered) this.askedAt = at
    } else if (type === '0-rtt') this.earlyData = true
    else if (type === 'handshake') {
      if (this.clientProtectedAt < 0) this.clientHandshakeAt = at
    } else if (type === '1-rtt' && this.clientProtectedAt < 0 && this.serverHandshake) this.clientProtectedAt = at
  }

  private byServer(type: string): void {
    this.answered = true
    if (type === 'retry') this.retries++
    else if (type === 'version-negotiation') this.versionNegotiated = true
    else if (type === 'handshake') this.serverHandshake = true
  }
}
