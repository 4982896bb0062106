import { expect, type Locator, type Page } from '@playwright/test'
import { numberIn } from './numbers'

/** The simulator. */
export class WhatIfPage {
  readonly calibration: Locator
  readonly slider: Locator
  readonly recommended: Locator
  readonly useRecommended: Locator
  readonly reset: Locator

  constructor(private readonly page: Page) {
    this.calibration = page.getByTestId('calibration')
    this.slider = page.getByTestId('timeout-slider')
    this.recommended = page.getByTestId('recommended')
    this.useRecommended = page.getByTestId('use-recommended')
    this.reset = page.getByTestId('policy-reset')
  }

  async show(): Promise<void> {
    await this.page.getByTestId('nav-what-if').click()
    await this.calibration.or(this.page.getByTestId('refusal')).first().waitFor()
  }

  /** Opens the list of origins and takes one. The list gives the focus back as it closes: a key pressed before would be lost. */
  async choose(origin: string): Promise<void> {
    const list = this.page.getByTestId('what-if-origin')
    await list.click()
    await this.page.getByRole('option', { name: origin }).click()
    await expect(this.page.getByRole('listbox')).toHaveCount(0)
    await expect(list).toBeFocused()
  }

  after(figure: string): Locator {
    return this.page.getByTestId(`after-${figure}`)
  }

  number(figure: string): Promise<number> {
    return numberIn(this.after(figure))
  }
}
