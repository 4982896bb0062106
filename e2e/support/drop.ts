/** Drags files from the desktop into the window: the browser's own drag events, carrying files with real paths. */
import type { Page } from '@playwright/test'

type Step = 'dragEnter' | 'dragOver' | 'drop'

export async function drag(page: Page, files: readonly string[], steps: readonly Step[]): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  const { x, y } = await page.evaluate(() => ({ x: innerWidth / 2, y: innerHeight / 2 }))
  for (const type of steps) await devtools.send('Input.dispatchDragEvent', { type, x, y, data })
  await devtools.detach()
}

export const drop = (page: Page, ...files: readonly string[]): Promise<void> =>
  drag(page, files, ['dragEnter', 'dragOver', 'drop'])
