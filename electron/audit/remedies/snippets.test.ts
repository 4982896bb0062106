/** Every snippet, checked by the product it is for, or by its language's own parser, where they are installed. */
import { describe, expect, it } from 'vitest'
import type { Remedy } from '../../../shared/model/audit'
import type { CaseGroup } from '../findings/groups'
import { remediesFor } from './index'
import type { Topic } from './product'
import { SIDE } from './product'
import { caseOf } from './testing/case'
import { apacheConfiguration, caddyConfiguration, haproxyConfiguration, nginxConfiguration } from './testing/configurations'
import type { Outcome } from './testing/programs'
import { has, runOn, selfSigned } from './testing/programs'

const TOPICS = Object.keys(SIDE) as Topic[]
const all = (group: CaseGroup): readonly Remedy[] => TOPICS.flatMap((topic) => remediesFor(topic, group))

const ORDINARY = caseOf({
  origin: 'http://127.0.0.1:8080',
  limit: 100,
  advertisedTimeout: 15,
  poolNeeded: 12,
  perConnectionHour: 40_000,
  demandGap: { median: 12, p95: 48 },
})
/** A server that closes so soon that a client's time-out is a part of a second. */
const QUICK = caseOf({ ...ORDINARY, timeoutSeconds: 0.8, closeGapSeconds: 0.8 })
const LIMITED = caseOf({ ...ORDINARY, cause: 'request-limit' })

const of = (id: string, group = ORDINARY): (readonly [string, string])[] => {
  const found = all(group).filter((remedy) => remedy.id.startsWith(`${id}/`))
  return [...new Map(found.map((remedy) => [remedy.id, remedy.snippet])).entries()]
}

const accepted = ({ status, output }: Outcome): void => expect(status, output).toBe(0)

const isJson = (snippet: string): boolean => snippet.startsWith('{"')

/** A checker that takes anything would prove nothing: each is shown something wrong as well. */
describe.skipIf(!has('nginx'))('nginx -t', () => {
  const check = (snippet: string) =>
    runOn({ 'nginx.conf': nginxConfiguration(snippet), 'tls.pem': selfSigned() }, 'nginx', [
      '-t',
      '-p',
      'FOLDER',
      '-c',
      'FOLDER/nginx.conf',
    ])
  it.each([...of('nginx'), ...of('nginx', LIMITED), ...of('nginx-upstream')])('%s', (_, snippet) => {
    accepted(check(snippet))
  })
  it('refuses what is wrong', () => expect(check('keepalive_timeout sixty;').status).not.toBe(0))
})

describe.skipIf(!has('apache2'))('apachectl -t', () => {
  const check = (snippet: string) =>
    runOn({ 'apache.conf': apacheConfiguration(snippet) }, 'apache2', ['-t', '-f', 'FOLDER/apache.conf'])
  const directives = [...of('apache'), ...of('apache', LIMITED)].filter(([id]) => id !== 'apache/find-errors')
  it.each(directives)('%s', (_, snippet) => {
    // The cache of TLS sessions is in a folder that a test should not write to.
    accepted(check(snippet.replace('/var/run/apache2', 'FOLDER')))
  })
  it('refuses what is wrong', () => expect(check('KeepAliveTimeouts 60').status).not.toBe(0))
  it('refuses KeepAlive where .htaccess stands, as the remedy says', () => {
    const { status, output } = check('<Directory FOLDER>\n  KeepAlive On\n</Directory>')
    expect(status).not.toBe(0)
    expect(output).toContain('KeepAlive not allowed')
  })
})

describe.skipIf(!has('haproxy'))('haproxy -c', () => {
  const check = (snippet: string) =>
    runOn({ 'haproxy.cfg': haproxyConfiguration(snippet), 'tls.pem': selfSigned() }, 'haproxy', [
      '-c',
      '-f',
      'FOLDER/haproxy.cfg',
    ])
  it.each([...of('haproxy'), ...of('haproxy', caseOf({ origin: 'https://127.0.0.1' })), ...of('haproxy', QUICK)])(
    '%s',
    (_, snippet) => {
      accepted(check(snippet))
    },
  )
  it('refuses what is wrong', () => expect(check('defaults\n    http-reuse sometimes').status).not.toBe(0))
})

describe.skipIf(!has('caddy'))('caddy validate', () => {
  const check = (snippet: string) =>
    runOn({ Caddyfile: caddyConfiguration(snippet) }, 'caddy', [
      'validate',
      '--adapter',
      'caddyfile',
      '--config',
      'FOLDER/Caddyfile',
    ])
  it.each(of('caddy').filter(([, snippet]) => !isJson(snippet)))('%s', (_, snippet) => {
    accepted(check(snippet))
  })
  it.each(of('caddy').filter(([, snippet]) => isJson(snippet)))('%s', (_, snippet) => {
    accepted(runOn({ 'caddy.json': snippet }, 'caddy', ['validate', '--config', 'FOLDER/caddy.json']))
  })
  it('refuses what is wrong', () =>
    expect(check('{\n\tservers {\n\t\ttimeouts {\n\t\t\tidle sixty\n\t\t}\n\t}\n}').status).not.toBe(0))
})

describe.skipIf(!has('varnishd'))('varnishd -C', () => {
  const vcl = 'vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "1"; }\n'
  const check = (snippet: string) => {
    const own = snippet.includes('sub vcl_')
    const parameter = /varnishd (-p \S+)/.exec(snippet)?.[1] ?? (own ? '-p timeout_idle=5' : '-p none=0')
    return runOn({ 'default.vcl': own ? vcl + snippet : vcl }, 'varnishd', [
      '-C',
      '-f',
      'FOLDER/default.vcl',
      '-n',
      'FOLDER/work',
      ...parameter.split(' '),
    ])
  }
  it.each(of('varnish'))('%s', (_, snippet) => {
    accepted(check(snippet))
  })
  it('refuses what is wrong', () => expect(check('varnishd -p timeout_idle=sixty').status).not.toBe(0))
})

