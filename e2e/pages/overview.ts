import type { Locator, Page } from '@playwright/test'
import { numberIn } from './numbers'

type Figure = 'reuse-ratio' | 'connections' | 'avoidable' | 'wasted-round-trips' | 'wasted-ms'

/** The page an audit opens on. */
export class OverviewPage {
  readonly heading: Locator
  readonly exportPdf: Locator
  readonly charts: Locator
  readonly fileName: Locator
  readonly keyLogNotice: Locator
  readonly addKeyLog: Locator

  constructor(private readonly page: Page) {
    this.heading = page.getByTestId('overview')
    this.exportPdf = page.getByTestId('export-pdf')
    this.charts = page.locator('canvas')
    this.fileName = page.getByTestId('file-name')
    this.keyLogNotice = page.getByTestId('key-log-notice')
    this.addKeyLog = page.getByTestId('add-key-log')
  }

  async show(): Promise<void> {
    await this.page.getByTestId('nav-overview').click()
    await this.figure('reuse-ratio').waitFor()
  }

  figure(name: Figure): Locator {
    return this.page.getByTestId(name)
  }

  number(name: Figure): Promise<number> {
    return numberIn(this.figure(name))
  }
}
