/** One line to the person, on stderr: stdout belongs to the reports. */
export function say(sentence) {
  process.stderr.write(`${sentence}\n`)
}

/** A problem that a person can act on: its message is one sentence and no stack is shown with it. */
export class Sentence extends Error {}

/** Runs a command line's main function: a {@link Sentence} becomes its line and exit status 1. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? process.exitCode ?? 0
  } catch (error) {
    if (!(error instanceof Sentence)) throw error
    say(error.message)
    process.exitCode = 1
  }
}
