/** `roundtrip facts`. */
import type { Command } from './arguments'
import type { Environment } from './environment'
import { checkInputs } from './inputs'
import { opened } from './opened'
import { checkedOutput, writeFile, writeTo } from './output'

export async function facts(command: Extract<Command, { name: 'facts' }>, environment: Environment): Promise<number> {
  await checkInputs(command, environment.stdin)
  const out = command.out === null ? null : await checkedOutput(command.out, inputsOf(command))
  return opened(environment.openFacts, command, environment, async (session) => {
    const { factsJson, factsNdjson } = await import('../report')
    const pieces = command.format === 'json' ? factsJson(session) : factsNdjson(session)
    if (out === null) await writeTo(environment.stdout, pieces, environment.signal)
    else await writeFile(out, pieces, environment.signal)
    return 0
  })
}

/** Every file that must not be written over. */
export function inputsOf(command: { readonly files: readonly string[]; readonly keylog: string | null }): readonly string[] {
  return command.keylog === null ? command.files : [...command.files, command.keylog]
}
