/** A capture becomes an audit, however it comes in. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerOpenDialog } from '../support/dialogs'
import { drag, drop } from '../support/drop'
import { known } from '../support/known'
import { root, samplePath } from '../support/paths'

test('dropped on the window', async ({ window, empty, overview }) => {
  await expect(empty.openSample).toBeVisible()
  await drag(window, [samplePath], ['dragEnter', 'dragOver'])
  await expect(window.getByTestId('drop-overlay')).toBeVisible()
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('shop.pcapng')
  await expect(overview.figure('connections')).toContainText(String(known.totals.connections))
})

test('chosen in the Open dialog', async ({ app, window, empty, overview }) => {
  await answerOpenDialog(app, [samplePath])
  await empty.openFile.click()
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('shop.pcapng')
})

test('the bundled sample, by its button', async ({ window, empty, overview }) => {
  await empty.openSample.click()
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('shop.pcapng')
})

test('a second drop replaces the first', async ({ window, overview }) => {
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await drop(window, join(root, 'samples', 'shop.har'))
  await expect(overview.fileName).toHaveText('shop.har')
  await expectStage(window, 'open')
})

test('what is no capture is refused in a sentence, and the next file still opens', async ({ window, empty, folder }) => {
  const notes = join(folder, 'notes.txt')
  writeFileSync(notes, 'Dear diary, today I captured nothing.\n')
  await drop(window, notes)
  await expect(empty.failure).toContainText('Not a capture')
  await expectStage(window, 'empty')
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await expect(empty.failure).toBeHidden()
})

test('an opened file is remembered among the recent ones', async ({ app, window, empty }) => {
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.reload())
  await expectStage(window, 'empty')
  await expect(empty.recentFiles.first()).toContainText('shop.pcapng')
  await empty.recentFiles.first().click()
  await expectStage(window, 'open')
})

test.describe('named on the command line', () => {
  test.use({ files: [samplePath] })
  test('opens by itself', async ({ window, overview }) => {
    await expectStage(window, 'open')
    await expect(overview.fileName).toHaveText('shop.pcapng')
  })
})
