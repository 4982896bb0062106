/** Options of a Connection field (RFC 9110 §7.6.1): a list without regard to case; null where there is no such field. */
const CLOSE = /(^|,)\s*close\s*(,|$)/i
const KEEP_ALIVE = /(^|,)\s*keep-alive\s*(,|$)/i

export const saysClose = (field: string | null): boolean => field !== null && CLOSE.test(field)
export const saysKeepAlive = (field: string | null): boolean => field !== null && KEEP_ALIVE.test(field)
