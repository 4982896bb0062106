/** A capture at a proxy: who asks whom, and what users waited for behind it. */
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { LegsPanel } from '../pages/legs'
import { expectStage } from '../pages/stage'
import { drop } from '../support/drop'
import { writeLegsCapture, writeUnusualTcp } from '../support/told-captures'

test('the way from users to origin, leg by leg, and the requests that waited', async ({ window, folder, empty, connections }) => {
  const file = join(folder, 'proxy.pcap')
  const told = writeLegsCapture(file)
  await expect(empty.openSample).toBeVisible()
  await drop(window, file)
  await expectStage(window, 'open')

  const legs = new LegsPanel(window)
  await legs.panel.scrollIntoViewIfNeeded()
  const front = legs.leg('browser-edge')
  const back = legs.leg('edge-origin')
  await expect(front).toContainText(`${told.front} connections`)
  await expect(front).toContainText('83.3% reused')
  await expect(back).toContainText(`${told.back} connections`)
  await expect(back).toContainText(/(?<![.\d])0% reused/)
  await expect(legs.told.first()).toContainText(String(told.requests))

  // From the slowest request to its connection behind the proxy, where the proxy is named.
  await legs.panel
    .getByRole('button', { name: /^→?\s*#\d+$/ })
    .nth(1)
    .click()
  await expect(connections.detail).toBeVisible()
  await expect(connections.detail).toContainText('10.0.1.9:8080')
})

test('the panel fits the smallest window: legs beyond its edge are scrolled to', async ({ app, window, folder, empty }) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1000, 650))
  const file = join(folder, 'proxy.pcap')
  writeLegsCapture(file)
  await expect(empty.openSample).toBeVisible()
  await drop(window, file)
  await expectStage(window, 'open')
  const legs = new LegsPanel(window)
  await legs.panel.scrollIntoViewIfNeeded()
  const [panel, page] = [await legs.panel.boundingBox(), await window.evaluate(() => document.documentElement.clientWidth)]
  expect(panel!.x + panel!.width).toBeLessThanOrEqual(page)
  await expect(legs.leg('edge-origin')).toBeInViewport({ ratio: 0.9 })
})

test('what TCP did out of the ordinary is in the connection’s panel, and fits it', async ({
  app,
  window,
  folder,
  empty,
  connections,
}) => {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1000, 650))
  const file = join(folder, 'odd.pcap')
  writeUnusualTcp(file)
  await expect(empty.openSample).toBeVisible()
  await drop(window, file)
  await expectStage(window, 'open')
  await connections.show()
  await connections.rows.first().click()
  const facts = connections.detail.getByTestId('tcp-facts')
  await expect(facts).toContainText(/Keep-alive probes\s*3 by the client/)
  await expect(facts).toContainText(/Window closed\s*1 by the server for/)
  await expect(facts).toContainText(/Half-closed\s*By the server, for 4/)
  const beyond = await facts.evaluate(
    (list) => [...list.querySelectorAll('dd')].filter((d) => d.scrollWidth > d.clientWidth).length,
  )
  expect(beyond).toBe(0)
})
