/**
 * What DuckDB may keep in memory. It spills what it can to the temporary folder, but not everything: where statements side by side need more
 * than that, the one that fails is run again alone, with more.
 */
import { totalmem } from 'node:os'

const MB = 1 << 20

/** An eighth of the machine's memory, between these: small captures need a fraction of it, and take no more than they need. */
const LEAST = 256 * MB
const MOST = 1024 * MB

export const memoryLimit = (machine = totalmem()): number => Math.min(MOST, Math.max(LEAST, Math.floor(machine / 8)))

/** The most it is ever raised to. */
const ceiling = (machine = totalmem()): number => Math.floor(machine / 2)

/** DuckDB's words for it. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Out of Memory Error')

/** As DuckDB's setting wants it. */
export const megabytes = (bytes: number): string => `${Math.floor(bytes / MB)}MiB`

/** Lets statements run side by side, and again alone what ran out of memory. */
export class MemoryGate {
  #limit: number
  readonly #ceiling: number
  readonly #raise: (limit: number) => Promise<void>
  #running = 0
  #waiting: (() => void)[] = []
  /** Who runs alone: others wait for it to end. */
  #alone: Promise<void> = Promise.resolve()

  /** @param raise tells the database of a new limit, in bytes */
  constructor(limit: number, raise: (limit: number) => Promise<void>, most = ceiling()) {
    this.#limit = limit
    this.#raise = raise
    this.#ceiling = Math.max(limit, most)
  }

  /** @throws what `use` throws in the end. */
  async run<T>(use: () => Promise<T>): Promise<T> {
    await this.#alone
    try {
      return await this.#counted(use)
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      return this.#again(use, error)
    }
  }

  async #counted<T>(use: () => Promise<T>): Promise<T> {
    this.#running++
    try {
      return await use()
    } finally {
      this.#running--
      if (this.#running === 0) for (const next of this.#waiting.splice(0)) next()
    }
  }

  #again<T>(use: () => Promise<T>, failure: unknown): Promise<T> {
    const result = this.#alone.then(async () => {
      if (this.#running > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      let last = failure
      for (;;) {
        try {
          return await this.#counted(use)
        } catch (error) {
          last = error
          if (!isOutOfMemory(error) || this.#limit >= this.#ceiling) throw last
          this.#limit = Math.min(this.#ceiling, this.#limit * 2)
          await this.#raise(this.#limit)
        }
      }
    })
    this.#alone = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }
}
