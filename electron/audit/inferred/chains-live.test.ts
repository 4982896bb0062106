/**
 * nginx as a proxy before nginx as origins, with time-outs of their own on every leg, and four clients: what a capture of both legs, and two
 * captures of a leg each, say of each client's way against what was configured.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditSummary } from '../../../shared/model/audit'
import type { Chain } from '../../../shared/model/timers'
import { readCaptures } from '../../engine/pipeline'
import { bytesSource } from '../../engine/testing/collect'
import { Store } from '../../store/store'
import { audit } from '../audit'
import { capture } from '../remedies/testing/captured'
import { has } from '../remedies/testing/programs'
import { undisturbed } from '../testing/undisturbed'
import { freePorts, listens, Programs, until } from '../remedies/testing/servers'

const root = process.getuid?.() === 0
if (!root) process.stderr.write('Skipped: chains of live servers need root, to capture.\n')
const ready = root && ['tcpdump', 'nginx'].map(has).every(Boolean)

const PROXY = '127.0.2.1'
/** Seconds. A proxy's own is that towards clients; of each origin, `kept` is how long the proxy keeps connections to it. */
const LISTENER = 2
const ORIGINS = {
  one: { ip: '127.0.3.1', own: 2.2, kept: 0.7 },
  two: { ip: '127.0.3.2', own: 0.6, kept: 30 },
  three: { ip: '127.0.3.3', own: 30, kept: 0.5 },
} as const
type Name = keyof typeof ORIGINS

/** Idle seconds after which each client gives up, and where it asks. */
const CLIENTS = [
  { agent: 'A/1', from: '127.0.1.1', gaveUp: 0.8, asks: 'one', direct: null },
  { agent: 'B/1', from: '127.0.1.2', gaveUp: 30, asks: 'two', direct: null },
  // It waits longer than the proxy, as its connections to a patient server show.
  { agent: 'C/1', from: '127.0.1.3', gaveUp: 2.8, asks: 'three', direct: 'three' },
  { agent: 'E/1', from: '127.0.1.5', gaveUp: 1.5, asks: 'one', direct: null },
  // Somebody else's connections, which show how long the first origin waits.
  { agent: 'D/1', from: '127.0.1.4', gaveUp: 30, asks: null, direct: 'one' },
] as const
/** Each opens its connections at these moments: closes that agree must not fall together. */
const MOMENTS = [0, 0.9, 1.8]
const WITHIN = 0.2

