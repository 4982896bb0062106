/** Truth against verdicts: a confusion matrix, and precision and recall for each cause. */

/**
 * What must be said of each connection, from the client's own log.
 *
 * @param log requests: local port, start, end, whether answered, and the pool they belong to
 * @param cause the draw's truth about the connection that had become free most recently
 * @returns local ports in the order of their opening, each with the cause
 */
export function truthOf(log, cause) {
  const truth = []
  for (const pool of new Set(log.map((entry) => entry.pool))) {
    const entries = log.filter((entry) => entry.pool === pool).sort((a, b) => a.start - b.start)
    let needed = 0
    const seen = new Set()
    for (const { port, start: asked, opened } of entries) {
      if (seen.has(port)) continue
      seen.add(port)
      const start = opened ?? asked
      const busy = new Set(entries.filter((e) => e.port !== port && e.start < start && e.end > start).map((e) => e.port))
      if (busy.size >= needed) {
        truth.push({ port, start, cause: needed === 0 ? 'first' : 'concurrency' })
        needed++
        continue
      }
      const done = entries.filter((e) => e.end <= start && !busy.has(e.port)).sort((a, b) => b.end - a.end)
      const of = done.filter((e) => e.port === done[0].port)
      const because = cause({ count: of.length, idle: start - done[0].end, pool })
      // The client's own log has a request that met the close, whatever was drawn.
      const why = done[0].answered || because === 'middlebox' ? because : 'lost-race'
      truth.push({ port, start, cause: why })
    }
  }
  return truth.sort((a, b) => a.start - b.start)
}

/** A matrix of what was true (rows) and what was said (columns). */
export class Confusion {
  #cells = new Map()

  add(truth, said) {
    const row = this.#cells.get(truth) ?? new Map()
    this.#cells.set(truth, row.set(said, (row.get(said) ?? 0) + 1))
  }

  get causes() {
    return [...this.#cells.keys()].sort()
  }

  #sum(truth, said) {
    let n = 0
    for (const [t, row] of this.#cells)
      if (truth === undefined || t === truth) for (const [s, count] of row) if (said === undefined || s === said) n += count
    return n
  }

  /** "unknown" and "not-judged" are misses in recall, and nobody's false alarm. */
  rows() {
    return this.causes.map((cause) => {
      const [right, said, all] = [this.#sum(cause, cause), this.#sum(undefined, cause), this.#sum(cause)]
      const instead = [...this.#cells.get(cause)].filter(([s]) => s !== cause).map(([s, n]) => `${s} ${n}`)
      return {
        cause,
        all,
        said,
        right,
        precision: said === 0 ? null : right / said,
        recall: right / all,
        instead: instead.join(', '),
      }
    })
  }
}

const percent = (share) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`)

export const tableOf = (rows) =>
  [
    '| cause | connections | named so | precision | recall | said instead |',
    '| --- | ---: | ---: | ---: | ---: | --- |',
    ...rows.map(
      (r) => `| \`${r.cause}\` | ${r.all} | ${r.said} | ${percent(r.precision)} | ${percent(r.recall)} | ${r.instead} |`,
    ),
  ].join('\n')
