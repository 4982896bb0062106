/**
 * `node scripts/fuzz.mjs [--flips N] [--seed N] [--slow SECONDS] FILE|FOLDER…`: reads each file whole, cut at every percent, and N times
 * with a few bits flipped, with the key log beside it where there is one, and tells what broke: an error that is no InputError, a hang, memory that grew. Exit status 1 if anything did.
 */
import { existsSync, readdirSync, readFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const MOST_MEMORY = 1 << 30

if (isMainThread) await main(process.argv.slice(2))
else await work(workerData)

async function main(args) {
  const options = { flips: 100, seed: 1, slow: 20 }
  const paths = []
  while (args.length > 0) {
    const arg = args.shift()
    const name = arg.replace(/^--/, '')
    if (arg.startsWith('--') && name in options) options[name] = Number(args.shift())
    else paths.push(arg)
  }
  if (paths.length === 0 || Object.values(options).some(Number.isNaN)) {
    process.stderr.write('Usage: node scripts/fuzz.mjs [--flips N] [--seed N] [--slow SECONDS] FILE|FOLDER…\n')
    process.exit(2)
  }
  const files = paths.flatMap(filesOf)
  const folder = mkdtempSync(join(tmpdir(), 'roundtrip-fuzz-'))
  try {
    const engine = await bundle(folder)
    const problems = []
    const total = { files: 0, refused: 0, cases: 0 }
    for (const file of files) {
      const result = await fuzz({ engine, file, ...options })
      total.files++
      total.cases += result.cases
      if (result.refused) total.refused++
      problems.push(...result.problems)
      for (const problem of result.problems) process.stdout.write(`✗ ${file}: ${problem}\n`)
    }
    process.stdout.write(
      `${total.files} files (${total.refused} hold no capture), ${total.cases} damaged readings, ${problems.length} problems\n`,
    )
    process.exitCode = problems.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || (entry.isFile() && !/\.(?:oracle\.json|keylog)$/.test(entry.name)))
    .flatMap((entry) => filesOf(join(path, entry.name)))
}

/** The engine and the mutations as one module that Node can load. */
async function bundle(folder) {
  const { build } = await import('vite')
  const engine = fileURLToPath(new URL('../electron/engine/', import.meta.url))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rollupOptions: {
        input: {
          pipeline: join(engine, 'pipeline.ts'),
          collect: join(engine, 'testing/collect.ts'),
          mutations: join(engine, 'testing/mutations.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  })
  return folder
}

/** Reads one file's mutations in a thread of its own, which can be ended when it hangs. */
function fuzz(task) {
  return new Promise((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task, resourceLimits: { maxOldGenerationSizeMb: 1024 } })
    const result = { cases: 0, refused: false, problems: [] }
    let current = 'whole'
    let since = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - since < task.slow * 1000) return
      result.problems.push(`${current}: still reading after ${task.slow} s`)
      void worker.terminate()
    }, 500)
    worker.on('message', (message) => {
      since = performance.now()
      if (message.begin !== undefined) current = message.begin
      if (message.problem !== undefined) result.problems.push(`${current}: ${message.problem}`)
      if (message.refused) result.refused = true
      if (message.done !== undefined) result.cases = message.done
    })
    worker.on('error', (error) => result.problems.push(`${current}: ${error.stack ?? error.message}`))
    worker.on('exit', () => {
      clearInterval(watch)
      resolve(result)
    })
  })
}

async function work({ engine, file, flips, seed }) {
  const load = (name) => import(join(engine, `${name}.mjs`))
  const [{ readCapture }, { bytesSource, collect }, { damaged }] = await Promise.all(
    ['pipeline', 'collect', 'mutations'].map(load),
  )
  const content = new Uint8Array(readFileSync(file))
  const keylog = existsSync(`${file}.keylog`) ? new Uint8Array(readFileSync(`${file}.keylog`)) : undefined
  const read = async (bytes) => {
    try {
      await collect((sink) => readCapture(bytesSource(file, bytes), sink, { keylog }))
      return true
    } catch (error) {
      if (error.name !== 'InputError') parentPort.postMessage({ problem: error.stack })
      return false
    }
  }
  if (!(await read(content))) {
    parentPort.postMessage({ refused: true })
    return
  }
  let cases = 0
  for (const { how, content: bad } of damaged(content, flips, seed)) {
    parentPort.postMessage({ begin: how })
    await read(bad)
    cases++
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  if (heapUsed + arrayBuffers > MOST_MEMORY)
    parentPort.postMessage({ problem: `memory grew to ${Math.round((heapUsed + arrayBuffers) / 2 ** 20)} MiB` })
  parentPort.postMessage({ done: cases })
}
