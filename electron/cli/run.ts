/** One command from its arguments to its exit status. Whatever goes wrong becomes one sentence on stderr. */
import { plain } from '../../shared/format'
import { parseCommand, type Command } from './arguments'
import { audit } from './audit'
import type { Environment } from './environment'
import { facts } from './facts'
import { helpText } from './help'
import { whatIf } from './what-if'
import { codeOf, Problem } from './problem'

const CANCELLED = 130

export async function run(args: readonly string[], environment: Environment): Promise<number> {
  try {
    return await perform(parseCommand(args), environment)
  } catch (thrown) {
    // A reader that has seen enough (`| head`) is no failure.
    if (codeOf(thrown) === 'EPIPE') return 0
    if (environment.signal.aborted || codeOf(thrown) === 'cancelled') return CANCELLED
    environment.stderr.write(`roundtrip: ${sentence(thrown)}\n`)
    if (!(thrown instanceof Problem) && environment.env.ROUNDTRIP_DEBUG === '1') console.error(thrown)
    return 2
  }
}

function perform(command: Command, environment: Environment): Promise<number> {
  switch (command.name) {
    case 'facts':
      return facts(command, environment)
    case 'audit':
      return audit(command, environment)
    case 'what-if':
      return whatIf(command, environment)
    case 'help':
      environment.stdout.write(helpText(command.topic))
      return Promise.resolve(0)
    case 'version':
      environment.stdout.write(`${environment.version}\n`)
      return Promise.resolve(0)
  }
}

/** Names of files and arguments are in it: what could steer the terminal is taken out. */
function sentence(thrown: unknown): string {
  return plain(thrown instanceof Error ? thrown.message : String(thrown), 1000)
}
