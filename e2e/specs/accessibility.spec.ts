/** axe-core finds nothing to fix on any page, light or dark. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { drop } from '../support/drop'
import { samplePath } from '../support/paths'

const axeSource = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}
interface Axe {
  run(context: Document, options: object): Promise<{ readonly violations: readonly Violation[] }>
}

/** One line for each element that breaks a WCAG 2.1 AA rule. */
async function problems(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe }
    const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }
    return (await axe.run(document, rules)).violations
  })
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`))
}

for (const scheme of ['light', 'dark'] as const) {
  test.describe(scheme, () => {
    test.beforeEach(async ({ window }) => {
      await window.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
      await expect(window.locator('html')).toHaveClass(new RegExp(`\\b${scheme}\\b`))
    })

    test('nothing open', async ({ window, empty }) => {
      await expect(empty.openSample).toBeVisible()
      expect(await problems(window)).toEqual([])
    })

    test('an audit', async ({ window, overview, connections, findings }) => {
      await drop(window, samplePath)
      await expectStage(window, 'open')
      await overview.show()
      expect(await problems(window), 'overview').toEqual([])
      await connections.show()
      await connections.rows.first().click()
      await expect(connections.detail).toBeVisible()
      expect(await problems(window), 'connections').toEqual([])
      await findings.show()
      expect(await problems(window), 'findings').toEqual([])
      await window.getByTestId('nav-costs').click()
      await window.getByTestId('ledger-total-tcp').waitFor()
      expect(await problems(window), 'costs').toEqual([])
    })
  })
}
