/** The requests of a story as its server logged them, or aioquic's client, whose server does not log how it answered. */
import fs from 'node:fs'
import path from 'node:path'

/** nginx, HAProxy, aioquic's client, and Caddy. */
function logged(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('{'))
  return lines.map((line) => {
    const { method, path: target, status, request } = JSON.parse(line)
    return `${method ?? request.method} ${target ?? request.uri} → ${status ?? '?'}`
  })
}

/** ngtcp2's server writes each field of a request in a line, and answers every request of these stories alike. */
function ofNgtcp2(text) {
  const all = (name) => [...text.matchAll(new RegExp(`\\[:${name}: (.*)\\]`, 'g'))].map(([, value]) => value)
  const [methods, paths, states] = ['method', 'path', 'status'].map(all)
  if (methods.length !== paths.length || states.length !== paths.length || new Set(states).size > 1)
    throw new Error('not every request was answered alike')
  return paths.map((target, i) => `${methods[i]} ${target} → ${states[i]}`)
}

export function requestsOf(name, work) {
  const read = (file) => (fs.existsSync(path.join(work, file)) ? fs.readFileSync(path.join(work, file), 'utf8') : '')
  if (name.startsWith('ngtcp2-')) return ofNgtcp2(read('served')).sort()
  return logged(read(name === 'curl-haproxy' ? 'served' : 'requests')).sort()
}
