import type { ExchangeFact } from '../../shared/model/facts'
import type { Batch } from './batch'
import type { HeaderSet } from './tables'

/** Combinations remembered; a capture with more writes some of them twice, which costs space and nothing else. */
const REMEMBERED = 20_000

/** Numbers the combinations of header values, and writes each to the store when it is first seen. */
export class HeaderDictionary {
  readonly #batch: Batch<HeaderSet>
  #known = new Map<string, number>()
  #next = 0

  constructor(batch: Batch<HeaderSet>) {
    this.#batch = batch
  }

  idOf(fact: ExchangeFact): number {
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
    (f.forwarded ? '1' : '0')
  )
}

const field = (text: string | null): string => (text === null ? '!' : `${text.length}:${text}`)
