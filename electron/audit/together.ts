/**
 * The results of work that was begun together. When a part fails the others are waited for all the same: what they work on is about to be
 * closed.
 *
 * @throws what the first part to fail, in their order, threw.
 */
export async function together<T extends readonly unknown[]>(parts: readonly [...{ [K in keyof T]: Promise<T[K]> }]): Promise<T> {
  await Promise.allSettled(parts)
  return (await Promise.all(parts)) as unknown as T
}
