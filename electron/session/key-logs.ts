import { access, open, stat } from 'node:fs/promises'
import { isKeyLog, KEY_LOG_HEAD } from '../../shared/key-log'
import { KeyLog } from '../engine/tls/keylog'
import { FileError, openFile } from './files'

const CHUNK = 1 << 20
const LF = 0x0a

/**
 * The TLS secrets for an audit: those of the key logs that were chosen, and of key logs that lie beside the captures under the
 * same name ("shop.pcap.keylog" or "shop.keylog" beside shop.pcap). They are kept in memory only.
 *
 * @throws FileError if a chosen one cannot be read; one that merely lies there is then left out.
 */
export async function readKeyLogs(chosen: readonly string[], captures: readonly string[]): Promise<KeyLog> {
  const keys = new KeyLog()
  for (const path of chosen) await addFile(keys, path)
  for (const path of new Set(captures.flatMap(besides))) {
    try {
      await access(path)
      await addFile(keys, path)
    } catch {
      // Nobody asked for it.
    }
  }
  return keys
}

/**
 * Refuses a file that was chosen as a key log and is none. An empty one may not have been written to yet, and a pipe gives its bytes only once:
 * neither is looked at.
 *
 * @throws FileError
 */
export async function expectKeyLog(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true || found.size === 0 || (await holdsKeyLog(path))) return
  await (await openFile(path)).close()
  throw new FileError('unreadable', `${path} is no key log: no line of it holds a TLS secret as SSLKEYLOGFILE writes them.`)
}

/** Is this a key log rather than a capture? Told by its content; false for what cannot be read. */
export async function holdsKeyLog(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => null)
  try {
    // A pipe gives its bytes only once.
    if (handle === null || !(await handle.stat()).isFile()) return false
    const head = Buffer.alloc(KEY_LOG_HEAD)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    return isKeyLog(head.toString('latin1', 0, bytesRead))
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

/** Where a capture's key log may lie: its name with ".keylog" behind it, or in place of its extensions. */
function besides(capture: string): string[] {
  const unpacked = capture.replace(/\.(?:gz|zst|lz4)$/i, '')
  const bare = unpacked.replace(/\.(?:pcap|pcapng|cap|dmp)$/i, '')
  return [capture, unpacked, bare].map((name) => `${name}.keylog`)
}

/** Line by line, so that a log of any length needs little memory. */
async function addFile(keys: KeyLog, path: string): Promise<void> {
  const file = await openFile(path)
  try {
    const chunk = new Uint8Array(CHUNK)
    let kept = 0
    for (;;) {
      const got = await file.read(chunk, kept, CHUNK - kept)
      const end = kept + got
      if (got === 0) return void keys.add(chunk.subarray(0, end))
      const lines = chunk.lastIndexOf(LF, end - 1) + 1
      // A line without an end is none: it makes room for what follows.
      const whole = lines > 0 || end < CHUNK ? lines : end
      keys.add(chunk.subarray(0, whole))
      chunk.copyWithin(0, whole, end)
      kept = end - whole
    }
  } finally {
    await file.close()
  }
}
