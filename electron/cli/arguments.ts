/** The command line's words, as a command. */
import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import type { Policy } from '../../shared/model/simulation'
import { parseCondition, type Condition } from './fail-on'
import { policyOf } from './policy'
import { Problem } from './problem'

export const AUDIT_FORMATS = ['text', 'json', 'html', 'pdf', 'markdown', 'csv'] as const
export const FACTS_FORMATS = ['json', 'ndjson'] as const
export const WHAT_IF_FORMATS = ['text', 'json'] as const
export type AuditFormat = (typeof AUDIT_FORMATS)[number]
export type FactsFormat = (typeof FACTS_FORMATS)[number]
export type WhatIfFormat = (typeof WHAT_IF_FORMATS)[number]
export type Topic = 'roundtrip' | 'facts' | 'audit' | 'what-if'

interface Common {
  readonly files: readonly string[]
  readonly keylog: string | null
  /** null: standard output. */
  readonly out: string | null
  /** Progress as plain lines where stderr is no terminal. */
  readonly progress: boolean
}

export type Command =
  | { readonly name: 'help'; readonly topic: Topic }
  | { readonly name: 'version' }
  | (Common & { readonly name: 'facts'; readonly format: FactsFormat })
  | (Common & { readonly name: 'audit'; readonly format: AuditFormat; readonly failOn: readonly Condition[] })
  | (Common & {
      readonly name: 'what-if'
      readonly format: WhatIfFormat
      /** null: all. */
      readonly origin: string | null
      readonly policy: Policy
    })

const OPTIONS = {
  keylog: { type: 'string' },
  format: { type: 'string', short: 'f' },
  out: { type: 'string', short: 'o' },
  'fail-on': { type: 'string', multiple: true },
  origin: { type: 'string' },
  'idle-timeout': { type: 'string' },
  'timeout-of': { type: 'string' },
  'max-requests': { type: 'string' },
  'pool-size': { type: 'string' },
  protocol: { type: 'string' },
  resumption: { type: 'string' },
  progress: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const

const OPTIONS_OF_WHAT_IF = {
  origin: 1,
  'idle-timeout': 1,
  'timeout-of': 1,
  'max-requests': 1,
  'pool-size': 1,
  protocol: 1,
  resumption: 1,
} as const

/** @throws Problem with the one sentence to show */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parsed(args)
  const [name, ...files] = positionals
  if (values.version === true) return { name: 'version' }
  if (name === 'help') return { name: 'help', topic: topicOf(files[0]) }
  if (values.help === true) return { name: 'help', topic: topicOf(name) }
  if (name === undefined)
    throw new Problem('Give a command: roundtrip audit FILE… or roundtrip facts FILE… (roundtrip --help tells more).')
  const out = values.out === undefined || values.out === '-' ? null : values.out
  if (values.out === '') throw new Problem('--out needs the name of a file.')
  const common = { files, keylog: values.keylog ?? null, out, progress: values.progress ?? false }
  const asked = Object.keys(OPTIONS_OF_WHAT_IF).find((option) => option in values)
  if (asked !== undefined && name !== 'what-if') throw new Problem(`--${asked} belongs to roundtrip what-if.`)
  if (name === 'what-if') {
    if (files.length === 0) throw new Problem(NEEDS_FILE('what-if'))
    if (values['fail-on'] !== undefined) throw new Problem('--fail-on belongs to roundtrip audit.')
    const format = formatOf(values.format, out, WHAT_IF_FORMATS, 'text')
    return { ...common, name, format, origin: values.origin ?? null, policy: policyOf(values) }
  }
  if (name === 'facts') {
    if (files.length === 0) throw new Problem(NEEDS_FILE('facts'))
    if (values['fail-on'] !== undefined) throw new Problem('--fail-on belongs to roundtrip audit: facts are not judged.')
    return { ...common, name, format: formatOf(values.format, out, FACTS_FORMATS, 'json') }
  }
  if (name === 'audit') {
    if (files.length === 0) throw new Problem(NEEDS_FILE('audit'))
    const format = formatOf(values.format, out, AUDIT_FORMATS, 'text')
    if (format === 'pdf' && values.out === '-') throw new Problem('A PDF is written to a file: give --out a name.')
    return { ...common, name, format, failOn: (values['fail-on'] ?? []).map(parseCondition) }
  }
  throw new Problem(`There is no command “${name}”: it is roundtrip audit FILE…, facts FILE… or what-if FILE….`)
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (thrown) {
    // Node's first sentence names the option; the rest explains its own API.
    const [sentence = 'The arguments are wrong'] = (thrown instanceof Error ? thrown.message : String(thrown)).split(
      /\.(?:\s|$)|\n/,
    )
    throw new Problem(`${sentence}; roundtrip --help lists the options.`)
  }
}

function topicOf(name: string | undefined): Topic {
  return name === 'facts' || name === 'audit' || name === 'what-if' ? name : 'roundtrip'
}

const NEEDS_FILE = (command: string): string =>
  `roundtrip ${command} needs a FILE: a capture (pcap, pcapng), a HAR, a folder of them, or - for standard input.`

const BY_EXTENSION: Readonly<Record<string, string>> = {
  '.txt': 'text',
  '.json': 'json',
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.html': 'html',
  '.htm': 'html',
  '.pdf': 'pdf',
  '.md': 'markdown',
  '.csv': 'csv',
}

/** The format asked for; else the one that the output file's extension names; else the command's own. */
function formatOf<F extends string>(asked: string | undefined, out: string | null, formats: readonly F[], otherwise: F): F {
  const named = asked ?? (out === null ? undefined : BY_EXTENSION[extname(out).toLowerCase()])
  const format = formats.find((candidate) => candidate === named)
  if (format !== undefined) return format
  if (asked === undefined) return otherwise
  throw new Problem(`There is no format “${asked}” here: it is one of ${formats.join(', ')}.`)
}
