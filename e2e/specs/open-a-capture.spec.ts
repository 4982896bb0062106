/** A capture becomes an audit, however it comes in. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerOpenDialog } from '../support/dialogs'
import { drag, drop } from '../support/drop'
import { chooseInMenu } from '../support/menu'
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

test('chosen from the File menu', async ({ app, window, overview }) => {
  await answerOpenDialog(app, [samplePath])
  await chooseInMenu(app, 'open')
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

test('a file that was opened is among the recent ones once it is closed', async ({ app, window, empty, overview, folder }) => {
  const path = join(folder, 'monday.pcapng')
  copyFileSync(samplePath, path)
  await drop(window, path)
  await expectStage(window, 'open')
  await chooseInMenu(app, 'close-audit')
  await expectStage(window, 'empty')
  await expect(empty.recentFiles.first()).toContainText('monday.pcapng')
  await empty.recentFiles.first().click()
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('monday.pcapng')
})

test.describe('named on the command line', () => {
  test.use({ files: [samplePath] })
  test('opens by itself', async ({ window, overview }) => {
    await expectStage(window, 'open')
    await expect(overview.fileName).toHaveText('shop.pcapng')
  })
})
