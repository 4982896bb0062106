/**
 * The draws: each a server with settings, a client with habits, and what must follow from them. `truth` names, for every connection
 * after the first, the cause that its making was: by construction, never from packets.
 */
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { RawPool } from './raw-pool.mjs'
import {
  waits,
  inTurn,
  curl,
  urllib3,
  nodeGet,
  nodeInTurn,
  seconds,
  always,
  idleGaps,
  h2InTurn,
  browser,
  h2ByName,
  drained,
  forgotten,
  together,
} from './clients.mjs'

/**
 * Every kind of draw. `server` and its settings; `client` gives the log of requests; `truth` the cause, given the connection that had
 * become free most recently (its number of requests and when its last ended) and the new connection's start; `sound` whether the client, by
 * its log, was the one that was drawn; `patience` the seconds that an answer may take beyond the server's own delay, if not 0.1.
 */
export const KINDS = {
  ...Object.fromEntries(
    ['nginx', 'apache', 'haproxy', 'node'].flatMap((server) => [
      [
        `idle-${server}-raw`,
        (random) => {
          const idle = server === 'node' ? random.int(1, 2) : seconds(random, 0.7, 2.2)
          // Node.js keeps a second beyond what it advertises.
          const held = server === 'node' ? idle + 1 : idle
          const gaps = waits(random, 14, held)
          return {
            server,
            settings: { idle },
            client: (port) => inTurn(new RawPool(port), gaps),
            truth: always('server-idle-timeout'),
          }
        },
      ],
    ]),
  ),
  'idle-nginx-agent': (random) => {
    const idle = seconds(random, 0.7, 2)
    const gaps = waits(random, 14, idle)
    return {
      server: 'nginx',
      settings: { idle },
      client: (port) => nodeInTurn(port, [new http.Agent({ keepAlive: true })], gaps),
      truth: always('server-idle-timeout'),
    }
  },
  'idle-haproxy-urllib3': (random) => {
    const idle = seconds(random, 0.7, 2)
    let at = 0.2
    const bursts = waits(random, 12, idle).map((gap) => ({ at: (at += gap), size: 1 }))
    return {
      server: 'haproxy',
      settings: { idle },
      client: (port) => urllib3(port, { maxsize: 4, bursts }),
      truth: always('server-idle-timeout'),
    }
  },
  ...Object.fromEntries(
    ['nginx', 'apache', 'node'].map((server) => [
      `limit-${server}-raw`,
      (random) => {
        const limit = random.int(2, 7)
        const gaps = idleGaps(random, 6 * limit, 0.01, 0.3)
        return {
          server,
          settings: { limit, idle: 20 },
          client: (port) => inTurn(new RawPool(port), gaps),
          truth: always('request-limit'),
        }
      },
    ]),
  ),
  'limit-nginx-curl': (random) => {
    const limit = random.int(2, 6)
    return {
      server: 'nginx',
      settings: { limit },
      client: (port) => curl(port, 5 * limit, [0.1]),
      truth: always('request-limit'),
    }
  },
  ...Object.fromEntries(
    ['nginx', 'apache'].map((server) => [
      `limit-or-idle-${server}`,
      (random) => {
        const [limit, idle] = [random.int(4, 7), seconds(random, 0.7, 1.5)]
        const long = () => random.between(1.5 * idle + 0.4, 2 * idle + 0.4)
        const gaps = Array.from({ length: 32 }, () => (random.next() < 0.2 ? long() : random.between(0.02, 0.3 * idle)))
        return {
          server,
          settings: { limit, idle },
          client: (port) => inTurn(new RawPool(port), gaps),
          truth: (previous) => (previous.count >= limit ? 'request-limit' : 'server-idle-timeout'),
        }
      },
    ]),
  ),
  ...Object.fromEntries(
    ['nginx', 'apache', 'node'].map((server) => [
      `off-${server}`,
      (random) => {
        const gaps = idleGaps(random, 8)
        return {
          server,
          settings: { keepAlive: false },
          client: (port) => inTurn(new RawPool(port), gaps),
          truth: always('keepalive-disabled'),
        }
      },
    ]),
  ),
  'asks-to-close-raw': (random) => {
    const gaps = idleGaps(random, 8)
    const server = random.pick(['nginx', 'apache', 'haproxy', 'node'])
    return {
      server,
      settings: {},
      client: (port) => inTurn(new RawPool(port, { headers: 'Connection: close\r\n' }), gaps),
      truth: always('client-requested-close'),
    }
  },
  'asks-to-close-curl': (random) => {
    const gaps = idleGaps(random, 8)
    return {
      server: random.pick(['nginx', 'haproxy']),
      settings: {},
      client: (port) => curl(port, 1, gaps, ['-H', 'Connection: close']),
      truth: always('client-requested-close'),
    }
  },
  'http10-raw': (random) => {
    const gaps = idleGaps(random, 8)
    const server = random.pick(['nginx', 'apache', 'haproxy', 'node'])
    return {
      server,
      settings: {},
      client: (port) => inTurn(new RawPool(port, { version: 'HTTP/1.0' }), gaps),
      truth: always('http10'),
    }
  },
  'http10-curl': (random) => {
    const gaps = idleGaps(random, 8)
    return { server: 'nginx', settings: {}, client: (port) => curl(port, 1, gaps, ['--http1.0']), truth: always('http10') }
  },
  'no-pool-curl': (random) => {
    const gaps = idleGaps(random, 8)
    return {
      server: random.pick(['nginx', 'apache', 'haproxy']),
      settings: {},
      client: (port) => curl(port, random.int(1, 3), gaps),
      truth: always('client-closed'),
    }
  },
  'no-pool-urllib3': (random) => {
    let at = 0
    const bursts = idleGaps(random, 8, 0.3).map((gap) => ({ at: (at += gap), size: 1 }))
    return {
      server: 'nginx',
      settings: {},
      client: (port) => urllib3(port, { maxsize: 1, fresh: true, bursts }),
      truth: always('client-closed'),
    }
  },
  'client-idle-raw': (random) => {
    const clientIdle = seconds(random, 0.6, 1.8)
    const gaps = waits(random, 14, clientIdle)
    const server = random.pick(['nginx', 'apache', 'haproxy'])
    return {
      server,
      settings: { idle: 30 },
      client: (port) => inTurn(new RawPool(port, { clientIdle }), gaps),
      truth: always('client-idle-timeout'),
    }
  },
  'client-idle-agent': (random) => {
    const idle = seconds(random, 0.6, 1.8)
    const gaps = waits(random, 14, idle)
    return {
      server: 'nginx',
      settings: { idle: 30 },
      client: (port) => nodeInTurn(port, [new http.Agent({ keepAlive: true, timeout: idle * 1000 })], gaps),
      truth: always('client-idle-timeout'),
    }
  },
  'pool-full-urllib3': (random) => {
    const maxsize = random.int(1, 3)
    let at = 0.2
    const bursts = idleGaps(random, 6, 0.7, 1.2).map((gap) => ({ at: (at += gap), size: maxsize + random.int(2, 4) }))
    return {
      server: 'node',
      settings: { delay: 0.08 },
      client: (port) => urllib3(port, { maxsize, bursts }),
      truth: always('pool-full'),
    }
  },
  // Of two requests at once the second decides to open a connection while the first is on its way, and looks up a name until after its answer.
  'late-urllib3': (random) => {
    let at = 0.2
    const bursts = idleGaps(random, 6, 2.2, 2.6).map((gap) => ({ at: (at += gap), size: 2 }))
    const lookups = bursts.flatMap(() => [0.002, random.between(0.09, 0.11)])
    return {
      server: 'node',
      settings: { delay: 0.08, idle: 0.4 },
      client: (port) => urllib3(port, { maxsize: 8, bursts, lookups }),
      // The second of each two opened its connection within 30 ms after the first's answer, as drawn.
      sound: (log) =>
        log
          .sort((a, b) => a.start - b.start)
          .every(({ opened }, i) => i % 2 === 0 || (opened - log[i - 1].end > 0.002 && opened - log[i - 1].end <= 0.03)),
      truth: ({ idle }) => (idle > 1 ? 'server-idle-timeout' : 'unknown'),
    }
  },
  'pool-full-agent': (random) => {
    const free = random.int(1, 3)
    const agent = new http.Agent({ keepAlive: true, maxFreeSockets: free })
    return {
      server: 'node',
      settings: { delay: 0.08 },
      async client(port) {
        const log = []
        for (let burst = 0; burst < 6; burst++) {
          await Promise.all(Array.from({ length: free + random.int(2, 4) }, () => nodeGet(port, agent, log)))
          await sleep(random.between(0.4, 0.9) * 1000)
        }
        agent.destroy()
        return log
      },
      truth: always('pool-full'),
    }
  },
  'two-pools-agent': (random) => {
    const gaps = idleGaps(random, 3, 0.05, 0.5)
    const agents = Array.from({ length: 4 }, () => new http.Agent({ keepAlive: true }))
    return {
      server: random.pick(['nginx', 'haproxy']),
      settings: {},
      client: (port) => nodeInTurn(port, agents, gaps),
      truth: always('idle-connection-ignored'),
    }
  },
  'two-pools-raw': (random) => ({
    server: random.pick(['nginx', 'apache']),
    settings: {},
    async client(port) {
      const pools = Array.from({ length: random.int(3, 6) }, () => new RawPool(port))
      for (const pool of pools) {
        await pool.request()
        await sleep(random.between(0.1, 0.5) * 1000)
      }
      return pools.flatMap((pool) => pool.log)
    },
    truth: always('idle-connection-ignored'),
  }),
  'browser-credentials': (random) => {
    // The page itself comes with its cookie; then requests of both kinds in any order, one without credentials at least.
    const plan = Array.from({ length: 5 }, () => {
      const more = Array.from({ length: random.int(1, 4) }, () => random.next() < 0.5)
      return [random.next() < 0.5, ...more, false]
    })
    return {
      server: 'node',
      settings: { page: true },
      // A page takes its time to load.
      patience: 1,
      client: (port) => browser(port, plan, idleGaps(random, 6, 0.15, 0.4)),
      truth: always('other-credentials'),
    }
  },
  'limit-or-client-idle': (random) => {
    const [limit, clientIdle] = [random.int(4, 7), seconds(random, 0.7, 1.5)]
    const long = () => random.between(1.5 * clientIdle + 0.4, 2 * clientIdle + 0.4)
    const gaps = Array.from({ length: 32 }, () => (random.next() < 0.2 ? long() : random.between(0.02, 0.3 * clientIdle)))
    return {
      server: random.pick(['nginx', 'apache']),
      settings: { limit, idle: 30 },
      client: (port) => inTurn(new RawPool(port, { clientIdle }), gaps),
      truth: (previous) => (previous.count >= limit ? 'request-limit' : 'client-idle-timeout'),
    }
  },
  'programs-apart-in-idle': (random) => {
    const [clientIdle, idle] = [seconds(random, 0.6, 1), seconds(random, 1.7, 2.4)]
    const [impatient, patient] = [waits(random, 14, clientIdle), waits(random, 10, idle)]
    return {
      server: random.pick(['nginx', 'haproxy']),
      settings: { idle },
      client: (port) =>
        together({
          impatient: inTurn(new RawPool(port, { clientIdle, agent: 'impatient/1' }), impatient),
          patient: inTurn(new RawPool(port, { agent: 'patient/1' }), patient),
        }),
      truth: ({ pool }) => (pool === 'patient' ? 'server-idle-timeout' : 'client-idle-timeout'),
    }
  },
  'programs-apart-in-pooling': (random) => {
    const limit = random.int(3, 6)
    const [pooled, asking, forgetting] = [5 * limit, 8, 8].map((count) => idleGaps(random, count, 0.05, 0.6))
    return {
      server: 'nginx',
      settings: { limit },
      client: (port) =>
        together({
          pooled: inTurn(new RawPool(port, { agent: 'pooled/1' }), pooled),
          asking: inTurn(new RawPool(port, { agent: 'asking/1', headers: 'Connection: close\r\n' }), asking),
          forgetting: curl(port, 1, forgetting),
        }),
      truth: ({ pool }) => (pool === 'pooled' ? 'request-limit' : pool === 'asking' ? 'client-requested-close' : 'client-closed'),
    }
  },
  'race-nginx': (random) => {
    const idle = seconds(random, 0.8, 1.6)
    // A client that does not look whether the server has closed: its request goes out after the server's FIN.
    return {
      server: 'nginx',
      settings: { idle },
      async client(port) {
        const pool = new RawPool(port, { blind: true })
        for (let i = 0; i < 8; i++) {
          await pool.request()
          await sleep((random.next() < 0.6 ? idle + random.between(0.1, 0.3) : 0.3 * idle) * 1000)
        }
        return pool.log
      },
      truth: always('server-idle-timeout'),
    }
  },
  'drain-nginx-reload': (random) => ({
    server: 'nginx',
    settings: {},
    client: (port, server) => drained(new RawPool(port), server, random, (s) => s.signal('SIGHUP')),
    truth: always('server-drain'),
  }),
  'drain-node': (random) => ({
    server: 'node',
    settings: {},
    client: (port, server) => drained(new RawPool(port), server, random, (s) => s.signal('SIGUSR2')),
    truth: always('server-drain'),
  }),
  'age-nginx': (random) => {
    const age = seconds(random, 2.5, 4)
    const gaps = idleGaps(random, 70, 0.02, 0.3 + age * 0.06)
    return {
      server: 'nginx',
      settings: { age, idle: 30 },
      client: (port) => inTurn(new RawPool(port), gaps),
      truth: always('age-limit'),
    }
  },
  'age-node': (random) => {
    const age = seconds(random, 2.5, 4)
    // Idle times vary widely, and all are shorter than the age.
    const gaps = Array.from({ length: 26 }, () =>
      random.next() < 0.5 ? random.between(0.05, 0.3) : random.between(0.5, 0.6 * age),
    )
    return {
      server: 'node',
      settings: { age, idle: 30 },
      client: (port) => inTurn(new RawPool(port), gaps),
      truth: always('age-limit'),
    }
  },
  'age-client': (random) => {
    const maxAge = seconds(random, 2.5, 4)
    const gaps = idleGaps(random, 70, 0.02, 0.3 + maxAge * 0.06)
    return {
      server: 'nginx',
      settings: { idle: 30 },
      client: (port) => inTurn(new RawPool(port, { maxAge }), gaps),
      truth: always('age-limit'),
    }
  },
  'closed-by-node': (random) => {
    // Idle times that no time-out explains: each at least a third longer than the one before.
    const closeAfter = [0.4, 0.62, 0.95, 1.45, 2.2, 3.3].sort(() => random.next() - 0.5)
    const gaps = closeAfter.map((s) => s + 0.4)
    return {
      server: 'node',
      settings: { closeAfter, idle: 30 },
      client: (port) => inTurn(new RawPool(port), gaps),
      truth: always('server-closed'),
    }
  },
  'reset-by-node': (random) => {
    const closeAfter = [0.4, 0.62, 0.95, 1.45, 2.2, 3.3].sort(() => random.next() - 0.5)
    const gaps = closeAfter.map((s) => s + 0.4)
    return {
      server: 'node',
      settings: { closeAfter, reset: true, idle: 30 },
      client: (port) => inTurn(new RawPool(port), gaps),
      truth: always('reset'),
    }
  },
  'goaway-node': (random) => {
    const goawayAfter = [0.5, 0.85, 1.4, 2.3, 3.6].sort(() => random.next() - 0.5)
    const gaps = idleGaps(random, 26, 0.1, 0.8)
    return {
      server: 'node',
      settings: { protocol: 'h2c', goawayAfter },
      client: (port) => h2InTurn(port, gaps),
      truth: always('goaway'),
    }
  },
  'two-names-node': (random) => {
    const names = Array.from({ length: random.int(3, 6) }, (_, i) => `host${i}.lab.test`)
    const gaps = idleGaps(random, names.length * random.int(1, 2))
    return {
      server: 'node',
      settings: { protocol: 'h2', names },
      client: (port, _server, own) => h2ByName(port, names, gaps, `${own}.keylog`),
      truth: always('missed-coalescing'),
    }
  },
  'moved-raw': (random) => ({
    server: random.pick(['nginx', 'haproxy']),
    settings: {},
    async client(port) {
      const pool = new RawPool(port)
      for (let i = 1; i <= 6; i++) {
        pool.moveTo(`127.0.0.${i}`)
        for (let k = random.int(1, 3); k > 0; k--) {
          await pool.request()
          await sleep(random.between(0.05, 0.3) * 1000)
        }
      }
      return pool.log
    },
    truth: always('different-address'),
  }),
  ...Object.fromEntries(
    ['silence', 'reset'].map((how) => [
      `forgotten-${how}`,
      (random) => {
        const after = random.int(1, 2)
        // Several programs at once, each idle for longer than middleboxes remember.
        const idle = Array.from({ length: 4 }, () => random.between(31, 36))
        return {
          server: 'forgetful',
          settings: { how, after },
          async client(port) {
            const logs = await Promise.all(idle.map((seconds, i) => forgotten(port, `raw/${i}`, seconds, after)))
            return logs.flat()
          },
          truth: always('middlebox'),
        }
      },
    ]),
  ),
}
