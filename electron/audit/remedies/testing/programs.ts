import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const SYSTEM = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` }

/** Is a program installed? Says so where it is not, since a test will be skipped. */
export function has(program: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { env: SYSTEM }).status === 0
  if (!found) process.stderr.write(`Skipped: ${program} is not installed, its remedies are not checked by itself.\n`)
  return found
}

/** Is a library there? A command tells, which succeeds where it is. */
export function succeeds([program = 'true', ...args]: readonly string[]): boolean {
  const found = spawnSync(program, args, { env: SYSTEM }).status === 0
  if (!found)
    process.stderr.write(`Skipped: no success of ${[program, ...args].join(' ')}, its remedies are not checked by itself.\n`)
  return found
}

/** Why something is not tried on this machine. */
export const whyNot = ({
  needs,
  probe = [],
}: {
  readonly needs: readonly string[]
  readonly probe?: readonly string[]
}): string => `needs root, tcpdump, ${[...needs, ...(probe.length > 0 ? [`a success of ${probe.join(' ')}`] : [])].join(', ')}`

/** Runs a compiler, which must succeed. */
export function build(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { env: SYSTEM, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program}: ${stderr}`)
}

let certificate: string | undefined

/** A certificate and its key for tests of configurations that need one, made once by openssl. */
export function selfSigned(): string {
  if (certificate !== undefined) return certificate
  const args = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=a.test -keyout - -out -'
  const { status, stdout, stderr } = spawnSync('openssl', ['req', ...args.split(' ')], { env: SYSTEM, encoding: 'utf8' })
  if (status !== 0) throw new Error(`openssl: ${stderr}`)
  return (certificate = stdout)
}

export interface Outcome {
  readonly status: number | null
  readonly output: string
}

/** Runs a program on files in a folder of its own, which is removed; FOLDER in its arguments stands for it. */
export function runOn(files: Readonly<Record<string, string>>, program: string, args: readonly string[]): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-snippet-'))
  chmodSync(folder, 0o755)
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text.replaceAll('FOLDER', folder))
    }
    const { status, stdout, stderr } = spawnSync(
      program,
      args.map((arg) => arg.replaceAll('FOLDER', folder)),
      {
        cwd: folder,
        env: { ...SYSTEM, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
        encoding: 'utf8',
        timeout: 20_000,
      },
    )
    return { status, output: `${stdout}${stderr}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
