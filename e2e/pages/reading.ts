import type { Locator, Page } from '@playwright/test'
import { numberIn } from './numbers'

/** A file on its way in. */
export class ReadingPage {
  readonly progress: Locator
  readonly cancel: Locator
  private readonly connectionsSoFar: Locator
  private readonly exchangesSoFar: Locator

  constructor(page: Page) {
    this.progress = page.getByTestId('progress')
    this.cancel = page.getByTestId('cancel')
    this.connectionsSoFar = page.getByTestId('connections')
    this.exchangesSoFar = page.getByTestId('exchanges')
  }

  connections(): Promise<number> {
    return numberIn(this.connectionsSoFar)
  }

  exchanges(): Promise<number> {
    return numberIn(this.exchangesSoFar)
  }
}
