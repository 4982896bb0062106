/** Numbers of the TLS protocol: content types (RFC 8446 §5.1), handshake messages (§4) and alerts (§6). */
export const ContentType = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
  /** not TLS: an SSL 2.0 header */ ssl2: 128,
} as const

export const Message = {
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  /** In drafts of TLS 1.3 before 22. */
  helloRetryRequest: 6,
  encryptedExtensions: 8,
  certificate: 11,
  serverHelloDone: 14,
  finished: 20,
  keyUpdate: 24,
} as const

export const CLOSE_NOTIFY = 0
export const FATAL = 2
/** RFC 8446 §5.2: 2^14 + 256; TLS 1.2 allows 2^14 + 2048 (RFC 5246 §6.2.3). */
export const LONGEST_RECORD = 16_384 + 2048
export const RECORD_HEADER = 5
