import { expect, type Page } from '@playwright/test'

/** Waits until the window shows nothing, a file being read, or an audit. Where it does not come to that, says what the window complains of. */
export async function expectStage(page: Page, stage: 'empty' | 'reading' | 'open', timeout?: number): Promise<void> {
  const options = timeout === undefined ? {} : { timeout }
  try {
    await expect(page.getByTestId('drop-zone')).toHaveAttribute('data-stage', stage, options)
  } catch (error) {
    const complaints = await page
      .getByTestId('error-message')
      .allTextContents()
      .catch(() => [])
    if (complaints.length > 0 && error instanceof Error) error.message += `\n\nThe window says: ${complaints.join(' / ')}`
    throw error
  }
}
