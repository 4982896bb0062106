import { expect, type Page } from '@playwright/test'

/** Waits until the window shows nothing, a file being read, or an audit. */
export const expectStage = (page: Page, stage: 'empty' | 'reading' | 'open', timeout?: number): Promise<void> =>
  expect(page.getByTestId('drop-zone')).toHaveAttribute('data-stage', stage, timeout === undefined ? {} : { timeout })
