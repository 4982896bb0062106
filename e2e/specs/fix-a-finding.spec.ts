/** Each finding names its server and a setting that can be copied. */
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { samplePath } from '../support/paths'

test.use({ files: [samplePath] })

test.beforeEach(async ({ window, findings }) => {
  await expectStage(window, 'open')
  await findings.show()
})

// What each server or client of the sample was set to do wrong (samples/expected.json, settings).
const stories = [
  { host: 'legacy.shop.test', remedy: /KeepAlive On/ },
  { host: 'api.shop.test', remedy: /KeepAliveTimeout/ },
  { host: 'static.shop.test', remedy: /keepalive_requests/ },
]

for (const { host, remedy } of stories) {
  test(`the remedy for ${host} is copied`, async ({ app, findings }) => {
    const finding = findings.about(host).first()
    await expect(finding).toBeVisible()
    await app.evaluate(({ clipboard }) => clipboard.clear())
    await findings.copyRemedy(finding).click()
    await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toMatch(remedy)
  })
}

test('the client that never pools is found', async ({ findings }) => {
  await expect(findings.about('inventory.shop.test').first()).toBeVisible()
})

test('another product can be chosen where headers are hidden', async ({ findings, window }) => {
  const finding = findings.about('api.shop.test').first()
  await expect(finding.getByTestId('remedy')).toHaveAttribute('data-value', 'apache/raise-idle-timeout')
  await expect(finding.getByTestId('remedy')).toContainText('Seen in this capture: Server: Apache/')
  await finding.getByTestId('other-product').click()
  await window.getByPlaceholder('Find a product…').fill('haproxy')
  await window.getByRole('option', { name: 'HAProxy' }).first().click()
  await expect(finding.getByTestId('remedy')).toContainText('timeout http-keep-alive')
})
