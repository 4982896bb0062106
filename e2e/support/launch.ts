/** Starts the app in the Electron that the runner chose. */
import { _electron, errors, type ElectronApplication } from '@playwright/test'
import { root } from './paths'

export interface LaunchOptions {
  /** The folder of its settings and history. */
  readonly userData: string
  /** Opened from the start, as `npm start -- FILE` does. */
  readonly files?: readonly string[]
  /** Chromium switches. */
  readonly switches?: readonly string[]
}

/** scripts/lib/playwright.mjs sets these, and ELECTRON_OVERRIDE_DIST_PATH where it is not the official Electron that runs. */
function machineSwitches(): readonly string[] {
  const told = process.env.ROUNDTRIP_E2E_SWITCHES
  if (told === undefined) throw new Error('Run the end-to-end tests with `npm run test:e2e`: it finds an Electron and a display.')
  return told.split(' ').filter((word) => word !== '')
}

/**
 * The app as `npm start` starts it. On a busy machine Playwright sometimes attaches to Electron 25 too late to learn that it has
 * started, although its window is there: then it is started once more.
 */
export async function launchApp({ userData, files = [], switches = [] }: LaunchOptions): Promise<ElectronApplication> {
  const launch = (): Promise<ElectronApplication> =>
    _electron.launch({
      args: [`--user-data-dir=${userData}`, ...switches, ...machineSwitches(), root, ...files],
      // Whether the sandbox can be on is for the runner to say, in its switches.
      chromiumSandbox: true,
      cwd: root,
      timeout: 20_000,
    })
  return launch().catch((reason: unknown) => {
    if (reason instanceof errors.TimeoutError) return launch()
    throw reason
  })
}
