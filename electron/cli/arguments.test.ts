import { describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
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

  it('say what to replay, and under which settings', () => {
    const policy = { ...AS_CAPTURED }
    expect(parseCommand(['what-if', 'a'])).toEqual({
      ...COMMON,
      name: 'what-if',
      files: ['a'],
      format: 'text',
      origin: null,
      policy,
    })
    const all = ['--idle-timeout', '7.5', '--timeout-of', 'both', '--max-requests', 'unlimited', '--pool-size', '6']
    expect(
      parseCommand(['what-if', 'a', ...all, '--protocol', 'h2', '--resumption', 'off', '--origin', 'http://x']),
    ).toMatchObject({
      origin: 'http://x',
      policy: {
        idleTimeoutSeconds: 7.5,
        timeoutOf: 'both',
        requestLimit: null,
        poolSize: 6,
        protocol: 'h2',
        tlsResumption: 'off',
      },
    })
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
    [['what-if'], /needs a FILE/],
    [['what-if', 'a', '--idle-timeout', 'long'], /^--idle-timeout is a number of seconds from 0 to 86400, or unlimited\.$/],
    [['what-if', 'a', '--idle-timeout', ''], /^--idle-timeout is/],
    [['what-if', 'a', '--max-requests', '1.5'], /^--max-requests is a whole number/],
    [['what-if', 'a', '--pool-size', '0'], /^--pool-size is a whole number/],
    [['what-if', 'a', '--protocol', 'h3'], /^--protocol is one of http\/1\.1, h2\.$/],
    [['what-if', 'a', '--format', 'pdf'], /it is one of text, json\.$/],
    [['audit', 'a', '--origin', 'x'], /^--origin belongs to roundtrip what-if\.$/],
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
