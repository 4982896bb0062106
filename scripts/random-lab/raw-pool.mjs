/** A connection pool over plain sockets: it does what it is told, and writes down what it did. */
import net from 'node:net'

/**
 * @param options.clientIdle seconds after which an idle connection is closed; `maxAge` the age beyond which none is used again;
 *   `keep` false closes after each response; `blind` does not notice that the server has closed; `version` and `headers` of requests
 */
export class RawPool {
  /** One entry a request: local port, start and end in seconds, whether it was answered. */
  log = []
  #idle = []
  #all = new Set()

  constructor(port, options = {}) {
    this.port = port
    this.options = { address: '127.0.0.1', version: 'HTTP/1.1', headers: '', keep: true, agent: 'raw/1', ...options }
  }

  async request(path = '/') {
    const { version, headers, agent } = this.options
    const start = now()
    const c = this.#take() ?? (await this.#open())
    const entry = { port: c.localPort, address: this.options.address, start, end: null, answered: false }
    this.log.push(entry)
    const answer = new Promise((resolve) => (c.answered = resolve))
    c.socket.write(`GET ${path} ${version}\r\nHost: www.lab.test:${this.port}\r\nUser-Agent: ${agent}\r\n${headers}\r\n`)
    // Once the server has closed, nothing more is read: a reset goes unnoticed.
    if (c.ended) setTimeout(() => c.answered?.(null), 200)
    const closes = await answer
    c.answered = null
    entry.end = now()
    entry.answered = closes !== null
    c.count++
    this.#release(c, closes)
    return entry
  }

  moveTo(address) {
    this.options.address = address
    // What was left behind stays open, and is not used again.
    this.#idle = []
  }

  close() {
    for (const c of this.#all) c.socket.destroy()
  }

  #take() {
    const { maxAge, blind } = this.options
    for (let c = this.#idle.pop(); c !== undefined; c = this.#idle.pop()) {
      clearTimeout(c.timer)
      if (c.ended && !blind) continue
      if (maxAge === undefined || now() - c.openedAt < maxAge) return c
      c.socket.end()
    }
    return null
  }

  async #open() {
    const socket = net.connect({ port: this.port, host: this.options.address, allowHalfOpen: this.options.blind === true })
    socket.setNoDelay(true)
    const c = { socket, openedAt: now(), count: 0, ended: false, answered: null, localPort: 0, text: '', timer: undefined }
    this.#all.add(c)
    // Whatever fails later is seen by the close.
    socket.on('error', () => undefined)
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    c.localPort = socket.localPort
    const gone = () => {
      c.ended = true
      this.#all.delete(c)
      c.answered?.(null)
    }
    socket.on('error', gone)
    socket.on('close', gone)
    socket.on('end', () => {
      c.ended = true
      if (c.answered === null) return
      if (/\r\n\r\n/.test(c.text) && !/^content-length:/im.test(c.text)) c.answered(true)
    })
    socket.on('data', (data) => this.#data(c, data))
    return c
  }

  #data(c, data) {
    c.text += data.toString('latin1')
    const head = c.text.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = /^content-length:\s*(\d+)/im.exec(c.text.slice(0, head + 2))
    if (length === null || c.text.length < head + 4 + Number(length[1])) return
    const closes =
      /^connection:.*close/im.test(c.text.slice(0, head + 2)) ||
      (c.text.startsWith('HTTP/1.0') && !/^connection:.*keep-alive/im.test(c.text))
    c.text = ''
    const { answered } = c
    c.answered = null
    answered?.(closes)
  }

  #release(c, closes) {
    const { clientIdle, keep, headers, version } = this.options
    if (closes === null || closes || !keep || /close/i.test(headers) || version === 'HTTP/1.0') return void c.socket.end()
    this.#idle.push(c)
    if (clientIdle !== undefined)
      c.timer = setTimeout(() => {
        this.#idle = this.#idle.filter((one) => one !== c)
        c.ended = true
        c.socket.end()
      }, clientIdle * 1000)
  }
}

export const now = () => performance.now() / 1000
