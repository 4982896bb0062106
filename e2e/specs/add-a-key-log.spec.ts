/** Encrypted connections are told, and a key log opens them, however it comes in. */
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerOpenDialog } from '../support/dialogs'
import { drop } from '../support/drop'
import { root, samplePath } from '../support/paths'

/** Two connections of one client with TLS 1.3 and three requests, and their keys. */
const recorded = join(root, 'electron', 'engine', 'tls', 'recorded', 'hello-retry.pcap')

/** Copied apart: a key log beside the capture under its name would be found without asking. */
function copies(folder: string): { readonly capture: string; readonly keys: string } {
  const [capture, keys] = [join(folder, 'monday.pcap'), join(folder, 'secrets.txt')]
  copyFileSync(recorded, capture)
  copyFileSync(`${recorded}.keylog`, keys)
  return { capture, keys }
}

test('chosen with the button of the notice, and not kept', async ({ app, window, overview, connections, folder, userData }) => {
  const { capture, keys } = copies(folder)
  await drop(window, capture)
  await expectStage(window, 'open')
  await expect(overview.keyLogNotice).toContainText('2 connections are encrypted: with a key log')
  // Nothing could be judged: no number is shown, not even 0.
  await expect(overview.figure('avoidable')).toHaveText('–')

  await answerOpenDialog(app, [])
  await overview.addKeyLog.click()
  await expect(overview.keyLogNotice).toBeVisible()

  await answerOpenDialog(app, [keys])
  await overview.addKeyLog.click()
  await expect(overview.keyLogNotice).toBeHidden()
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('monday.pcap')
  expect(await overview.number('avoidable')).toBe(1)

  await connections.show()
  await connections.rows.first().click()
  const tls = connections.detail.getByTestId('tls-facts')
  await expect(tls).toContainText('TLS 1.3')
  await expect(tls).toContainText('early.example')
  await expect(tls).toContainText('one more round trip')
  await expect(tls).toContainText('Decrypted with a key log')

  const settings = readFileSync(join(userData, 'settings.json'), 'utf8')
  expect(settings).toContain('monday.pcap')
  expect(settings).not.toContain('secrets.txt')
})

test('dropped on an open audit', async ({ window, overview, folder }) => {
  const { capture, keys } = copies(folder)
  await drop(window, capture)
  await expect(overview.keyLogNotice).toBeVisible()
  await drop(window, keys)
  await expect(overview.keyLogNotice).toBeHidden()
  await expect(overview.fileName).toHaveText('monday.pcap')
})

test('dropped together with its capture', async ({ window, overview, folder }) => {
  const { capture, keys } = copies(folder)
  await drop(window, keys, capture)
  await expectStage(window, 'open')
  await expect(overview.fileName).toHaveText('monday.pcap')
  expect(await overview.number('avoidable')).toBe(1)
  await expect(overview.keyLogNotice).toBeHidden()
})

test('without a capture it says what to do; one of another capture says that it does not help', async ({
  window,
  empty,
  overview,
  folder,
}) => {
  const { capture } = copies(folder)
  const others = join(folder, 'others.log')
  copyFileSync(join(root, 'electron', 'engine', 'tls', 'recorded', 'key-update.pcap.keylog'), others)
  await drop(window, others)
  await expect(empty.failure).toContainText('others.log holds TLS keys, but no packets')
  await expectStage(window, 'empty')
  await drop(window, capture, others)
  await expect(overview.keyLogNotice).toContainText('2 connections are still encrypted: others.log does not hold their keys')
})

test('a capture in the clear has no notice', async ({ window, overview }) => {
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await expect(overview.figure('connections')).toBeVisible()
  await expect(overview.keyLogNotice).toBeHidden()
})
