/** What the app's processes ask of a network, seen from three sides. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { ElectronApplication } from '@playwright/test'

/**
 * Notes every web request of the app's own session from now on: also those it refused. (A session tells one listener an
 * event; the app's listens to another one than these.)
 */
export async function watchRequests(app: ElectronApplication): Promise<() => Promise<readonly string[]>> {
  await app.evaluate(({ session }) => {
    const noted: string[] = []
    Object.assign(globalThis, { notedRequests: noted })
    const { webRequest } = session.defaultSession
    webRequest.onErrorOccurred(({ url }) => void noted.push(url))
    webRequest.onCompleted(({ url }) => void noted.push(url))
  })
  return () => app.evaluate(() => (globalThis as unknown as { notedRequests: string[] }).notedRequests)
}

export const leavesTheMachine = (url: string): boolean => /^(https?|wss?|ftp):/.test(url)

/** The sockets of the app and its child processes, as "remote address:port" in the kernel's hexadecimal; Linux only. */
export function openSockets(pid: number): readonly string[] {
  const inodes = new Set(processTree(pid).flatMap(socketInodes))
  const tables = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8').trim().split('\n').slice(1),
  )
  return tables
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => inodes.has(columns[9] ?? ''))
    .map((columns) => columns[2] ?? '')
}

/** 127.0.0.0/8, ::1, its mapped form, and the address of a socket that only listens. */
export const isLoopback = (remote: string): boolean =>
  /^(0{8}|[0-9A-F]{6}7F|0{32}|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F):/.test(remote)

function processTree(pid: number): readonly number[] {
  const parents = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [[Number(name), parentOf(name)] as const] : []))
  const below = (parent: number): number[] =>
    parents.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)])
  return [pid, ...below(pid)]
}

/** proc(5): the fourth field of stat, after a name that may hold anything. */
function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    // ended meanwhile
    return 0
  }
}

function socketInodes(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    })
  } catch {
    // ended, or sandboxed away from us
    return []
  }
}
