/** Nothing leaves the machine, and a page made from a hostile capture can do nothing in the window. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerSaveDialog } from '../support/dialogs'
import { drop } from '../support/drop'
import { isLoopback, leavesTheMachine, openSockets, watchRequests } from '../support/network'
import { samplePath } from '../support/paths'

test('no request leaves, from the first window to the PDF', async ({ app, window, overview, connections, findings, folder }) => {
  const requests = await watchRequests(app)
  await window.reload()
  await expectStage(window, 'empty')
  await drop(window, samplePath)
  await expectStage(window, 'open')
  await connections.show()
  await connections.rows.first().click()
  await findings.show()
  await overview.show()
  const pdf = join(folder, 'audit.pdf')
  await answerSaveDialog(app, pdf)
  await overview.exportPdf.click()
  await expect.poll(() => existsSync(pdf), { timeout: 30_000 }).toBe(true)

  const seen = await requests()
  expect(seen.length, 'the page itself was requested').toBeGreaterThan(0)
  expect(seen.filter(leavesTheMachine)).toEqual([])

  if (process.platform === 'linux') {
    const sockets = openSockets(app.process().pid ?? 0)
    expect(sockets.length, 'the test’s own connection to the app').toBeGreaterThan(0)
    expect(sockets.filter((remote) => !isLoopback(remote))).toEqual([])
  }
})

test('a request would be seen, and is refused', async ({ app, window }) => {
  await expectStage(window, 'empty')
  const requests = await watchRequests(app)
  const outcome = await app.evaluate(async ({ net }) => {
    const request = net.request('http://example.com/')
    return new Promise<string>((resolve) => {
      request.on('error', (error) => resolve(error.message))
      request.on('response', () => resolve('answered'))
      request.end()
    })
  })
  expect(outcome).toContain('ERR_BLOCKED_BY_CLIENT')
  expect(await requests()).toContain('http://example.com/')
})

test('the page has no Node, a strict policy, and cannot be led away', async ({ app, window, pageErrors }) => {
  const globals = await window.evaluate(() => ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis))
  expect(globals).toEqual([])

  const policy = await window.evaluate(
    () => document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '',
  )
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toContain('unsafe-eval')
  expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)

  const before = window.url()
  const ran = await window.evaluate(async () => {
    const script = document.createElement('script')
    script.textContent = 'window.injected = true'
    document.head.append(script)
    const fetched = await fetch('https://example.com/').then(
      () => true,
      () => false,
    )
    const opened = globalThis.open('https://example.com/') !== null
    return { injected: 'injected' in globalThis, fetched, opened }
  })
  expect(ran).toEqual({ injected: false, fetched: false, opened: false })

  await window.evaluate(() => void (location.href = 'https://example.com/')).catch(() => undefined)
  await window.waitForTimeout(300)
  expect(window.url()).toBe(before)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)

  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): { sandbox?: boolean; contextIsolation?: boolean; nodeIntegration?: boolean; webSecurity?: boolean }
    }
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences()
    return { sandbox, contextIsolation, nodeIntegration, webSecurity }
  })
  expect(preferences).toMatchObject({ sandbox: true, contextIsolation: true, nodeIntegration: false })
  expect(preferences.webSecurity).not.toBe(false)

  // The refusals above were logged as errors, as they should be.
  expect(pageErrors.some((message) => message.includes('Content Security Policy'))).toBe(true)
  pageErrors.length = 0
})
