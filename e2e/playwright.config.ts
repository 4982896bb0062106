/** End-to-end tests on the real app. `npm run test:e2e` finds an Electron and a display for them. */
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results/e2e',
  // Each test starts the app of its own; two apps at once would only fight for the processor.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: { actionTimeout: 10_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: 'list',
})
