/** How products tell themselves, and sentences many remedies share. */
import type { Traces } from './product'
import type { Values } from './values'

/** Kept of a header's value in a sentence. */
const SHOWN = 80

const said = (field: string, value: string): string => `${field}: ${value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value}`

/** Of header fields that hold a text. */
const field =
  (name: string, pick: (t: Traces) => string | null) =>
  (pattern: RegExp) =>
  (t: Traces): string | null => {
    const value = pick(t)
    return value !== null && pattern.test(value) ? said(name, value) : null
  }

export const server = field('Server', (t) => t.product)
export const userAgent = field('User-Agent', (t) => t.userAgent)
export const requestVia = field('Via', (t) => t.requestVia)
export const responseVia = field('Via', (t) => t.responseVia)

/** Of fields that name a product by being there: the words of product-marks.ts. */
const mark =
  (pick: (t: Traces) => string | null) =>
  (...words: readonly string[]) =>
  (t: Traces): string | null => {
    const there = pick(t)?.split(' ') ?? []
    return words.find((word) => there.includes(word)) ?? null
  }

/** A certificate that only this product serves, by a name in it. */
export const certificate =
  (pattern: RegExp) =>
  ({ certificate: names }: Traces): string | null => {
    const name = names?.split('\n').find((one) => pattern.test(one))
    return name === undefined ? null : said('certificate', name)
  }

export const requestMark = mark((t) => t.requestMarks)
export const responseMark = mark((t) => t.responseMarks)

/** The first that shows the product. */
export const anyOf =
  (...ways: readonly ((t: Traces) => string | null)[]) =>
  (t: Traces): string | null => {
    for (const way of ways) {
      const seen = way(t)
      if (seen !== null) return seen
    }
    return null
  }

/** Products that put nothing of their own into messages: advice for them is offered, never claimed. */
export const nothing = (): null => null
export const SILENT = 'Sends nothing of its own that a capture would show'

export const CURL_TWICE =
  'curl -v URL URL: the second request says that it re-uses the connection ("Re-using existing connection" or "Reusing existing").'
export const MORE_EACH = 'Connections carry more requests each than before.'
export const IDLE_STAYS = 'Connections stay open through the idle times of this traffic.'

type At = Pick<Values, 'host' | 'port' | 'https'>

/** Where TLS is spoken: an origin in the clear would speak it at 443. */
const tlsPort = ({ host, port, https }: At): string => `${host}:${https ? port : 443}`
const urlOf = ({ host, port, https }: At): string => `https://${host}${https && port !== 443 ? `:${port}` : ''}/`

/** Its second request goes to the same connection, and lets the server close it in the end. */
const head = (host: string, connection = ''): string => `printf 'HEAD / HTTP/1.1\\r\\nHost: ${host}\\r\\n${connection}\\r\\n'`

/**
 * How to see from outside that a server keeps an idle connection longer than before. It takes a request first: a connection that carried
 * none is under another time-out, and mostly a longer one.
 */
export function showsIdleStays({ host, address, port, https, idleTimeout, serverTimeout }: IdleCheck): string {
  const pause = Math.max(1, Math.min(idleTimeout - 1, serverTimeout === null ? idleTimeout : Math.ceil(serverTimeout * 1.2 + 1)))
  const there = `${address.includes(':') && !address.startsWith('[') ? `[${address}]` : address}:${port}`
  const connect = https
    ? `openssl s_client -quiet -connect ${there} -servername ${host} 2>/dev/null`
    : `curl -sN telnet://${there}`
  return `(${head(host)}; sleep ${pause}; ${head(host, 'Connection: close\\r\\n')}; sleep 1) | ${connect} | grep -c '^HTTP/1' counts 2, and 1 where the connection was closed during the pause.`
}

type IdleCheck = At & Pick<Values, 'address' | 'idleTimeout' | 'serverTimeout'>

/**
 * How to see from outside what a server's TLS does. TLS 1.3 sends its tickets after the handshake (RFC 8446, section 4.6.1), and
 * `-reconnect` does not wait for them: there the first connection stays for a second and leaves its session in a file.
 *
 * @param at not taken apart: a copy would read every value, and how each came about would be told
 */
export const showsResumption = (at: At & Pick<Values, 'tls13'>): string =>
  at.tls13
    ? `sleep 1 | openssl s_client -connect ${tlsPort(at)} -tls1_3 -sess_out session.pem, then openssl s_client -connect ${tlsPort(at)} -tls1_3 -sess_in session.pem </dev/null | grep "^Reused" prints "Reused, TLSv1.3".`
    : `openssl s_client -connect ${tlsPort(at)} -tls1_2 -reconnect </dev/null | grep -c "^Reused" counts 5.`
export const showsTls13 = (at: At): string => `openssl s_client -connect ${tlsPort(at)} -tls1_3 </dev/null connects.`
export const showsOneHello = (at: At): string =>
  `openssl s_client -connect ${tlsPort(at)} -msg </dev/null shows one ClientHello, not two.`
export const showsHttp2 = (at: At): string => `curl -sI --http2 ${urlOf(at)} begins with HTTP/2.`
