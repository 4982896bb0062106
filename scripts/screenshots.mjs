/** `npm run screenshots -- FOLDER`: pictures of every state of the window, for people to look at. */
import { resolve } from 'node:path'
import { runPlaywright } from './lib/playwright.mjs'
import { runMain, say } from './lib/say.mjs'

await runMain(async () => {
  const here = process.env.INIT_CWD ?? process.cwd()
  const folder = resolve(here, process.argv[2] ?? 'screenshots')
  const ok = await runPlaywright(['--reporter=list'], { config: 'screenshots.config.ts', env: { ROUNDTRIP_SCREENSHOTS: folder } })
  if (ok) say(`Pictures are in ${folder}.`)
  return ok ? 0 : 1
})
