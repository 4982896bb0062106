/** The app is gone when it is told to go, at whatever moment. */
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { drop } from '../support/drop'
import { samplePath } from '../support/paths'

async function ends(app: { process(): { exitCode: number | null }; close(): Promise<void> }): Promise<void> {
  const child = app.process()
  await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, 10_000))])
  expect(child.exitCode).toBe(0)
}

test('before its first window is there', async ({ app }) => {
  await ends(app)
})

test('with an audit open', async ({ app, window }) => {
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await ends(app)
})
