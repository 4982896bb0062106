/**
 * The results of work that was begun together. When a part fails the others are waited for all the same: what they work on is about to be
 * closed.
 *
 * @throws what the first part to fail threw.
 */
export async function together<P extends readonly Promise<unknown>[] | []>(
  parts: P,
): Promise<{ -readonly [K in keyof P]: Awaited<P[K]> }> {
  await Promise.allSettled(parts)
  return Promise.all(parts)
}
