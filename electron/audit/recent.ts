/** A list in the order of arrival from which anything can be taken out at once, wherever it stands. */
export class Recent<T extends object> {
  readonly #links = new Map<T, Link<T>>()
  #oldest: Link<T> | null = null
  #latest: Link<T> | null = null

  get oldest(): T | undefined {
    return this.#oldest?.item
  }

  /** The latest that is not this one; this one where it is alone. */
  latestBut(item: T): T | undefined {
    const latest = this.#latest
    return latest?.item === item ? (latest.before ?? latest).item : latest?.item
  }

  add(item: T): void {
    if (this.#links.has(item)) return
    const link: Link<T> = { item, before: this.#latest, after: null }
    this.#links.set(item, link)
    if (this.#latest === null) this.#oldest = link
    else this.#latest.after = link
    this.#latest = link
  }

  delete(item: T): void {
    const link = this.#links.get(item)
    if (link === undefined) return
    this.#links.delete(item)
    if (link.before === null) this.#oldest = link.after
    else link.before.after = link.after
    if (link.after === null) this.#latest = link.before
    else link.after.before = link.before
  }
}

interface Link<T> {
  readonly item: T
  before: Link<T> | null
  after: Link<T> | null
}
