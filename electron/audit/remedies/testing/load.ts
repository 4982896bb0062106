/** A client that keeps one connection as long as the server lets it, and sends nothing that a server could take as a wish. */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Load {
  readonly port: number
  /** Requests, and seconds between a response and the next one. */
  readonly requests: number
  readonly gap: number
}

export async function drive({ port, requests, gap }: Load): Promise<void> {
  let socket: Socket | null = null
  for (let i = 0; i < requests; i++) {
    if (i > 0 && gap > 0) await sleep(gap * 1000)
    if (socket === null || socket.destroyed || socket.readableEnded) socket = await open(port)
    socket = (await exchange(socket, port)) ? socket : null
    // The server's close, if it closes, comes within this: the next request must not cross it.
    await sleep(30)
  }
  socket?.destroy()
}

function open(port: number): Promise<Socket> {
  return new Promise((done, failed) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => done(socket))
    socket.once('error', failed)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
  })
}

/** True when the connection may be used again. */
function exchange(socket: Socket, port: number): Promise<boolean> {
  return new Promise((done, failed) => {
    let text = ''
    const finish = (keep: boolean): void => {
      socket.off('data', read).off('close', closed)
      if (!keep) socket.destroy()
      done(keep)
    }
    const closed = (): void =>
      text.startsWith('HTTP/1.1 200') ? finish(false) : failed(new Error(`no response from port ${port}`))
    const read = (chunk: Buffer): void => {
      text += chunk.toString('latin1')
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end + 2))?.[1] ?? NaN)
      if (text.length < end + 4 + length) return
      finish(!/\r\nconnection: *close/i.test(text.slice(0, end + 2)))
    }
    socket.on('data', read).once('close', closed)
    socket.write(`GET /index.html HTTP/1.1\r\nHost: a.test:${port}\r\nUser-Agent: load/1\r\n\r\n`)
  })
}
