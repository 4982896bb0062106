/** A fresh app for each test, closed afterwards; a test fails if the page logged an error. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect, type ElectronApplication, type Page } from '@playwright/test'
import { ConnectionsPage } from './pages/connections'
import { EmptyPage } from './pages/empty'
import { FindingsPage } from './pages/findings'
import { OverviewPage } from './pages/overview'
import { ReadingPage } from './pages/reading'
import { WhatIfPage } from './pages/what-if'
import { launchApp } from './support/launch'

interface Options {
  /** Files named on the app's command line. */
  readonly files: readonly string[]
  readonly switches: readonly string[]
}

interface Fixtures {
  /** A folder of the test's own, deleted afterwards. */
  readonly folder: string
  /** The app's settings and history, its own for each test. */
  readonly userData: string
  readonly app: ElectronApplication
  readonly window: Page
  /** What the page logged as errors, in order; a test that expects some empties it. */
  readonly pageErrors: string[]
  readonly empty: EmptyPage
  readonly reading: ReadingPage
  readonly overview: OverviewPage
  readonly connections: ConnectionsPage
  readonly findings: FindingsPage
  readonly whatIf: WhatIfPage
}

/** An app that does not end when told to must not keep the next test waiting. */
async function closeOrKill(app: ElectronApplication): Promise<void> {
  const child = app.process()
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await app.close().catch(() => undefined)
  clearTimeout(patience)
}

async function withFolder(name: string, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `roundtrip-e2e-${name}-`))
  await use(folder)
  // Chromium's last processes may still be writing their profile.
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

export const test = base.extend<Options & Fixtures>({
  files: [[], { option: true }],
  switches: [[], { option: true }],

  folder: ({}, use) => withFolder('files', use),
  userData: ({}, use) => withFolder('settings', use),

  app: async ({ files, switches, userData }, use) => {
    const app = await launchApp({ files, switches, userData })
    const child = app.process()
    await use(app)
    if (child.exitCode === null && child.signalCode === null) await closeOrKill(app)
  },

  pageErrors: async ({}, use) => {
    const errors: string[] = []
    await use(errors)
    expect(errors, 'errors in the page’s console').toEqual([])
  },

  window: async ({ app, pageErrors }, use) => {
    const window = await app.firstWindow()
    window.on('console', (message) => {
      if (message.type() === 'error') pageErrors.push(message.text())
    })
    window.on('pageerror', (error) => pageErrors.push(error.message))
    await window.waitForLoadState('domcontentloaded')
    await use(window)
  },

  empty: async ({ window }, use) => use(new EmptyPage(window)),
  reading: async ({ window }, use) => use(new ReadingPage(window)),
  overview: async ({ window }, use) => use(new OverviewPage(window)),
  connections: async ({ window }, use) => use(new ConnectionsPage(window)),
  findings: async ({ window }, use) => use(new FindingsPage(window)),
  whatIf: async ({ window }, use) => use(new WhatIfPage(window)),
})

export { expect }
