/** The simulator in the window: first what it reproduces, then what another setting would do. */
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { known } from '../support/known'
import { samplePath } from '../support/paths'

test.use({ files: [samplePath] })

test.beforeEach(async ({ window, whatIf }) => {
  await expectStage(window, 'open')
  await whatIf.show()
})

test('the capture is reproduced before anything is predicted', async ({ whatIf }) => {
  await expect(whatIf.calibration).toContainText('Reproduced')
  await expect(whatIf.calibration).toHaveAttribute('data-error', '0')
  expect(await whatIf.number('connections')).toBe(known.totals.connections)
})

test('the slider changes the outcome, the recommended value is at hand, and all can be put back', async ({ window, whatIf }) => {
  await whatIf.slider.focus()
  await whatIf.slider.press('End')
  await expect(window.getByTestId('timeout-shown')).toHaveText('none')
  await expect(whatIf.after('connections')).not.toHaveAttribute('data-value', String(known.totals.connections))
  const fewest = await whatIf.number('connections')
  expect(fewest).toBeLessThan(known.totals.connections)
  await whatIf.useRecommended.click()
  await expect.poll(() => whatIf.number('connections')).toBeLessThanOrEqual(fewest + 2)
  await whatIf.slider.press('Home')
  await expect.poll(() => whatIf.number('connections')).toBeGreaterThan(known.totals.connections)
  await whatIf.reset.click()
  await expect.poll(() => whatIf.number('connections')).toBe(known.totals.connections)
})

test('dragging keeps the figures moving', async ({ window, whatIf }) => {
  const box = (await whatIf.slider.boundingBox())!
  const seen = new Set<number>()
  await window.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2)
  await window.mouse.down()
  for (let step = 1; step <= 12; step++) {
    await window.mouse.move(box.x + box.width * (0.2 + step * 0.05), box.y + box.height / 2)
    await window.waitForTimeout(30)
    seen.add(await whatIf.number('idleConnectionSeconds'))
  }
  await window.mouse.up()
  expect(seen.size).toBeGreaterThan(3)
})

test('an origin by itself: a longer time-out of a server does not help a client that does not pool', async ({
  window,
  whatIf,
}) => {
  await whatIf.choose('http://legacy.shop.test')
  await expect.poll(() => whatIf.number('connections')).toBe(31)
  await whatIf.slider.press('End')
  await expect(window.getByTestId('timeout-shown')).toHaveText('none')
  await expect(window.getByTestId('nothing-to-gain')).toBeVisible()
  expect(await whatIf.number('connections')).toBe(31)
})

test('what cannot be taken is said, and nothing changes', async ({ window, whatIf }) => {
  for (const typed of ['0', 'abc']) {
    await window.getByTestId('pool-size').fill(typed)
    await expect(window.getByTestId('pool-size-problem')).toContainText('a whole number from 1 to 100,000')
  }
  expect(await whatIf.number('connections')).toBe(known.totals.connections)
  await window.getByTestId('pool-size').fill('1')
  await expect(window.getByTestId('pool-size-problem')).toBeHidden()
  await expect(window.getByTestId('after-waits')).toBeVisible()
})

test('the curve can be read as a table', async ({ window }) => {
  await window.getByRole('button', { name: 'as a table' }).click()
  const rows = window.getByTestId('curve-table').locator('tbody tr')
  expect(await rows.count()).toBeGreaterThan(20)
  await expect(rows.last()).toContainText('longer than the capture')
})
