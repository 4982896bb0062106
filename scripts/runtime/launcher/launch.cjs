/**
 * `electron [-r MODULE]… FOLDER` for a runtime without Electron's own default app: loads the folder's `main` as the main module,
 * with the app's name, version and path as the default app would set them (electron/default_app/main.ts).
 */
'use strict'
const { app } = require('electron')
const fs = require('node:fs')
const path = require('node:path')
const Module = require('node:module')

const { modules, given } = read(process.argv.slice(1))
const folder = given === undefined ? null : path.resolve(given)
const manifest = folder === null ? null : path.join(folder, 'package.json')

if (manifest === null || !fs.existsSync(manifest)) {
  process.stderr.write('Name the folder of an app: it needs a package.json.\n')
  app.exit(2)
} else {
  const about = JSON.parse(fs.readFileSync(manifest, 'utf8'))
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true })
  if (about.version) app.setVersion(about.version)
  app.setName(about.productName || about.name)
  app.setAppPath(folder)
  for (const module of modules) require(path.resolve(module))
  Module._load(Module._resolveFilename(path.join(folder, about.main || 'index.js'), null, true), Module, true)
}

/** The modules to load first, and the first word that is neither a switch nor a switch's value. */
function read(words) {
  const modules = []
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '-r' || words[at] === '--require') modules.push(words[++at])
    else if (!words[at].startsWith('-')) return { modules, given: words[at] }
  }
  return { modules, given: undefined }
}
