/** The application: prints one page and quits, or opens windows. */
import { join } from 'node:path'
import { app } from 'electron'
import { runApplication } from './application'
import { readArguments } from './arguments'
import { runPrintCommand } from './print-command'

/** This file is bundled as out/main/index.cjs. */
const built = join(__dirname, '..')

const profile = app.commandLine.getSwitchValue('user-data-dir')
if (profile !== '') app.setPath('userData', profile)

const given = readArguments(process.argv, { packaged: app.isPackaged, cwd: process.cwd() })
if (given.mode === 'print') void runPrintCommand(given.html, given.pdf)
else
  runApplication({
    files: given.files,
    host: join(built, 'main', 'host.cjs'),
    preload: join(built, 'preload', 'index.cjs'),
    renderer: join(built, 'renderer'),
    sample: app.isPackaged ? join(process.resourcesPath, 'samples', 'shop.pcapng') : join(built, '..', 'samples', 'shop.pcapng'),
  })
