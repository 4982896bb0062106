import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['shared/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
    environment: 'node',
    // Captures are read whole in some tests, on machines with two cores.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
