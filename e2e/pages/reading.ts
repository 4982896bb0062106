import type { Locator, Page } from '@playwright/test'
import { numberIn } from './numbers'

/** A file on its way in. */
export class ReadingPage {
  readonly progress: Locator
  readonly cancel: Locator
  private readonly connectionsSoFar: Locator

  constructor(page: Page) {
    this.progress = page.getByTestId('progress')
    this.cancel = page.getByTestId('cancel')
    this.connectionsSoFar = page.getByTestId('connections')
  }

  connections(): Promise<number> {
    return numberIn(this.connectionsSoFar)
  }
}
