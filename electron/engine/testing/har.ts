/** HARs for tests, made of as little as each test is about. */
import { readHar } from '../har/read-har'
import { bytesSource, collect, type Collected } from './collect'

export const START = '2026-11-22T06:00:00.000Z'

export interface EntryWish {
  /** Milliseconds after {@link START}. */
  readonly at?: number
  readonly url?: string
  readonly method?: string
  readonly status?: number
  readonly version?: string
  readonly responseVersion?: string
  readonly timings?: Readonly<Record<string, number>>
  readonly requestHeaders?: Readonly<Record<string, string>>
  readonly responseHeaders?: Readonly<Record<string, string>>
  readonly request?: object
  readonly response?: object
  /** Members of the entry itself. */
  readonly more?: object
}

const fields = (headers: Readonly<Record<string, string>> = {}): object[] =>
  Object.entries(headers).map(([name, value]) => ({ name, value }))

export function entry(wish: EntryWish): object {
  return {
    startedDateTime: new Date(Date.parse(START) + (wish.at ?? 0)).toISOString(),
    time: 10,
    request: {
      method: wish.method ?? 'GET',
      url: wish.url ?? 'http://shop.test/',
      httpVersion: wish.version ?? 'HTTP/1.1',
      headers: fields(wish.requestHeaders),
      ...wish.request,
    },
    response: {
      status: wish.status ?? 200,
      httpVersion: wish.responseVersion ?? wish.version ?? 'HTTP/1.1',
      headers: fields(wish.responseHeaders),
      ...wish.response,
    },
    timings: wish.timings ?? { blocked: 0, dns: -1, connect: -1, ssl: -1, send: 0, wait: 10, receive: 0 },
    ...wish.more,
  }
}

export const har = (entries: readonly object[], creator = 'WebInspector'): string =>
  JSON.stringify({ log: { version: '1.2', creator: { name: creator, version: '1' }, entries } })

/** `step`: the most bytes that one read gives. */
export function read(text: string | Uint8Array, step?: number): Promise<Collected> {
  const content = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return collect((sink) => readHar(bytesSource('test.har', content, step), new Uint8Array(0), sink, {}))
}

export const readWishes = (wishes: readonly EntryWish[], creator?: string): Promise<Collected> =>
  read(har(wishes.map(entry), creator))

/** Each connection's requests, by path, in order: "/a /b". */
export const paths = ({ connections }: Collected): string[] =>
  connections.map(({ exchanges }) => exchanges.map(({ target }) => target).join(' '))

export const codes = ({ summary }: Collected): string[] => summary.diagnostics.map(({ code, count }) => `${code} ${count}`)