interface Language {
  readonly program: string
  readonly file: string
  readonly args: readonly string[]
  readonly around?: (snippet: string) => string
  readonly wrong: string
}

const XML = 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])'

const LANGUAGES: Partial<Record<Remedy['language'], Language>> = {
  javascript: { program: 'node', file: 'x.mjs', args: ['--check', 'FOLDER/x.mjs'], wrong: 'new http.Agent({' },
  python: { program: 'python3', file: 'x.py', args: ['-m', 'py_compile', 'FOLDER/x.py'], wrong: 'def x(:' },
  ruby: { program: 'ruby', file: 'x.rb', args: ['-c', 'FOLDER/x.rb'], wrong: 'x = (' },
  php: { program: 'php', file: 'x.php', args: ['-l', 'FOLDER/x.php'], wrong: '<?php $x = ;' },
  shell: { program: 'bash', file: 'x.sh', args: ['-n', 'FOLDER/x.sh'], wrong: 'x "' },
  xml: { program: 'python3', file: 'x.xml', args: ['-c', XML, 'FOLDER/x.xml'], wrong: '<a>' },
  yaml: { program: 'ruby', file: 'x.yaml', args: ['-ryaml', '-e', 'YAML.load_file(ARGV[0])', 'FOLDER/x.yaml'], wrong: 'a: [' },
  json: {
    program: 'python3',
    file: 'x.json',
    args: ['-m', 'json.tool', 'FOLDER/x.json'],
    around: (snippet) => (snippet.startsWith('{') ? snippet : `{${snippet}}`),
    wrong: '"a":',
  },
  go: {
    program: 'gofmt',
    file: 'x.go',
    args: ['-e', '-l', 'FOLDER/x.go'],
    around: (snippet) => `package main\n\n${snippet.includes('func ') ? snippet : `func main() {\n${snippet}\n}`}\n`,
    wrong: 'x := {',
  },
}

const SNIPPETS = [...all(ORDINARY), ...all(LIMITED), ...all(caseOf({ cause: 'middlebox', closeGapSeconds: 360 }))]

describe.each(Object.entries(LANGUAGES))('%s', (language, { program, file, args, around = (s) => s, wrong }) => {
  const there = has(program)
  const check = (snippet: string) => runOn({ [file]: around(snippet) }, program, args)
  const snippets = new Map(
    SNIPPETS.filter((r) => r.language === language && !r.id.startsWith('undertow/')).map((r) => [r.snippet, r.id] as const),
  )
  it.skipIf(!there).each([...snippets].map(([snippet, id]) => [id, snippet] as const))('%s', (_, snippet) => {
    accepted(check(snippet))
  })
  it.skipIf(!there)('refuses what is wrong', () => expect(check(wrong).status).not.toBe(0))
})

describe.skipIf(!has('javac'))('javac', () => {
  const around = (snippet: string): string => `import java.net.URI;\nimport java.net.http.*;\nclass X {\n${snippet}\n}\n`
  it('java/pool-connections', () => {
    const [, snippet = ''] = of('java').find(([id]) => id === 'java/pool-connections') ?? []
    expect(snippet).toContain('HttpClient')
    accepted(runOn({ 'X.java': around(snippet) }, 'javac', ['-d', 'FOLDER', 'FOLDER/X.java']))
  })
})

describe('captures are hostile', () => {
  const EVIL = 'EVIL'
  const nasty = `${EVIL};}\n{ "'\`$(touch /tmp/${EVIL}) <script> \\ | & # --${EVIL}`
  it.each([
    ['in the origin', caseOf({ origin: `http://${nasty}:80` })],
    ['in a host that looks well', caseOf({ origin: `http://a.test;${EVIL}` })],
    ['with a line feed', caseOf({ origin: `https://a.test\n${EVIL} on;` })],
    ['with a variable', caseOf({ origin: `https://$${EVIL}` })],
    [
      'in every header',
      caseOf({
        origin: nasty,
        product: nasty,
        userAgent: nasty,
        requestVia: nasty,
        responseVia: nasty,
        requestConnection: nasty,
        responseConnection: nasty,
      }),
    ],
    ['in a header that names a product', caseOf({ product: `nginx ${nasty}`, userAgent: `curl/${nasty}` })],
  ])('%s: nothing of it is in a snippet, nor in what is to be run', (_, group) => {
    for (const remedy of all(group)) {
      for (const text of [remedy.snippet, remedy.check, remedy.verify, remedy.where, remedy.title])
        expect(text).not.toContain(EVIL)
    }
  })

  it('a plain name, an address and a port are taken over', () => {
    const snippetFor = (origin: string): string =>
      remediesFor('pool-connections', caseOf({ origin, requestVersion: 'HTTP/1.0', requestConnection: 'close' }))[0]!.snippet
    expect(snippetFor('http://api.shop.test:8080')).toContain('server api.shop.test:8080;')
    expect(snippetFor('https://my_service')).toContain('server my_service:443;')
    expect(snippetFor('[2001:db8::1]:8080')).toContain('server [2001:db8::1]:8080;')
    expect(snippetFor('10.0.0.1:80')).toContain('server 10.0.0.1:80;')
    expect(snippetFor('http://-rf.test')).toContain('server ORIGIN:80;')
  })
})
