/** A binary min-heap of things that end at a time. */
export class EndHeap<T extends { endAt: number }> {
  readonly #items: T[] = []

  get next(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let i = items.push(item) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (items[parent]!.endAt <= item.endAt) break
      items[i] = items[parent]!
      i = parent
    }
    items[i] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const top = items[0]
    const moved = items.pop()
    if (top === undefined || moved === undefined || items.length === 0) return top
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= items.length) break
      if (child + 1 < items.length && items[child + 1]!.endAt < items[child]!.endAt) child++
      if (items[child]!.endAt >= moved.endAt) break
      items[i] = items[child]!
      i = child
    }
    items[i] = moved
    return top
  }
}
