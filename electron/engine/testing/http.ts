/** HTTP/1 messages for transcripts. */

const field = ([name, value]: readonly [string, string]): string => `${name}: ${value}\r\n`

export type FieldList = Readonly<Record<string, string>>

export function request(method: string, target: string, fields: FieldList = {}, body = '', version = 'HTTP/1.1'): string {
  const length: FieldList = body === '' ? {} : { 'Content-Length': String(body.length) }
  const all = { ...(version === 'HTTP/1.1' ? { Host: 'shop.example' } : {}), ...length, ...fields }
  return `${method} ${target} ${version}\r\n${Object.entries(all).map(field).join('')}\r\n${body}`
}

export const get = (target: string, fields: FieldList = {}, version = 'HTTP/1.1'): string =>
  request('GET', target, fields, '', version)

/** A response with a Content-Length, unless the fields say how it ends. */
export function response(status: number, fields: FieldList = {}, body = '', version = 'HTTP/1.1'): string {
  const bodyless = status < 200 || status === 204 || status === 304
  const framed = bodyless || Object.keys(fields).some((name) => /^(?:content-length|transfer-encoding)$/i.test(name))
  const all = { ...(framed ? {} : { 'Content-Length': String(body.length) }), ...fields }
  return `${version} ${status} Reason\r\n${Object.entries(all).map(field).join('')}\r\n${body}`
}

export const ok = (body = 'hello', fields: FieldList = {}): string => response(200, fields, body)

/** A response that only the connection's close ends. */
export const unframed = (body: string, version = 'HTTP/1.0'): string => `${version} 200 OK\r\nServer: test\r\n\r\n${body}`
