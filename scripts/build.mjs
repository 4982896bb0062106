/** `npm run build [-- main]`: everything into out/, or only what needs no window. */
import { ensureBuilt } from './lib/build.mjs'
import { runMain } from './lib/say.mjs'

await runMain(() => ensureBuilt(process.argv[2] === 'main' ? 'main' : 'all', { force: true }))
