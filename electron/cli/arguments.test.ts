import { describe, expect, it } from 'vitest'
import { parseCommand } from './arguments'
import { Problem } from './problem'

const COMMON = { keylog: null, out: null, progress: false }

describe('arguments', () => {
  it('become commands', () => {
    expect(parseCommand(['audit', 'a.pcap', 'b.har'])).toEqual({
      ...COMMON,
      name: 'audit',
      files: ['a.pcap', 'b.har'],
      format: 'text',
      failOn: [],
    })
    expect(parseCommand(['facts', 'a.pcap', '--format', 'ndjson', '--keylog', 'k', '-o', 'x'])).toEqual({
      ...COMMON,
      name: 'facts',
      files: ['a.pcap'],
      format: 'ndjson',
      keylog: 'k',
      out: 'x',
    })
    expect(parseCommand(['audit', '-f', 'pdf', 'a', '--fail-on', 'reuse<80%', '--fail-on', 'races>0'])).toMatchObject({
      format: 'pdf',
      failOn: [
        { metric: 'reuse', operator: '<', limit: 0.8 },
        { metric: 'races', operator: '>', limit: 0 },
      ],
    })
  })

  it('take the format from the output file where none is given', () => {
    const format = (...args: string[]) => (parseCommand(args) as { readonly format: string }).format
    expect(format('audit', 'a', '--out', 'r.HTML')).toBe('html')
    expect(format('audit', 'a', '--out', 'r.md')).toBe('markdown')
    expect(format('audit', 'a', '--out', 'r.html', '--format', 'json')).toBe('json')
    expect(format('audit', 'a', '--out', 'r.ndjson')).toBe('text')
    expect(format('facts', 'a', '--out', 'r.jsonl')).toBe('ndjson')
    expect(format('facts', 'a', '--out', 'r.pdf')).toBe('json')
  })

  it('ask for help and version', () => {
    expect(parseCommand(['--help'])).toEqual({ name: 'help', topic: 'roundtrip' })
    expect(parseCommand(['audit', '--help'])).toEqual({ name: 'help', topic: 'audit' })
    expect(parseCommand(['help', 'facts'])).toEqual({ name: 'help', topic: 'facts' })
    expect(parseCommand(['--version'])).toEqual({ name: 'version' })
  })

  it('let a file name begin with a dash after --', () => {
    expect(parseCommand(['audit', '--', '-odd.pcap'])).toMatchObject({ files: ['-odd.pcap'] })
    expect(parseCommand(['facts', '-', 'b.pcap'])).toMatchObject({ files: ['-', 'b.pcap'] })
  })

  it.each([
    [[], /^Give a command/],
    [['sing', 'a'], /^There is no command “sing”/],
    [['audit'], /needs a FILE/],
    [['facts'], /needs a FILE/],
    [['audit', 'a', '--format', 'xml'], /^There is no format “xml” here: it is one of text, json, html, pdf, markdown, csv\.$/],
    [['facts', 'a', '--format', 'text'], /it is one of json, ndjson\.$/],
    [['facts', 'a', '--fail-on', 'avoidable>0'], /^--fail-on belongs to roundtrip audit/],
    [['audit', 'a', '--colour'], /^Unknown option '--colour'; roundtrip --help lists the options\.$/],
    [['audit', 'a', '--out'], /--out <value>' argument missing; roundtrip --help/],
    [['audit', 'a', '--out', ''], /^--out needs the name of a file/],
    [['audit', 'a', '-f', 'pdf', '-o', '-'], /^A PDF is written to a file/],
    [['audit', 'a', '--fail-on', 'avoidable'], /is no condition.*in quotes/],
    [['audit', 'a', '--fail-on', 'speed>1'], /^--fail-on knows no “speed”: it is one of avoidable, /],
  ])('%j are refused in a sentence', (args, sentence) => {
    const refused = () => parseCommand(args)
    expect(refused).toThrow(Problem)
    expect(refused).toThrow(sentence)
  })
})