describe.skipIf(!ready)('chains of live servers', () => {
  const programs = new Programs()
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-chain-'))
  const file = (name: string): string => join(folder, `${name}.pcap`)
  let ports: Readonly<Record<Name | 'proxy', number>>

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    const [proxy = 0, one = 0, two = 0, three = 0] = await freePorts(4)
    ports = { proxy, one, two, three }
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, ports))
    const nginx = programs.start('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')])
    await until(
      async () => (await listens(proxy)) && (await listens(one)),
      () => nginx.said,
    )
    const outward = [one, two, three]
    const visits = () => Promise.all(CLIENTS.flatMap((client) => MOMENTS.map((moment, nth) => visit(client, moment, nth))))
    await undisturbed(() =>
      capture(programs, file('both'), [proxy, ...outward], () =>
        capture(programs, file('front'), [proxy], () => capture(programs, file('back'), outward, visits)),
      ),
    )
    await programs.stopAll()
  }, 60_000)

  afterAll(async () => {
    await programs.stopAll()
    rmSync(folder, { recursive: true, force: true })
  })

  async function visit(client: (typeof CLIENTS)[number], moment: number, nth: number): Promise<void> {
    await sleep(moment * 1000)
    const { agent, from, gaveUp, asks, direct } = client
    const target = (name: string): string => `/${name}?${agent.charAt(0)}${nth}`
    await Promise.all([
      ...(asks === null ? [] : [ask({ ip: PROXY, port: ports.proxy, from, agent, gaveUp, target: target(asks) })]),
      ...(direct === null
        ? []
        : [ask({ ip: ORIGINS[direct].ip, port: ports[direct], from, agent, gaveUp, target: target('direct') })]),
    ])
  }

  async function auditOf(...names: readonly string[]): Promise<AuditSummary> {
    const store = await Store.open()
    try {
      const captures = await readCaptures(
        names.map((name) => bytesSource(name, readFileSync(file(name)))),
        store.sink(),
      )
      await store.flush()
      await store.addCaptures(captures)
      return await audit(store, captures)
    } finally {
      await store.close()
    }
  }

  const wayOf = (chains: readonly Chain[], agent: string): Chain | undefined =>
    chains.find(({ checks }) => checks[0]?.from.product === agent)

  it.each([
    ['a capture of both legs', ['both']],
    ['two captures of a leg each', ['front', 'back']],
  ] as const)('%s', async (_, files) => {
    const summary = await auditOf(...files)
    const chains = summary.chains!
    expect(chains.map(({ joinedBy }) => joinedBy)).toEqual(['requests', 'requests', 'requests', 'requests'])

    const expected = [
      // Its own time-out, the proxy's, the proxy's towards the origin, the origin's: all are seen.
      ['A/1', 'one', ['ok', LISTENER - 0.8, 'exact'], ['ok', ORIGINS.one.own - ORIGINS.one.kept, 'exact']],
      ['E/1', 'one', ['tight', LISTENER - 1.5, 'exact'], ['ok', ORIGINS.one.own - ORIGINS.one.kept, 'exact']],
      // Cut short on both legs: how long they would have waited is not to be seen, only that it was too long.
      ['B/1', 'two', ['wrong', 0, 'at-most'], ['wrong', 0, 'at-most']],
      // The origin never gave up: as long as C waited, at least.
      ['C/1', 'three', ['wrong', LISTENER - 2.8, 'exact'], ['ok', 2.8 - ORIGINS.three.kept, 'at-least']],
    ] as const
    for (const [agent, origin, ...checks] of expected) {
      const way = wayOf(chains, agent)
      expect(way, agent).toMatchObject({
        proxy: `${PROXY}:${ports.proxy}`,
        proxyOutward: PROXY,
        server: `${ORIGINS[origin].ip}:${ports[origin]}`,
        requests: MOMENTS.length,
      })
      for (const [i, [state, margin, bound]] of checks.entries()) {
        const check = way!.checks[i]!
        expect([agent, check.leg, check.state, check.marginBound]).toEqual([agent, check.leg, state, bound])
        expect(
          Math.abs(check.marginSeconds! - margin),
          `${agent} ${check.leg}: ${check.marginSeconds} for ${margin}`,
        ).toBeLessThan(WITHIN)
      }
    }
    const found = summary.findings
      .filter(({ rule }) => rule === 'chain-order')
      .map(({ severity, title }) => `${severity}: ${title}`)
    expect(found).toEqual([
      `warning: The proxy at ${PROXY}:${ports.proxy} gives up idle connections before 2 clients do`,
      `warning: The origin at 127.0.3.2:${ports.two} gives up idle connections before the proxy at ${PROXY} does`,
      `info: The proxy at ${PROXY}:${ports.proxy} and the client at 127.0.1.5 (E/1) give up idle connections within a second of each other`,
    ])
  })
})

function configuration(folder: string, ports: Readonly<Record<Name | 'proxy', number>>): string {
  const names = Object.keys(ORIGINS) as Name[]
  const ms = (seconds: number): string => `${seconds * 1000}ms`
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  const origins = names.map(
    (name) =>
      `upstream ${name} { server ${ORIGINS[name].ip}:${ports[name]}; keepalive 16; keepalive_timeout ${ms(ORIGINS[name].kept)}; }
  server { listen 0.0.0.0:${ports[name]}; keepalive_timeout ${ms(ORIGINS[name].own)}; location / { return 200 "hello"; } }`,
  )
  return `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { }
http { access_log off; ${paths.join(' ')}
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Forwarded-For $remote_addr; proxy_bind ${PROXY};
  ${origins.join('\n  ')}
  server { listen 0.0.0.0:${ports.proxy}; keepalive_timeout ${ms(LISTENER)};
    ${names.map((name) => `location /${name} { proxy_pass http://${name}; }`).join('\n    ')}
  }
}
`
}

interface Asked {
  readonly ip: string
  readonly port: number
  readonly from: string
  readonly agent: string
  readonly target: string
  /** Idle seconds. */
  readonly gaveUp: number
}

/** One request, and then an idle connection until either side gives it up. */
function ask({ ip, port, from, agent, target, gaveUp }: Asked): Promise<void> {
  return new Promise((done, failed) => {
    const socket = connect({ host: ip, port, localAddress: from, noDelay: true })
    let answered = false
    socket.on('connect', () => socket.write(`GET ${target} HTTP/1.1\r\nHost: a.test\r\nUser-Agent: ${agent}\r\n\r\n`))
    socket.on('data', () => {
      if (answered) return
      answered = true
      // Longer than all servers' of this test: until they close.
      if (gaveUp < 10) setTimeout(() => socket.end(), gaveUp * 1000)
    })
    socket.on('error', failed)
    socket.on('close', () => (answered ? done() : failed(new Error(`no answer from ${ip}:${port}`))))
  })
}
