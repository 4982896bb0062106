/** A binary min-heap of instants, each with a number, in typed arrays: the replay's busiest part. */
export class EndQueue {
  #keys = new Float64Array(64)
  #values = new Int32Array(64)
  size = 0

  /** The earliest instant; Infinity where there is none. */
  get next(): number {
    return this.size === 0 ? Infinity : this.#keys[0]!
  }

  /** The number of the earliest; only where there is one. */
  get value(): number {
    return this.#values[0]!
  }

  push(key: number, value: number): void {
    if (this.size === this.#keys.length) this.#grow()
    const keys = this.#keys
    const values = this.#values
    let i = this.size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      const above = keys[parent]!
      if (above <= key) break
      keys[i] = above
      values[i] = values[parent]!
      i = parent
    }
    keys[i] = key
    values[i] = value
  }

  /** Takes the earliest away. */
  pop(): void {
    const last = --this.size
    if (last > 0) this.#sink(this.#keys[last]!, this.#values[last]!)
  }

  /** Puts another instant in the place of the earliest. */
  replace(key: number, value: number): void {
    this.#sink(key, value)
  }

  #sink(key: number, value: number): void {
    const keys = this.#keys
    const values = this.#values
    const size = this.size
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= size) break
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++
      if (keys[child]! >= key) break
      keys[i] = keys[child]!
      values[i] = values[child]!
      i = child
    }
    keys[i] = key
    values[i] = value
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2)
    keys.set(this.#keys)
    this.#keys = keys
    const values = new Int32Array(keys.length)
    values.set(this.#values)
    this.#values = values
  }
}
