/** `roundtrip what-if`. */
import type { Command } from './arguments'
import type { Environment } from './environment'
import { inputsOf } from './facts'
import { checkInputs } from './inputs'
import { opened } from './opened'
import { checkedOutput, writeFile, writeTo } from './output'
import { Problem } from './problem'

/** Origins named where the one asked for is not there. */
const NAMED = 5

export async function whatIf(command: Extract<Command, { name: 'what-if' }>, environment: Environment): Promise<number> {
  await checkInputs(command, environment.stdin)
  const out = command.out === null ? null : await checkedOutput(command.out, inputsOf(command))
  return opened(environment.openAudit, command, environment, async (session) => {
    const { origin, policy } = command
    const { origins } = session.summary
    if (origin !== null && !origins.some((one) => one.origin === origin)) {
      const some = origins.slice(0, NAMED).map((one) => one.origin)
      throw new Problem(`There is no origin “${origin}” in it${some.length === 0 ? '' : `; there is ${some.join(', ')}`}.`)
    }
    const answer = await session.whatIf({ origin, policy }, environment.signal)
    const { whatIfJson, whatIfText } = await import('../report')
    const pieces = command.format === 'json' ? whatIfJson(answer) : whatIfText(answer)
    if (out === null) await writeTo(environment.stdout, pieces, environment.signal)
    else await writeFile(out, pieces, environment.signal)
    return 0
  })
}
