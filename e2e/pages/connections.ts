import type { Locator, Page } from '@playwright/test'

/** The table of connections and the panel of the one selected. */
export class ConnectionsPage {
  readonly rows: Locator
  readonly detail: Locator
  readonly filter: Locator
  readonly count: Locator

  constructor(private readonly page: Page) {
    this.rows = page.getByTestId('connection-row')
    this.detail = page.getByTestId('connection-detail')
    this.filter = page.getByTestId('connections-filter')
    this.count = page.getByTestId('connections-count')
  }

  async show(): Promise<void> {
    await this.page.getByTestId('nav-connections').click()
    await this.rows.first().waitFor()
  }
}
