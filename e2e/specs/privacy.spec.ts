/** Nothing leaves the machine, and a page made from a hostile capture can do nothing in the window. */
import { createServer, type Server } from 'node:net'
import { test as base, expect } from '../fixtures'
import { expectStage } from '../pages/stage'
import { answerSaveDialog } from '../support/dialogs'
import { drop } from '../support/drop'
import { samplePath } from '../support/paths'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

interface Trap {
  readonly port: number
  readonly calls: number
}

/** Everything Chromium would send goes through this proxy, which only counts. */
const test = base.extend<{ readonly trap: Trap }>({
  trap: async ({}, use) => {
    const trap = { port: 0, calls: 0 }
    const server: Server = createServer((socket) => {
      trap.calls++
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    trap.port = address !== null && typeof address === 'object' ? address.port : 0
    await use(trap)
    server.close()
  },
  switches: async ({ trap }, use) => use([`--proxy-server=http://127.0.0.1:${trap.port}`, '--proxy-bypass-list=<-loopback>']),
})

test('no request leaves, from the first window to the PDF', async ({
  app,
  window,
  trap,
  overview,
  connections,
  findings,
  folder,
}) => {
  const urls: string[] = []
  window.on('request', (request) => urls.push(request.url()))
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

  expect(urls.length).toBeGreaterThan(0)
  expect(urls.filter((url) => /^(https?|wss?|ftp):/.test(url))).toEqual([])
  expect(trap.calls).toBe(0)
})

test('the trap would see a request', async ({ app, trap }) => {
  await app.evaluate(async ({ net, session }) => {
    // A session of the test's own: the app's refuse to ask at all.
    const request = net.request({ url: 'http://example.com/', session: session.fromPartition('trap') })
    await new Promise<void>((resolve) => {
      request.on('error', () => resolve())
      request.on('response', () => resolve())
      request.end()
    })
  })
  expect(trap.calls).toBeGreaterThan(0)
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
