/** Live tests look at waits of seconds: a machine that keeps everybody from running for a while makes other waits of them. */

/** The longest wait for the processor that leaves a story what it was, in milliseconds. */
const LONGEST = 100
const EVERY = 5
const TRIES = 3

/** @returns milliseconds by which a timer of this process came too late at most, while something was done */
export async function longestStall(during: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = performance.now()
  const look = (): void => {
    const now = performance.now()
    longest = Math.max(longest, now - last - EVERY)
    last = now
  }
  const timer = setInterval(look, EVERY)
  try {
    await during()
  } finally {
    clearInterval(timer)
  }
  look()
  return longest
}

/**
 * Plays a story, and again where the machine disturbed it, three times at most: what was played last is what the test looks at. No packet
 * decides it.
 * @param story begins anew each time and tells the longest stall of what counts in it, in milliseconds
 */
export async function undisturbed(story: () => Promise<number>): Promise<void> {
  for (let i = 1; ; i++) {
    const stall = await story()
    if (stall <= LONGEST) return
    process.stderr.write(`The machine stood still for ${Math.round(stall)} ms${i < TRIES ? ': played again' : ''}.\n`)
    if (i === TRIES) return
  }
}
