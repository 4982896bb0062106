// A pooled client: one request after the other over Node's http.Agent, retried once when a kept connection turns out dead.
// Usage: node poller.mjs '{"url":…,"pauses":[ms, …],"userAgent":…}' — each pause runs from the end of the response before it.
// Prints one JSON line per attempt: its local port, whether the agent reused a connection, and the error if it failed.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const plan = JSON.parse(process.argv[2])
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })

function attempt() {
  return new Promise((done) => {
    const request = http.request(plan.url, { agent, headers: { 'User-Agent': plan.userAgent, Accept: 'application/json' } })
    let localPort = null
    const finish = (error) => {
      const result = { at: Date.now() / 1000, localPort, reused: request.reusedSocket, error: error?.code ?? null }
      console.log(JSON.stringify(result))
      done(result)
    }
    request.on('socket', (socket) => {
      const note = () => (localPort = socket.localPort)
      if (socket.connecting) socket.once('connect', note)
      else note()
    })
    request.on('response', (response) => response.resume().on('end', () => finish()))
    request.on('error', finish)
    request.end()
  })
}

for (const pause of plan.pauses) {
  await sleep(pause)
  const { error, reused } = await attempt()
  if (error && reused) await attempt()
}
agent.destroy()
