import type { Locator, Page } from '@playwright/test'

/** What is wrong and what to change. */
export class FindingsPage {
  readonly findings: Locator

  constructor(private readonly page: Page) {
    this.findings = page.getByTestId('finding')
  }

  async show(): Promise<void> {
    await this.page.getByTestId('nav-findings').click()
    await this.findings.first().waitFor()
  }

  about(host: string): Locator {
    return this.findings.filter({ hasText: host })
  }

  copyRemedy(finding: Locator): Locator {
    return finding.getByTestId('copy-remedy').first()
  }
}
