import type { Locator, Page } from '@playwright/test'

/** What a window shows while nothing is open. */
export class EmptyPage {
  readonly openFile: Locator
  readonly openSample: Locator
  readonly recentFiles: Locator
  /** The sentence on the file that could not be opened. */
  readonly failure: Locator

  constructor(page: Page) {
    this.openFile = page.getByTestId('open-file')
    this.openSample = page.getByTestId('open-sample')
    this.recentFiles = page.getByTestId('recent-file')
    this.failure = page.getByTestId('error-message')
  }
}
