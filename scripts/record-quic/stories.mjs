/** Who asks whom for what: a story for each capture. `run` has what record.mjs gives it. */

const ONE = 'https://a.test'
const files = (count, first = 0) => Array.from({ length: count }, (_, i) => `-o /dev/null ${ONE}/f${first + i}`).join(' ')

const ngtcp2Server = (run, options = '') =>
  run.serve(
    'trixie',
    `gtlsserver ${options} --no-quic-dump --no-http-dump -d /w/www 0.0.0.0 443 /w/cert/server.key /w/cert/chain.crt`,
  )
const ngtcp2 = (run, paths, options) => {
  const targets = paths.map((path) => ONE + path).join(' ')
  return run.ask('trixie', `gtlsclient -q ${options} --exit-on-all-streams-close 127.0.0.1 443 ${targets}`)
}
const aioquicServer = (run, options = '') => run.serve('trixie', `python3 /w/programs/server.py ${options}`)
const aioquic = (run, steps, options = '') =>
  run.ask('trixie', `python3 /w/programs/client.py --keys /w/keys --log /w/requests ${options} ${steps}`)
const curl = (run, asks) => run.ask('trixie', `curl -sk --http3-only ${asks}`)

const nginx = (run, address) => run.serve('trixie', `nginx -c ${run.configure('nginx.conf', address)}`)
const haproxy = (run) => run.serve('trixie', `haproxy -db -f ${run.configure('haproxy.cfg', '0.0.0.0')}`)
const caddy = (run, address) =>
  run.serve('sid', `env HOME=/tmp caddy run --adapter caddyfile --config ${run.configure('Caddyfile', address)}`)

/** The browsers' servers are 10 ms away: what is captured is between the browser and the relay. */
const FAR = '127.0.0.2'
const relay = (run) => run.serve('', `python3 ${run.work}/programs/relay.py`)
const PAGE = `${ONE}/page2/index.html`

const CCM = 'NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1'

export const STORIES = {
  'ngtcp2-early-data': async (run) => {
    const session = '--session-file /w/session --tp-file /w/parameters'
    await ngtcp2Server(run)
    await ngtcp2(run, ['/f1'], `${session} -n 1 --wait-for-ticket`)
    await ngtcp2(run, ['/f2'], `${session} -n 3`)
    await ngtcp2(run, ['/f3'], `${session} -n 2 --disable-early-data`)
  },
  'ngtcp2-version-2': async (run) => {
    await ngtcp2Server(run, '--preferred-versions v2,v1')
    await ngtcp2(run, ['/f1', '/f2'], '-n 4 --preferred-versions v2,v1 --available-versions v2,v1')
    await ngtcp2(run, ['/f3'], '-n 2 -v 0x6b3343cf --no-pmtud')
  },
  'ngtcp2-negotiation': async (run) => {
    // -V: with a Retry.
    await ngtcp2Server(run, '--available-versions v1 -V')
    await ngtcp2(run, ['/f1'], '-n 2 -v 0x1a2a3a4a --preferred-versions v1 --no-pmtud')
    await ngtcp2(run, ['/f2'], '-n 2 --no-pmtud')
  },
  'ngtcp2-key-update': async (run) => {
    await ngtcp2Server(run)
    await ngtcp2(run, ['/f1', '/f2'], '-n 12 --delay-stream 150ms --key-update 100ms --no-pmtud --timeout 2s')
  },
  'ngtcp2-ccm-retry-hello': async (run) => {
    await ngtcp2Server(run, `--ciphers ${CCM} --groups -GROUP-ALL:+GROUP-SECP384R1`)
    const groups = '-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1'
    await ngtcp2(run, ['/f1'], `-n 3 --no-pmtud --ciphers ${CCM} --groups ${groups}`)
  },
  'aioquic-moves': async (run) => {
    await aioquicServer(run)
    const steps = 'get:/10 migrate get:/20 sleep:0.1 rebind get:/30 update get:/40 cid get:/50 update cid post:/e:400'
    await aioquic(run, steps, '--fields 3')
  },
  'aioquic-cancels': async (run) => {
    await aioquicServer(run, '--chunk 300')
    await aioquic(run, 'get:/10 reset:/40000 abort:/upload get:/reset get:/20 slowpost:/echo:5 head:/7')
  },
  'aioquic-retry': async (run) => {
    await aioquicServer(run, '--retry')
    await aioquic(run, 'get:/10 get:/20')
  },
  'aioquic-resumed': async (run) => {
    await aioquicServer(run)
    await aioquic(run, 'get:/10 sleep:0.2', '--ticket /w/ticket')
    await aioquic(run, 'get:/30,/31 get:/32', '--ticket /w/ticket --early')
  },
  'curl-nginx': async (run) => {
    await nginx(run, '0.0.0.0')
    await curl(run, files(20))
    await curl(run, `-Z ${files(8, 20)}`)
  },
  'curl-haproxy': async (run) => {
    await haproxy(run)
    await curl(run, files(10))
    await curl(run, `-Z ${files(8, 10)}`)
  },
  'chromium-caddy': async (run) => {
    await caddy(run, FAR)
    await relay(run)
    await run.chromium(PAGE)
  },
  'firefox-nginx': async (run) => {
    await nginx(run, FAR)
    await relay(run)
    await run.firefox(PAGE)
  },
}
