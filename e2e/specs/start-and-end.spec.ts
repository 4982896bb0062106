/** The app is gone when it is told to go, at whatever moment. */
import type { ElectronApplication } from '@playwright/test'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { drop } from '../support/drop'
import { samplePath } from '../support/paths'

/**
 * Quits as the menu does, in a turn of its own: Playwright's `close` would quit from the debugger's interrupt, in the middle of
 * whatever runs, and Electron 25 does not survive that while it makes a window.
 */
async function ends(app: ElectronApplication): Promise<void> {
  const child = app.process()
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await app.evaluate(({ app }) => void setImmediate(() => app.quit())).catch(() => undefined)
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))])
  expect({ code: child.exitCode, signal: child.signalCode }).toEqual({ code: 0, signal: null })
}

test('before its first window is there', async ({ app }) => {
  await ends(app)
})

test('with an audit open', async ({ app, window }) => {
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await ends(app)
})
