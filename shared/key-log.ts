/** Telling a TLS key log from a capture by its content, before anything is read of it. */

/** How much of a file's beginning is enough to tell: comments may come first. */
export const KEY_LOG_HEAD = 1 << 16

/** A line of a key log (draft-ietf-tls-keylogfile §2): label, the client's random, secret. */
const LINE = /^(?:CLIENT_RANDOM|[A-Z][A-Z_]*_SECRET(?:_\d+)?) [0-9a-f]{64} (?:[0-9a-f]{2})+[ \t]*\r?$/im

/**
 * @param head the beginning of a file as text, at most {@link KEY_LOG_HEAD} characters
 * @returns false for a pcapng that carries key log lines itself: captures are no text
 */
export const isKeyLog = (head: string): boolean => !head.includes('\0') && LINE.test(head)
