// A visit to the shop with headless Chromium: three pages, then the cart page's own polling of the API.
// Usage: node browser.mjs '{"browser":"/usr/bin/chromium","profile":DIR,"har":FILE,"pages":[{"at":ms,"url":…}],"until":ms}'
// `at` and `until` count from the start of the visit. Writes a HAR of the visit and prints one JSON line per response:
// its URL, the cache it came from (or null) and Chromium's own id of its connection.
import fs from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from '@playwright/test'

const visit = JSON.parse(process.argv[2])
const FLAGS = [
  '--no-sandbox', // root has no use for it, and the namespace has no way out
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Playwright's own notes, of no use to a reader of the HAR. */
const PRIVATE = ['_frameref', '_monotonicTime', '_securityDetails']

const context = await chromium.launchPersistentContext(visit.profile, {
  executablePath: visit.browser,
  headless: true,
  args: FLAGS,
  recordHar: { path: visit.har, mode: 'full', content: 'omit' },
})
const page = context.pages()[0] ?? (await context.newPage())
const devtools = await context.newCDPSession(page)
const responses = []
const fromMemory = new Set()
devtools.on('Network.requestServedFromCache', ({ requestId }) => fromMemory.add(requestId))
devtools.on('Network.responseReceived', ({ response, requestId }) => {
  if (!response.url.startsWith('http')) return
  const cache = fromMemory.has(requestId) ? 'memory' : response.fromDiskCache ? 'disk' : null
  responses.push({ url: response.url, cache, connection: cache ? null : response.connectionId })
})
await devtools.send('Network.enable')

const begun = performance.now()
const waitUntil = (ms) => sleep(Math.max(0, begun + ms - performance.now()))
for (const { at, url } of visit.pages) {
  await waitUntil(at)
  await page.goto(url, { waitUntil: 'load' })
}
await waitUntil(visit.until)
await context.close()

completeHar(visit.har, responses)
for (const response of responses) console.log(JSON.stringify(response))

/**
 * Playwright's HAR lacks `connection` and `_fromCache`, which DevTools knows (both list the responses of one URL in the same
 * order), and gives plain http an `ssl` time, which HAR 1.2 wants to be -1 there.
 */
function completeHar(file, seen) {
  const har = JSON.parse(fs.readFileSync(file, 'utf8'))
  const queues = byUrl(seen)
  har.log.entries = har.log.entries.filter((entry) => entry.request.url.startsWith('http'))
  for (const entry of har.log.entries) {
    const response = queues.get(entry.request.url)?.shift()
    if (!response) throw new Error(`DevTools did not see ${entry.request.url}`)
    if (response.cache) entry._fromCache = response.cache
    else entry.connection = String(response.connection)
    if (entry.request.url.startsWith('http:')) {
      entry.time -= Math.max(0, entry.timings.ssl)
      entry.timings.ssl = -1
    }
    for (const key of PRIVATE) delete entry[key]
  }
  fs.writeFileSync(file, JSON.stringify(har) + '\n')
}

function byUrl(seen) {
  const groups = new Map()
  for (const response of seen) groups.set(response.url, [...(groups.get(response.url) ?? []), response])
  return groups
}
