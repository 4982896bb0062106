/** The numbers on the screen are those of the servers' logs, and those that the command line prints. */
import { expect, test } from '../fixtures'
import { expectStage } from '../pages/stage'
import { known, printedAudit } from '../support/known'
import { samplePath } from '../support/paths'

test.use({ files: [samplePath] })

test.beforeEach(async ({ window }) => expectStage(window, 'open'))

test('what the logs tell', async ({ overview }) => {
  const { connections, avoidable, wastedRoundTrips } = known.totals
  expect(await overview.number('connections')).toBe(connections)
  expect(await overview.number('avoidable')).toBe(avoidable)
  expect(await overview.number('wasted-round-trips')).toBe(wastedRoundTrips)
})

test('reuse, counted over every request that was sent', async ({ overview }) => {
  // A request lost to a closing server was sent on a used connection: the access log has no line for it, the client's log has.
  const { requestsAnswered, requestsReused, requestsLost } = known.totals
  const ratio = (requestsReused + requestsLost) / (requestsAnswered + requestsLost)
  expect(await overview.number('reuse-ratio')).toBeCloseTo(ratio * 100, 0)
})

test('wasted time is a round trip of the network for each avoidable connection', async ({ overview }) => {
  const least = (known.totals.wastedRoundTrips * known.rttMs) / 1000
  const shown = Number(await overview.figure('wasted-ms').getAttribute('data-value'))
  const seconds = shown > 100 ? shown / 1000 : shown
  expect(seconds).toBeGreaterThanOrEqual(least)
  expect(seconds).toBeLessThan(least * 1.5)
})

test('the same as the command line prints', async ({ overview }) => {
  const { totals } = printedAudit()
  expect(await overview.number('connections')).toBe(totals.connections)
  expect(await overview.number('avoidable')).toBe(totals.avoidable)
  expect(await overview.number('wasted-round-trips')).toBe(totals.wastedRoundTrips)
  expect(await overview.number('reuse-ratio')).toBeCloseTo(totals.reuseRatio * 100, 1)
})

test('charts are drawn, and can be read as tables', async ({ window, overview }) => {
  await expect(overview.charts.first()).toBeVisible()
  expect(await overview.charts.count()).toBeGreaterThanOrEqual(4)
  const painted = await window.evaluate(() =>
    [...document.querySelectorAll('canvas')].map((canvas) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray()
      return new Set(new Uint32Array(pixels.buffer)).size
    }),
  )
  for (const colours of painted) expect(colours).toBeGreaterThan(3)
})

test('costs and timers are those that the command line prints', async ({ window, overview }) => {
  const { ledger, timers, racePredictions } = printedAudit()
  await overview.show()
  await window.getByTestId('nav-costs').click()
  const raw = async (testid: string): Promise<number> =>
    Number(await window.getByTestId(testid).first().getAttribute('data-value'))
  const all = async (testid: string): Promise<number[]> =>
    (await window.getByTestId(testid).evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-value')))).map(Number)
  await window.getByTestId('ledger-total-tcp').waitFor()
  for (const percentile of ['p50', 'p90', 'p99', 'max'] as const) {
    expect(await raw(`added-${percentile}`)).toBe(ledger.total.added[percentile])
  }
  expect(await raw('ledger-total-tcp')).toBe(ledger.total.all.tcp.seconds)
  expect(await raw('ledger-total-tls')).toBe(ledger.total.all.tls.seconds)
  expect(await raw('ledger-total-slow-start')).toBe(ledger.total.all.slowStartEstimate.seconds)
  expect(await all('ledger-origin-tcp')).toEqual(ledger.origins.map(({ all: { tcp } }) => tcp.seconds))
  expect(await all('peak-open')).toEqual(ledger.servers.map(({ peakOpen }) => peakOpen))
  expect(await all('idle-seconds')).toEqual(ledger.servers.map(({ idleSeconds }) => idleSeconds))
  expect(await all('time-wait-peak')).toEqual(ledger.servers.map(({ timeWaitPeak }) => timeWaitPeak))
  expect(await all('expected-races')).toEqual(racePredictions.map(({ expectedPer10000 }) => expectedPer10000))
  const timeouts = timers.filter(({ side, kind }) => side === 'server' && kind === 'idle-timeout')
  const shown = await all('timer-server-idle-timeout')
  expect(shown.length).toBeGreaterThan(0)
  expect(shown).toEqual(timeouts.slice(0, shown.length).map(({ value }) => value))
})
