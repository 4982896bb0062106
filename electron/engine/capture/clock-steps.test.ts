/** A clock that was set while capturing: said where it is seen, at the packet behind it, whichever way it went. */
import { describe, expect, it } from 'vitest'
import { get, ok } from '../testing/http'
import { codesOf, only, readBytes, summary } from '../testing/read'
import { Talk } from '../testing/wire'

const DAY = 86_400_000

async function after(pause: number) {
  const talk = new Talk().opens()
  talk.client.says(get('/'))
  talk.wire.pause(pause)
  const packet = talk.server.says(ok())
  talk.closes()
  const read = await talk.read()
  expect(summary(only(read))).toEqual(['GET / → 200'])
  return { diagnostics: read.summary.diagnostics, packet }
}

describe('a step of the clock', () => {
  it('forward by years', async () => {
    const { diagnostics, packet } = await after(3 * 365.25 * DAY)
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'clock-leap', packet }])
    expect(diagnostics[0]!.message).toContain('no packet for 3.0 years')
  })

  it('forward by a day and a half, which may have been quiet', async () => {
    const { diagnostics } = await after(1.5 * DAY)
    expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('no packet for 1.5 days')])
  })

  it('of a night is none', async () => {
    expect((await after(DAY / 2)).diagnostics).toEqual([])
  })

  it('back by two seconds', async () => {
    const { diagnostics, packet } = await after(-2000)
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'clock-jump', packet }])
    expect(diagnostics[0]!.message).toContain('goes back by 2.0 s')
  })

  it('for one packet that comes from years ahead: there and back', async () => {
    const talk = new Talk().opens()
    const { packets } = talk.wire
    packets[1] = { ...packets[1]!, at: packets[1]!.at + 10n * 365n * 86_400n * 1_000_000_000n }
    const read = await readBytes(talk.wire.file())
    expect(codesOf(read)).toEqual(['clock-leap', 'clock-jump'])
  })
})
