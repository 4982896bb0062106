/** The command as people run it: a process of its own, fed through its standard input. */
import { spawn } from 'node:child_process'
import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const sample = fileURLToPath(new URL('../../samples/shop.pcapng', import.meta.url))

interface Ran {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

function roundtrip(
  args: readonly string[],
  stdin: 'pipe' | number = 'pipe',
  feed?: (into: NodeJS.WritableStream) => void,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/roundtrip.mjs', ...args], { cwd: root, stdio: [stdin, 'pipe', 'pipe'] })
    let [out, err] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, out, err }))
    if (child.stdin === null) return
    // Who stops reading early is no failure of the writer.
    child.stdin.on('error', () => undefined)
    if (feed === undefined) child.stdin.end()
    else feed(child.stdin)
  })
}

/** Without the file's own line, which names it. */
const connectionsOf = ({ out }: Ran): unknown => (JSON.parse(out) as { readonly connections: unknown }).connections

describe('roundtrip -', () => {
  let whole: Ran
  beforeAll(async () => {
    whole = await roundtrip(['facts', sample])
    expect(whole.status).toBe(0)
  }, 120_000)

  it('reads a pipe', async () => {
    const piped = await roundtrip(['facts', '-'], 'pipe', (into) => createReadStream(sample, { highWaterMark: 5000 }).pipe(into))
    expect(piped).toMatchObject({ status: 0, err: '' })
    expect(connectionsOf(piped)).toEqual(connectionsOf(whole))
    expect(JSON.parse(piped.out)).toMatchObject({ capture: { file: 'standard input' } })
  })

  it('reads a file put there', async () => {
    const file = openSync(sample, 'r')
    const put = await roundtrip(['audit', '-', '--format', 'json'], file)
    closeSync(file)
    expect(put).toMatchObject({ status: 0, err: '' })
    expect(JSON.parse(put.out)).toMatchObject({ schema: 'roundtrip.audit/1' })
  })

  it('refuses nothing and nonsense in a sentence', async () => {
    expect(await roundtrip(['audit', '-'])).toMatchObject({ status: 2, out: '', err: 'roundtrip: standard input is empty.\n' })
    const nonsense = await roundtrip(['audit', '-'], 'pipe', (into) => into.end(readFileSync(`${root}/LICENSE`)))
    expect(nonsense).toMatchObject({ status: 2, err: 'roundtrip: standard input is not a pcap, pcapng or HAR file.\n' })
  })

  it('ends when its reading was refused, though more is coming', async () => {
    const endless = await roundtrip(['audit', '-'], 'pipe', (into) => void into.write(Buffer.alloc(1 << 20, 0x61)))
    expect(endless.status).toBe(2)
  })
})
