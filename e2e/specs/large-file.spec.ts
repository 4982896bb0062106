/** A file too large to wait for: the window stays alive while it is read, shows first numbers, and the reading can be stopped. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { drop } from '../support/drop'
import { writeLargeCapture } from '../support/large-capture'
import { samplePath } from '../support/paths'

const size = 800e6

/** The longest the page was too busy to run a timer, in ms, while `during` went on. */
async function longestFreeze(page: Page, during: () => Promise<unknown>): Promise<number> {
  await page.evaluate(() => {
    const watch = { worst: 0, last: performance.now() }
    const timer = setInterval(() => {
      const now = performance.now()
      watch.worst = Math.max(watch.worst, now - watch.last - 10)
      watch.last = now
    }, 10)
    Object.assign(window, { freezeWatch: { stop: () => (clearInterval(timer), watch.worst) } })
  })
  await during()
  return page.evaluate(() => (window as unknown as { freezeWatch: { stop(): number } }).freezeWatch.stop())
}

test('first numbers, a window that does not freeze, and a way out', async ({ window, reading, overview, folder }) => {
  const path = join(folder, 'large.pcap')
  writeLargeCapture(path, size)
  expect(statSync(path).size).toBeGreaterThan(size)

  await drop(window, path)
  await expectStage(window, 'reading')
  await expect.poll(() => reading.connections(), { intervals: [50], message: 'first numbers while it reads' }).toBeGreaterThan(0)
  await expectStage(window, 'reading')
  expect(await longestFreeze(window, () => window.waitForTimeout(500))).toBeLessThan(250)

  // Each of its connections carries one exchange, which is counted no earlier than the connection.
  const exchanges = await reading.exchanges()
  expect(await reading.connections()).toBeGreaterThanOrEqual(exchanges)

  await reading.cancel.click()
  await expectStage(window, 'empty', 2_000)

  // The engine is free for the next file at once.
  await drop(window, samplePath)
  await expectStage(window, 'open', 5_000)
  await expect(overview.fileName).toHaveText('shop.pcapng')
})
