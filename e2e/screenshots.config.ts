/** Pictures of every state for people to look at: `npm run screenshots -- FOLDER`. */
import { defineConfig } from '@playwright/test'
import base from './playwright.config'

export default defineConfig(base, { testDir: 'screenshots', timeout: 180_000 })
