/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed >>> 0
  }

  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  between(low, high) {
    return low + this.next() * (high - low)
  }

  int(low, high) {
    return Math.floor(this.between(low, high + 1))
  }

  pick(list) {
    return list[this.int(0, list.length - 1)]
  }
}
