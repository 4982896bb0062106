/** The replay must reproduce the connections of every capture of the lab (the shared conformance corpus), whatever made clients open them. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AS_CAPTURED } from '../../shared/model/simulation'
import { openAudit } from './index'

const captures = join(process.env.ROUNDTRIP_SHARED ?? join(__dirname, '../../../shared'), 'lab/captures')
const present = existsSync(captures)
if (!present && !process.env.CI) process.stderr.write(`The lab's captures are not there (${captures}): its tests are skipped.\n`)

describe.skipIf(!present && !process.env.CI)('the lab, replayed', () => {
  it('opens as many connections as were opened', async () => {
    const off: string[] = []
    for (const file of readdirSync(captures).filter((name) => /\.pcap(ng)?$/.test(name))) {
      const session = await openAudit([join(captures, file)])
      try {
        const { calibration, prediction } = await session.whatIf({ origin: null, policy: AS_CAPTURED })
        if (calibration.error > 0) off.push(`${file}: ${calibration.simulated} for ${calibration.observed}`)
        if (calibration.observed > 0) expect(prediction, file).not.toBeNull()
      } finally {
        await session.close()
      }
    }
    expect(off).toEqual([])
  }, 120_000)

  it.each([
    ['idle-timeout-apache.pcap', 6, 1],
    ['idle-timeout-nginx.pcap', 3, 1],
    ['max-requests-nginx.pcap', 7, 7],
    ['client-no-reuse.pcap', 31, 31],
    ['keepalive-off-apache.pcap', 31, 31],
  ])('%s: only what a time-out closed does a longer one keep', async (file, before, after) => {
    const session = await openAudit([join(captures, file)])
    try {
      const policy = { ...AS_CAPTURED, idleTimeoutSeconds: null, timeoutOf: 'both' } as const
      const { prediction, untouched } = await session.whatIf({ origin: null, policy })
      expect(prediction?.asCaptured.connections).toBe(before)
      expect(prediction?.outcome.connections).toBe(after)
      if (before === after && !file.startsWith('max')) expect(untouched[0]?.connections).toBe(before - 1)
    } finally {
      await session.close()
    }
  })
})
