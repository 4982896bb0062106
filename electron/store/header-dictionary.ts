import type { ExchangeFact, Persistence } from '../../shared/model/facts'
import type { RowTaker } from './row-buffer'
import type { HeaderSet } from './tables'

/** Combinations remembered; a capture with more writes some of them twice, which costs space and nothing else. */
const REMEMBERED = 20_000
const RECENT = 16

/** Numbers the combinations of header values, and writes each to the store when it is first seen. */
export class HeaderDictionary {
  readonly #batch: RowTaker<HeaderSet>
  #known = new Map<string, number>()
  #next = 0
  /** The combinations used last, compared field by field: the engine gives equal values as the same string, so that costs little. */
  readonly #recent: { readonly fact: ExchangeFact; readonly id: number }[] = []
  #oldest = 0

  constructor(batch: RowTaker<HeaderSet>) {
    this.#batch = batch
  }

  idOf(fact: ExchangeFact): number {
    for (const recent of this.#recent) if (sameHeaders(recent.fact, fact)) return recent.id
    const id = this.#number(fact)
    this.#recent[this.#oldest] = { fact, id }
    this.#oldest = (this.#oldest + 1) % RECENT
    return id
  }

  #number(fact: ExchangeFact): number {
    const key = keyOf(fact)
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const id = this.#next++
    this.#batch.add({ id, fact })
    if (this.#known.size >= REMEMBERED) this.#known = new Map()
    this.#known.set(key, id)
    return id
  }
}

function sameHeaders(a: ExchangeFact, b: ExchangeFact): boolean {
  return (
    a.authority === b.authority &&
    a.userAgent === b.userAgent &&
    a.serverProduct === b.serverProduct &&
    a.method === b.method &&
    a.version === b.version &&
    a.responseVersion === b.responseVersion &&
    a.scheme === b.scheme &&
    a.requestVia === b.requestVia &&
    a.responseVia === b.responseVia &&
    a.forwarded === b.forwarded &&
    (a.credentials ?? null) === (b.credentials ?? null) &&
    (a.connectionAuth ?? null) === (b.connectionAuth ?? null) &&
    (a.requestMarks ?? null) === (b.requestMarks ?? null) &&
    (a.responseMarks ?? null) === (b.responseMarks ?? null) &&
    sameFields(a.forwarding, b.forwarding) &&
    samePersistence(a.request, b.request) &&
    samePersistence(a.response, b.response)
  )
}

/** What is said of one request alone is kept with it, not here. */
const sameFields = (a: ExchangeFact['forwarding'], b: ExchangeFact['forwarding']): boolean =>
  a === b || (a?.requestFields === b?.requestFields && a?.responseFields === b?.responseFields)

const samePersistence = (a: Persistence | null, b: Persistence | null): boolean =>
  a === b || (a !== null && b !== null && a.keepsAlive === b.keepsAlive && a.connection === b.connection)

/** Every field carries its length, so that no two combinations share a key, whatever the fields hold. */
function keyOf(f: ExchangeFact): string {
  const q = f.request
  const r = f.response
  return (
    field(f.version) +
    field(f.responseVersion) +
    field(f.method) +
    field(f.scheme) +
    field(f.authority) +
    field(f.userAgent) +
    field(f.serverProduct) +
    (q === null ? '!' : (q.keepsAlive ? '+' : '-') + field(q.connection)) +
    (r === null ? '!' : (r.keepsAlive ? '+' : '-') + field(r.connection)) +
    field(f.requestVia) +
    field(f.responseVia) +
    (f.forwarded ? '1' : '0') +
    (typeof f.credentials === 'boolean' ? (f.credentials ? '1' : '0') : '!') +
    field(f.connectionAuth ?? null) +
    field(f.requestMarks ?? null) +
    field(f.responseMarks ?? null) +
    field(f.forwarding?.requestFields ?? null) +
    field(f.forwarding?.responseFields ?? null)
  )
}

const field = (text: string | null): string => (text === null ? '!' : `${text.length}:${text}`)
