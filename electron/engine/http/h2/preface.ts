/** What a client sends first on every HTTP/2 connection (RFC 9113 §3.4). */
export const PREFACE = new Uint8Array(Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1'))
