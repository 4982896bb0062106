/**
 * What an audit of the sample should say: from the servers' access logs, the kernel's list of ended sockets, the pooled
 * client's own log and the way the clients are made. No packet is looked at.
 */

const round = (value) => Math.round(value * 10000) / 10000

/**
 * @param {object} run
 * @param {object[]} run.origins of story.mjs
 * @param {object[]} run.requests the servers' logs
 * @param {{ local: string, remote: string, minRttMs: number | null }[]} run.sockets ended sockets of the server's kernel
 * @param {{ cache: string | null, connection: number | null }[]} run.browser responses, as Chromium saw them
 * @param {{ reused: boolean, error: string | null }[]} run.poller attempts of the pooled client on orders.shop.test
 */
export function expect({ origins, requests, sockets, browser, poller, rttMs, versions }) {
  const races = poller.filter((attempt) => attempt.error && attempt.reused).length
  const rows = origins.map((origin) => {
    const mine = requests.filter((request) => request.address === origin.ip)
    const withRequests = mine.filter((request) => request.ordinal === 1).length
    const connections = sockets.filter((socket) => socket.local === `${origin.ip}:80`).length
    const reused = mine.length - withRequests
    const lost = origin.host === 'orders.shop.test' ? races : 0
    const avoidable = origin.sequential ? withRequests - 1 : 0
    return {
      origin: `http://${origin.host}`,
      address: `${origin.ip}:80`,
      product: versions[origin.server],
      settings: origin.settings,
      ...(origin.advertised && { advertised: origin.advertised }),
      client: origin.client,
      connections,
      connectionsWithRequests: withRequests,
      connectionsWithoutRequests: connections - withRequests,
      requestsAnswered: mine.length,
      requestsReused: reused,
      requestsLost: lost,
      reuseRatio: round(reused / mine.length),
      avoidable,
      wastedRoundTrips: avoidable,
      causes: causesOf(origin.cause, avoidable, lost),
    }
  })
  return {
    about: 'From the logs of servers, kernel and clients; see samples/README.md. Written by scripts/sample/make-sample.mjs.',
    rttMs,
    kernelMinRttMs: median(sockets.map((socket) => socket.minRttMs).filter((rtt) => rtt !== null)),
    totals: totalsOf(rows),
    races,
    origins: rows,
    har: harOf(browser),
  }
}

/** What the browser's own recording holds: the visit to www and api, cache hits included. */
function harOf(browser) {
  const sent = browser.filter((response) => !response.cache)
  return {
    entries: browser.length,
    fromCache: browser.length - sent.length,
    requests: sent.length,
    connections: new Set(sent.map((response) => response.connection)).size,
  }
}

/** A request lost to the server's close is sent again on a new connection: the race, not the time-out, is what opened it. */
function causesOf(cause, avoidable, lost) {
  if (!cause) return {}
  return { [cause]: avoidable - lost, ...(lost > 0 && { 'lost-race': lost }) }
}

function totalsOf(rows) {
  const sum = (key) => rows.reduce((total, row) => total + row[key], 0)
  const answered = sum('requestsAnswered')
  const reused = sum('requestsReused')
  return {
    connections: sum('connections'),
    connectionsWithRequests: sum('connectionsWithRequests'),
    connectionsWithoutRequests: sum('connectionsWithoutRequests'),
    requestsAnswered: answered,
    requestsReused: reused,
    requestsLost: sum('requestsLost'),
    reuseRatio: round(reused / answered),
    avoidable: sum('avoidable'),
    wastedRoundTrips: sum('wastedRoundTrips'),
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length > 0 ? sorted[Math.floor(sorted.length / 2)] : null
}

/** Lines of `ss -E`: one per socket at its end, with the kernel's tcp_info. */
export function readSockets(text, clientIp) {
  return text
    .split('\n')
    .map((line) => ({ words: line.split(/\s+/), minRtt: /\bminrtt:([\d.]+)/.exec(line) }))
    .filter(({ words }) => words[4]?.startsWith(`${clientIp}:`))
    .map(({ words, minRtt }) => ({ local: words[3], remote: words[4], minRttMs: minRtt ? Number(minRtt[1]) : null }))
}
