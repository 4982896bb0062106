/** The audit on paper: saved where the person said, with the numbers of the screen, read back by a PDF reader. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerSaveDialog } from '../support/dialogs'
import { known } from '../support/known'
import { samplePath } from '../support/paths'
import { readPdf } from '../support/pdf'

test.use({ files: [samplePath] })

test.beforeEach(async ({ window }) => expectStage(window, 'open'))

test('holds the audit', async ({ app, overview, folder }) => {
  const path = join(folder, 'audit.pdf')
  await answerSaveDialog(app, path)
  const reuse = await overview.number('reuse-ratio')
  await overview.exportPdf.click()
  await expect.poll(() => existsSync(path), { timeout: 30_000 }).toBe(true)
  await expect(async () => {
    const { pages, text } = await readPdf(path)
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(pages).toBeLessThanOrEqual(6)
    expect(text).toContain('shop.pcapng')
    expect(text).toContain(String(known.totals.connections))
    expect(text).toContain(String(known.totals.avoidable))
    expect(text).toContain(`${reuse}`)
    for (const { origin } of known.origins) expect(text).toContain(origin.replace('http://', ''))
  }).toPass({ timeout: 30_000 })
})

test('is not written when the dialog is cancelled', async ({ app, window, overview, folder }) => {
  await answerSaveDialog(app, null)
  await overview.exportPdf.click()
  await expect(overview.exportPdf).toBeEnabled()
  await window.waitForTimeout(500)
  expect(readdirSync(folder)).toEqual([])
  await expectStage(window, 'open')
})
