/** A display: the person's own, or a private Xvfb for as long as it is needed. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Sentence } from '../lib/say.mjs'

const startWithinMs = 15_000

export const hasDisplay = (env = process.env) => process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)

/**
 * Starts Xvfb on a display number of its own choosing, open only to whoever has the cookie file's secret.
 * @param {{ size?: string }} [options] the screen's size and depth
 * @returns {Promise<{ env: { DISPLAY: string, XAUTHORITY: string }, stop: () => void }>}
 */
export async function startXvfb({ size = '1600x1200x24' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-display-'))
  const authority = join(folder, 'Xauthority')
  writeFileSync(authority, cookieForAnyDisplay(randomBytes(16)), { mode: 0o600 })
  const args = ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-auth', authority]
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let ended = false
  const stop = () => {
    process.off('exit', stop)
    if (!ended) server.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', stop)
  server.once('close', () => (ended = true))
  try {
    const number = await displayNumber(server)
    server.unref()
    for (const stream of [server.stderr, server.stdio[3]]) stream.unref?.()
    return { env: { DISPLAY: `:${number}`, XAUTHORITY: authority }, stop }
  } catch (error) {
    stop()
    throw error
  }
}

function displayNumber(server) {
  return new Promise((resolve, reject) => {
    let complaint = ''
    let told = ''
    const late = setTimeout(() => fail('it did not answer'), startWithinMs)
    const fail = (why) => {
      clearTimeout(late)
      reject(new Sentence(`The virtual display (Xvfb) did not start: ${why}.`))
    }
    server.stderr.on('data', (chunk) => (complaint += chunk))
    server.once('error', (error) => fail(error.code === 'ENOENT' ? 'it is not installed (apt-get install xvfb)' : error.message))
    server.once('close', () => fail(complaint.trim().split('\n').at(-1) || 'it ended at once'))
    server.stdio[3].on('data', (chunk) => {
      told += chunk
      if (!told.includes('\n')) return
      clearTimeout(late)
      resolve(Number(told))
    })
  })
}

/** One entry of an Xauthority file (Xau, Xauth.h): family 0xffff is any host, an empty number any display. */
function cookieForAnyDisplay(secret) {
  const counted = (bytes) => {
    const length = Buffer.alloc(2)
    length.writeUInt16BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const empty = Buffer.alloc(0)
  return Buffer.concat([Buffer.from([0xff, 0xff]), ...[empty, empty, Buffer.from('MIT-MAGIC-COOKIE-1'), secret].map(counted)])
}
