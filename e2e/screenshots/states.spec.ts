/** Every state of the window, in two sizes, light and dark. */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { drag, drop } from '../support/drop'
import { writeLargeCapture } from '../support/large-capture'
import { root, samplePath } from '../support/paths'
import { writeLegsCapture, writeUnusualTcp } from '../support/told-captures'

const into = resolve(process.env.ROUNDTRIP_SCREENSHOTS ?? join(root, 'test-results', 'screenshots'))

const sizes = [
  { width: 1280, height: 800 },
  { width: 1000, height: 650 },
]

for (const { width, height } of sizes) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${width}×${height} ${colorScheme}`, async ({
      app,
      window,
      empty,
      reading,
      overview,
      connections,
      findings,
      whatIf,
      folder,
      pageErrors,
    }) => {
      mkdirSync(into, { recursive: true })
      const picture = async (state: string): Promise<void> => {
        // Charts draw themselves in.
        await window.waitForTimeout(700)
        await window.screenshot({ path: join(into, `${state}-${width}x${height}-${colorScheme}.png`) })
      }
      await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), {
        width,
        height,
      })
      await window.emulateMedia({ colorScheme })
      await expect(empty.openSample).toBeVisible()
      await picture('1-empty')

      await drag(window, [samplePath], ['dragEnter', 'dragOver'])
      await picture('2-drop')

      const large = join(folder, 'large.pcap')
      writeLargeCapture(large, 800e6)
      await drop(window, large)
      await expect.poll(() => reading.connections(), { intervals: [50] }).toBeGreaterThan(0)
      await picture('3-reading')
      await reading.cancel.click()

      await drop(window, samplePath)
      await expectStage(window, 'open')
      await overview.show()
      await picture('4-overview')
      await connections.show()
      await picture('5-connections')
      await connections.rows.nth(3).click()
      await expect(connections.detail).toBeVisible()
      await picture('6-connection')
      await findings.show()
      await picture('7-findings')
      await window.getByTestId('nav-costs').click()
      await window.getByTestId('ledger-total-tcp').waitFor()
      await picture('8-costs')
      for (const [name, title] of [
        ['9-timers', 'Timers'],
        ['10-open-connections', 'Ephemeral ports'],
      ] as const) {
        await window.getByRole('region', { name: title, exact: true }).scrollIntoViewIfNeeded()
        await picture(name)
      }
      await whatIf.show()
      await picture('11-what-if')

      const proxy = join(folder, 'proxy.pcap')
      writeLegsCapture(proxy)
      await drop(window, proxy)
      await expect(window.getByTestId('file-name')).toContainText('proxy.pcap')
      await overview.show()
      await window.getByTestId('legs').scrollIntoViewIfNeeded()
      await picture('12-legs')

      const odd = join(folder, 'odd.pcap')
      writeUnusualTcp(odd)
      await drop(window, odd)
      await expect(window.getByTestId('file-name')).toContainText('odd.pcap')
      await connections.show()
      await connections.rows.first().click()
      await connections.detail.getByTestId('tcp-facts').scrollIntoViewIfNeeded()
      await picture('13-tcp')
      pageErrors.length = 0
    })
  }
}
