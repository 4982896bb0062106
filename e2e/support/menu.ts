/** Chooses an entry of the application's menu, which is drawn by the system and has no page to click in. */
import type { ElectronApplication } from '@playwright/test'

export const chooseInMenu = (app: ElectronApplication, id: string): Promise<void> =>
  app.evaluate(({ Menu }, wanted) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(wanted)
    if (!item) throw new Error(`The menu has no entry ${wanted}`)
    ;(item.click as () => void)()
  }, id)
