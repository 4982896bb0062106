/** From the table of connections to what happened on one of them. */
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { known, knownOrigin } from '../support/known'
import { samplePath } from '../support/paths'

test.use({ files: [samplePath] })

test.beforeEach(async ({ window, connections }) => {
  await expectStage(window, 'open')
  await connections.show()
})

test('the table counts every connection and keeps only those in sight', async ({ window, connections }) => {
  await expect(window.getByTestId('nav-connections')).toContainText(String(known.totals.connections))
  expect(await connections.rows.count()).toBeLessThan(known.totals.connections)
})

test('narrowed to one server, it holds that server’s connections', async ({ connections }) => {
  const { address, connections: expected } = knownOrigin('static.shop.test')
  await connections.filter.fill(address.split(':')[0] ?? '')
  await expect(connections.rows).toHaveCount(expected)
})

test('a connection tells its handshake, its exchanges and why it closed', async ({ connections }) => {
  await connections.filter.fill('static.shop.test')
  await connections.rows.first().click()
  await expect(connections.detail).toBeVisible()
  await expect(connections.detail).toContainText(/handshake/i)
  await expect(connections.detail).toContainText(/GET/)
  await expect(connections.detail).toContainText(/3\d([.]\d)? ms/)
  await expect(connections.detail).toContainText(/clos/i)
})

test('with the keyboard alone', async ({ window, connections }) => {
  await connections.rows.first().focus()
  await window.keyboard.press('Enter')
  await expect(connections.detail).toBeVisible()
  await window.keyboard.press('Escape')
  await expect(connections.detail).toBeHidden()
})
