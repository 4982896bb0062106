/** A Node.js server that ends connections as the file named on the command line says. */
import fs from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'

const settings = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'))
const {
  port,
  stalls,
  page = false,
  idle = 60,
  limit = 0,
  keepAlive = true,
  closeAfter,
  reset = false,
  age,
  protocol = 'http1',
  delay = 0,
} = settings

/** Waits for the processor that are told, in milliseconds: a server that had to wait is not the one that was drawn. */
const STALL = 100

function watchStalls() {
  if (stalls === undefined) return
  let last = performance.now()
  setInterval(() => {
    const at = performance.now()
    if (at - last > STALL) fs.appendFileSync(stalls, `${Math.round(at - last)}\n`)
    last = at
  }, 5)
}

/** For browsers: no request but those of the plan, not even for an icon. */
const PAGE = '<link rel="icon" href="data:,">hello\n'

const later = (seconds, what) => setTimeout(what, seconds * 1000)

if (protocol === 'http1') {
  let served = 0
  const server = http.createServer((request, response) => {
    response.setHeader('X-Port', String(request.socket.remotePort))
    if (!keepAlive) response.setHeader('Connection', 'close')
    const text = page && request.url === '/' ? PAGE : 'hello\n'
    response.setHeader('Content-Length', text.length)
    if (page) response.setHeader('Content-Type', 'text/html')
    if (delay > 0) later(delay, () => response.end(text))
    else response.end(text)
    const { socket } = request
    clearTimeout(socket.ending)
    // Idle times of the server's own making: each differs from the last.
    if (closeAfter !== undefined)
      socket.ending = later(closeAfter[served++ % closeAfter.length], () => (reset ? socket.resetAndDestroy() : socket.end()))
  })
  server.keepAliveTimeout = idle * 1000
  if (limit > 0) server.maxRequestsPerSocket = limit
  if (age !== undefined) server.on('connection', (socket) => later(age, () => socket.end()))
  process.on('SIGUSR2', () => server.closeIdleConnections())
  server.listen(port, watchStalls)
} else {
  let sessions = 0
  const secure = protocol === 'h2'
  const server = secure
    ? http2.createSecureServer({ cert: fs.readFileSync(settings.cert), key: fs.readFileSync(settings.key) })
    : http2.createServer()
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200 })
    stream.end('hello\n')
  })
  server.on('session', (session) => {
    if (settings.goawayAfter !== undefined)
      later(settings.goawayAfter[sessions++ % settings.goawayAfter.length], () => session.close())
  })
  server.listen(port, watchStalls)
}
