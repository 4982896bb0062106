import { describe, expect, it } from 'vitest'
import type { Page, Rows } from '../../shared/contract/engine-api'
import { PageCache } from './page-cache'

interface Request {
  readonly query: string
  readonly page: Page
  readonly signal: AbortSignal
  answer(total: number): Promise<void>
  fail(error: unknown): Promise<void>
}

/** A cache of rows like "a:17" whose answers the test gives by hand. */
function transcript(): { cache: PageCache<string, string>; requests: Request[]; errors: unknown[] } {
  const requests: Request[] = []
  const errors: unknown[] = []
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))
  const cache = new PageCache<string, string>({
    pageSize: 10,
    keep: 3,
    onChange: () => undefined,
    onError: (error) => errors.push(error),
    fetch: (query, page, signal) =>
      new Promise<Rows<string>>((resolve, reject) => {
        const answer = (total: number): Promise<void> => {
          const length = Math.max(0, Math.min(page.limit, total - page.offset))
          resolve({ total, offset: page.offset, rows: Array.from({ length }, (_, i) => `${query}:${page.offset + i}`) })
          return settle()
        }
        const fail = (error: unknown): Promise<void> => {
          reject(error instanceof Error ? error : new Error(String(error)))
          return settle()
        }
        requests.push({ query, page, signal, answer, fail })
      }),
  })
  return { cache, requests, errors }
}

describe('pages', () => {
  it('are fetched when they come into view, once', async () => {
    const { cache, requests } = transcript()
    cache.ask('a')
    cache.show(0, 5)
    expect(requests.map((request) => request.page)).toEqual([{ offset: 0, limit: 10 }])
    await requests[0]?.answer(35)
    expect(cache.total).toBe(35)
    expect(cache.row(5)).toBe('a:5')
    expect(cache.row(15)).toBeUndefined()
    cache.show(12, 18)
    cache.show(11, 17)
    expect(requests).toHaveLength(2)
    await requests[1]?.answer(35)
    expect(cache.row(15)).toBe('a:15')
    expect(cache.row(5)).toBe('a:5')
  })

  it('that scrolled out of view are cancelled, and their late answers ignored', async () => {
    const { cache, requests } = transcript()
    cache.ask('a')
    await requests[0]?.answer(1000)
    cache.show(500, 505)
    cache.show(900, 905)
    expect(requests[1]?.signal.aborted).toBe(true)
    await requests[1]?.answer(1000)
    expect(cache.row(500)).toBeUndefined()
    await requests[2]?.answer(1000)
    expect(cache.row(903)).toBe('a:903')
  })

  it('furthest from view are forgotten first', async () => {
    const { cache, requests } = transcript()
    cache.ask('a')
    await requests[0]?.answer(1000)
    for (const [i, first] of [10, 20, 30].entries()) {
      cache.show(first, first + 5)
      await requests[i + 1]?.answer(1000)
    }
    expect(cache.row(0)).toBeUndefined()
    expect(cache.row(10)).toBe('a:10')
    expect(cache.row(30)).toBe('a:30')
  })
})

describe('a new query', () => {
  it('keeps the old rows until its first page has come', async () => {
    const { cache, requests } = transcript()
    cache.ask('a')
    await requests[0]?.answer(30)
    cache.ask('b')
    expect(cache.row(3)).toBe('a:3')
    expect(cache.loading).toBe(true)
    await requests[1]?.answer(4)
    expect(cache.row(3)).toBe('b:3')
    expect(cache.row(5)).toBeUndefined()
    expect(cache.total).toBe(4)
    expect(cache.loading).toBe(false)
  })

  it('cancels the one before it, whose late answer changes nothing', async () => {
    const { cache, requests } = transcript()
    cache.ask('a')
    cache.ask('b')
    expect(requests[0]?.signal.aborted).toBe(true)
    await requests[1]?.answer(2)
    await requests[0]?.answer(30)
    expect(cache.total).toBe(2)
    expect(cache.row(0)).toBe('b:0')
  })
})

it('reports a failure, but not that of a cancelled page', async () => {
  const { cache, requests, errors } = transcript()
  cache.ask('a')
  cache.ask('b')
  await requests[0]?.fail('gone')
  expect(errors).toEqual([])
  await requests[1]?.fail('broken')
  expect(errors).toEqual([new Error('broken')])
  expect(cache.loading).toBe(false)
})
