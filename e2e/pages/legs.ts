import type { Locator, Page } from '@playwright/test'

/** The panel that shows the way from users to origin, on the overview. */
export class LegsPanel {
  readonly panel: Locator
  readonly told: Locator

  constructor(page: Page) {
    this.panel = page.getByTestId('legs')
    this.told = this.panel.getByTestId('stitched')
  }

  leg(kind: string): Locator {
    return this.panel.getByTestId(`leg-${kind}`)
  }
}
